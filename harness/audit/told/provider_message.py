"""The provider's message, and whether it is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.audit.json_text import json_value
from harness.audit.told.plain_text import line_of
from harness.audit.told.seen import words
from harness.records.http import HttpResponse

ENOUGH = 0.6
"""The share of its words that has to come: a key in it may be redacted, a long one cut."""
COMPARED = 40
"""Words from its beginning."""
_ABSENT = (
    r"\bnot (?:currently )?(?:available|found|supported|known|accessible|exist|offered|valid)"
    r"|\bdoes(?:n['\u2019]t| not) exist|\b(?:is|was|be) (?:currently )?(?:un|in)(?:available|known"
    r"|supported|valid)\b|\bno access\b|\bnot have access\b|\bmodel[_ ]not[_ ]found\b"
)
_NO_SUCH = (
    r"\b(?:no such|unknown|unsupported|unavailable|invalid|cannot find|not find)(?: the)? model"
)
_SAME_SENTENCE = r"(?:(?![.:;!?]\s|\n).){0,80}?"
_TOO_LARGE = re.compile(
    r"\b(?:request|entity|payload|content|body|prompt|input|message)s?\b[^.;\n]{0,30}"
    r"(?:\btoo[ _-](?:large|long|big)\b|\bexceed)|\brequest_too_large\b",
    re.IGNORECASE,
)
_KEYS = ("error", "message", "detail", "msg", "error_description")


def message_of(response: HttpResponse) -> str:
    """Return the sentence in an error body, empty when it has none.

    Shapes: `{"error": {"message"}}` of OpenAI and Anthropic, `{"error": "…"}` of xAI,
    `{"detail"}`, `{"message"}`, and a line of plain text. A page comes from a proxy before the
    provider; the official clients do not pass it on.
    """
    return _found(json_value(response.body)) or line_of(response)


def is_told(message: str, seen: str) -> bool:
    """Whether most words of `message` stand in `seen`, in any wrapping."""
    wanted = words(message)[:COMPARED]
    said = set(words(seen))
    return not wanted or sum(word in said for word in wanted) >= ENOUGH * len(wanted)


def tells_the_same(status: int | None, seen: str, model: str) -> bool:
    """Whether `seen` says in words of its own what every provider's message for a status says.

    That is of 404 that there is no model of the name that was sent (`model`, empty for none), and
    of 413 that the request is too large, as its reason phrase has it (RFC 9110 §15.5.14).
    """
    if status == 413:
        return _TOO_LARGE.search(seen) is not None
    if status != 404 or not model:
        return False
    name = rf"(?<![\w.-]){re.escape(model)}(?![\w-]|\.\w)"
    absent = rf"{name}{_SAME_SENTENCE}(?:{_ABSENT})|(?:{_NO_SUCH})[^.;\n]{{0,20}}?{name}"
    return re.search(absent, seen, re.IGNORECASE) is not None


def _found(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return next(filter(None, map(_found, value)), "")
    if isinstance(value, Mapping):
        return next(filter(None, (_found(value.get(key)) for key in _KEYS)), "")
    return ""
