"""Why a model stopped, as the words around its text say it: `[stopped: length]`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.audit.returned.seen import Seen

_BEFORE = (
    r"(?<![\w\"'])(?:finish(?:ed)?(?:[ _-]?reason)?|stopped(?:[ _-]?(?:reason|because|by))?"
    r"|stop[ _-]?reason)\W{0,2}[ \t]*[:=][\s\"'`*_]*"
    r"|\b(?:finish|stop)[ _-]reason[ \t]+[\"'`]?"
)
"""What names it. A name in quotes is a member of JSON, which is read as such."""
_AFTER = r"(?![ \t]*\w)"
"""What the sentence goes on about, `length means that`, is explained and not claimed."""


def claimed_in_prose(
    sent: Mapping[str, Any], seen: Seen, words: Sequence[str], stopped: Sequence[str]
) -> list[str]:
    """Return which of `words` the answer gives in prose as the reason why the model stopped.

    Args:
        sent: what the provider said, in words of no dialect.
        seen: the answer.
        words: the provider's words for it.
        stopped: the true ones; where one of them stands in the prose, nothing else is claimed.
    """
    said = [text for choice in sent["choices"] for text in choice["texts"]] + sent["others"]
    prose = "\n".join(seen.strings)
    for text in filter(None, said):
        prose = prose.replace(text, " ")
    pattern = f"(?i:{_BEFORE})({'|'.join(words)}){_AFTER}"
    claimed = re.findall(pattern, prose)
    if claimed and any(re.search(rf"\b{word}\b", prose) for word in stopped):
        return [word for word in stopped if re.search(rf"\b{word}\b", prose)]
    return claimed
