"""The scripts by name. A name stays: findings and command lines speak of it."""

from __future__ import annotations

from harness.audit.scripts import wordings
from harness.audit.scripts.said import TALKS, Called, Said

_REFUSAL = "I cannot help with that request."
_ASKED = {"city": "Paris", "days": 3}
_NESTED = {
    "where": {"city": "Århus", "point": [56.15, -10.25], "tags": ["a", {"b": None}]},
    "empty": {}, "none": [], "flag": False, "note": "a \"quoted\"\nline \\ é 😀",
}  # fmt: skip
_NUMBERS = {"large": 2**53 + 1, "whole": 1.0, "small": 1e-7}
_SOURCES = ("https://example.com/fox?a=1&b=2", "https://example.org/dog#run")

SCRIPTS: dict[str, Said] = {
    "text": Said(text=wordings.ORDINARY),
    "other-text": Said(text=wordings.ANOTHER),
    "empty-text": Said(text=""),
    "null-content": Said(text=None, dialects=TALKS),
    "long-text": Said(text=wordings.LONG),
    "surrounded-text": Said(text=wordings.SURROUNDED),
    "line-ends": Said(text=wordings.LINE_ENDS),
    **{f"unicode-{name}": Said(text=text) for name, text in wordings.UNICODE.items()},
    "json-inside": Said(text=wordings.JSON_INSIDE),
    "markdown-inside": Said(text=wordings.MARKDOWN),
    "fenced": Said(text=wordings.FENCED),
    "thoughts-inside": Said(text=wordings.THOUGHTS),
    "html-inside": Said(text=wordings.HTML),
    "events-inside": Said(text=wordings.EVENTS),
    "tool-call": Said(
        text=None, calls=(Called(_ASKED),), finish="tool_calls", needs="tools", dialects=TALKS
    ),
    "tool-calls": Said(
        text=None,
        calls=(Called(_ASKED), Called({"city": "Oslo", "days": 1}, tool=1)),
        finish="tool_calls",
        needs="tools",
        dialects=TALKS,
    ),
    "tool-call-with-text": Said(
        text=wordings.ORDINARY,
        calls=(Called(_ASKED),),
        finish="tool_calls",
        needs="tools",
        dialects=TALKS,
    ),
    "tool-call-nested": Said(
        text=None, calls=(Called(_NESTED),), finish="tool_calls", needs="tools", dialects=TALKS
    ),
    "tool-call-empty": Said(
        text=None, calls=(Called({}),), finish="tool_calls", needs="tools", dialects=TALKS
    ),
    "tool-call-numbers": Said(
        text=None, calls=(Called(_NUMBERS),), finish="tool_calls", needs="tools", dialects=TALKS
    ),
    # "The model does not always generate valid JSON" (OpenAI, API reference, chat completions).
    "tool-call-no-json": Said(
        text=None,
        calls=(Called('{"city": "Par'),),
        finish="tool_calls",
        needs="tools",
        dialects=frozenset({"chat"}),
    ),
    "finish-length": Said(text=wordings.ORDINARY, finish="length"),
    "finish-filtered": Said(
        text=wordings.ORDINARY, finish="filtered", dialects=frozenset({"chat", "legacy"})
    ),
    "finish-stop-sequence": Said(
        text=wordings.ORDINARY, finish="stop_sequence", dialects=frozenset({"messages"})
    ),
    "finish-paused": Said(
        text=wordings.ORDINARY, finish="paused", dialects=frozenset({"messages"})
    ),
    "refusal": Said(text=None, refusal=_REFUSAL, finish="refusal", dialects=TALKS),
    "reasoning": Said(
        text=wordings.ORDINARY,
        reasoning='First I looked at the fox.\n\nThen, "quoted", at the dog: é 😀.',
        dialects=TALKS,
    ),
    "citations": Said(text=wordings.ORDINARY, citations=_SOURCES, dialects=TALKS),
    "several-texts": Said(
        text=wordings.ORDINARY, more_texts=(wordings.ANOTHER,), dialects=frozenset({"messages"})
    ),
    # More than one choice comes only if more were asked for (OpenAI, API reference, `choices`). Who
    # takes one of them has to take all that he tells from the same.
    "unasked-choice": Said(
        text=wordings.ORDINARY, others=("length",), dialects=frozenset({"chat", "legacy"})
    ),
    "silent-choice": Said(
        text=wordings.ORDINARY,
        is_second_silent=True,
        needs="choices",
        dialects=frozenset({"chat", "legacy"}),
    ),
    # Nothing makes choices differ, least of all a temperature of 0.
    "equal-choices": Said(
        text=wordings.ORDINARY,
        is_second_same=True,
        needs="choices",
        dialects=frozenset({"chat", "legacy"}),
    ),
    "logprobs": Said(
        text=wordings.ORDINARY,
        has_logprobs=True,
        needs="logprobs",
        dialects=frozenset({"chat", "legacy"}),
    ),
    "usage-details": Said(text=wordings.ORDINARY, has_details=True),
    "resolved-model": Said(text=wordings.ORDINARY, is_resolved=True),
    # New members are no breaking change to a provider (OpenAI, API reference, compatibility).
    "unknown-members": Said(
        text=wordings.ORDINARY,
        has_details=True,
        extra={"x_text": "kept as it is: é", "x_nested": {"list": [1, None, {"a": "b"}]}},
    ),
    "numbers": Said(
        text=wordings.ORDINARY,
        extra={"x_large": 2**53 + 1, "x_whole": 1.0, "x_small": 1e-7, "x_negative": -0.000123456},
    ),
}
