"""The provider's message, and whether it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.audit.json_text import json_value
from harness.audit.told.seen import words
from harness.records.http import HttpResponse

ENOUGH = 0.6
"""The share of its words that has to come: a key in it may be redacted, a long one cut."""
COMPARED = 40
"""Words from its beginning."""
_KEYS = ("error", "message", "detail", "msg", "error_description")


def message_of(response: HttpResponse) -> str:
    """Return the sentence in an error body, empty when it has none.

    Shapes: `{"error": {"message"}}` of OpenAI and Anthropic, `{"error": "…"}` of xAI,
    `{"detail"}`, `{"message"}`. A page or a line of text comes from a proxy before the provider;
    the official clients do not pass it on.
    """
    return _found(json_value(response.body))


def is_told(message: str, seen: str) -> bool:
    """Whether most words of `message` stand in `seen`, in any wrapping."""
    wanted = words(message)[:COMPARED]
    said = set(words(seen))
    return not wanted or sum(word in said for word in wanted) >= ENOUGH * len(wanted)


def _found(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return next(filter(None, map(_found, value)), "")
    if isinstance(value, Mapping):
        return next(filter(None, (_found(value.get(key)) for key in _KEYS)), "")
    return ""
