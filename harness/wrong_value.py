"""A value that does not fit where it stands, in words: what it is, what it should be, the nearest.

pydantic's own sentences are about Python; users write YAML and TOML.
"""

from __future__ import annotations

import json
import re

from pydantic_core import ErrorDetails

from harness.cassette.redact import is_secret_name
from harness.errors import did_you_mean

MOST_SHOWN = 60
"""Characters of a wrong value that are shown."""
_WORDS = {
    r"be a valid (string|text)": "be text",
    r"be a valid dictionary( or (an )?(instance|object) .*)?": "be keys with values",
    r"be a valid (tuple|list|array)": "be a list",
    r"be a valid (integer|number), .*": r"be a valid \1",
    r"be a valid boolean(, .*)?": "be true or false",
    r"be True": "be true",
}


def told_value(error: ErrorDetails) -> str:
    """Return one sentence about an error of pydantic, without its place."""
    message = error["msg"].removeprefix("Value error, ")
    rule = re.match(r"(?:Input|String) should (.*)", message, re.DOTALL)
    if rule is None:
        return message
    wanted = next(
        (
            re.sub(pattern, words, rule[1])
            for pattern, words in _WORDS.items()
            if re.fullmatch(pattern, rule[1])
        ),
        rule[1],
    )
    return f"{_shown(error)} should {wanted}{_nearest(error)}"


def _shown(error: ErrorDetails) -> str:
    if error["loc"] and is_secret_name(str(error["loc"][-1])):
        return "the value"
    try:
        text = json.dumps(error["input"], ensure_ascii=False)
    except (TypeError, ValueError):
        return "the value"
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _nearest(error: ErrorDetails) -> str:
    """Return the allowed value that is nearest, of an error that names those that are allowed."""
    allowed = re.findall(r"'([^']*)'", error.get("ctx", {}).get("expected", ""))
    return did_you_mean(str(error["input"]), allowed)
