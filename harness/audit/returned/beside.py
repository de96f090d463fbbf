"""The provider's document without its texts, which are told beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.returned.seen import Seen, objects_in
from harness.audit.returned.style import UNKNOWN

_TEXTS = ("text", "message", "content")


def beside_texts(sent: Mapping[str, Any], seen: Seen) -> dict[str, Any] | None:
    """Return the object with the id of the document `sent` and as many choices, None for none."""
    found = (item for tree in seen.trees for item in objects_in(tree))
    return next((item for item in found if _is_beside(item, sent)), None)


def _is_beside(item: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    choices, own = item.get("choices"), sent.get("choices")
    if item.get("id") != sent["id"] or not isinstance(choices, list) or not own:
        return False
    return len(choices) == len(own) and all(isinstance(one, dict) for one in choices)


def left_out(sent: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Yield `usage` or `logprobs`, where it is the one thing that is not there but the texts."""
    if UNKNOWN in sent and _lacks(sent, found) == ["usage"]:
        yield "usage"
    pairs = list(zip(sent["choices"], found["choices"], strict=True))
    if any(_lacks(one, other) == ["logprobs"] for one, other in pairs):
        yield "logprobs"


def _lacks(sent: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Return the members that say something and are not there."""
    return [
        key
        for key, value in sent.items()
        if value is not None and key not in _TEXTS and found.get(key) is None
    ]
