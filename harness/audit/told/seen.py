"""Everything that a client sees of a call, as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.records.audit import Observation
from harness.records.call import Outcome

_MOST_NESTED = 3
_LONGEST_WORD = 40
"""Characters: no word of which a text could be a piece is longer."""


def seen_text(outcome: Outcome) -> str:
    """Return all texts of an outcome, one a line, and what JSON inside them says."""
    values = (outcome.content, outcome.structured, outcome.meta, outcome.message, outcome.data)
    texts = [text for value in values for text in _texts(value, 0)]
    return "\n".join(dict.fromkeys(texts))


def provider_text(observation: Observation) -> str:
    """Return what the provider's answers said, in the same form."""
    found = []
    for item in observation.call.interactions or ():
        if item.response is not None:
            body = item.response.body.decode("utf-8", "replace")
            found += [body, *_texts(body, 0)]
    return "\n".join(dict.fromkeys(found))


def own_words(observation: Observation) -> str:
    """Return what the server says beside the provider's texts and the caller's."""
    text = seen_text(observation.call.outcome)
    foreign = provider_text(observation).splitlines()
    foreign += list(_texts(observation.call.arguments, 0))
    for line in sorted({line.strip() for line in foreign}, key=len, reverse=True):
        if len(line) >= 8:
            text = without(line, text)
    return text


def without(part: str, text: str) -> str:
    """Return `text` without `part`, but where it is a piece of a longer word."""
    if len(part) > _LONGEST_WORD:
        return text.replace(part, " ")
    before = r"(?<!\w)" if part[:1].isalnum() else ""
    after = r"(?!\w)" if part[-1:].isalnum() else ""
    return re.sub(f"{before}{re.escape(part)}{after}", " ", text)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, numbers among them."""
    return re.findall(r"[^\W_]+", text.lower())


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if depth < _MOST_NESTED:
            yield from _unpacked(value, depth + 1)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, bool | int | float):
                yield f"{key}: {item}"
            else:
                yield str(key)
                yield from _texts(item, depth)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, depth)
    elif value is not None:
        yield str(value)


def _unpacked(text: str, depth: int) -> Iterator[str]:
    """Yield what a JSON document in `text` says; it may stand behind a few words."""
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
    if start >= 0:
        try:
            value, _ = json.JSONDecoder().raw_decode(text[start:])
        except (ValueError, RecursionError):
            return
        yield from _texts(value, depth)
