"""How many tokens a Messages request is, and which of them a cache holds (§5.2 of the sheet).

A prompt is read in the order of tools, system, messages. `cache_control` at a place caches all that
comes before: written in the first turn of a conversation, read in the later ones. Prefixes of less
than 1024 tokens are not cached (Anthropic's guide to prompt caching).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from harness.upstream.simulators.chat_request import MESSAGE_TOKENS, text_of
from harness.upstream.simulators.wording import pieces

IMAGE_TOKENS = 250
LEAST_CACHED = 1024

CONTEXT = 200_000
LONG_CONTEXT = 1_000_000
"""With the beta `context-1m`."""


class PromptSize(NamedTuple):
    """Tokens of a prompt; `fresh` are those that no cache had to do with."""

    fresh: int
    read: int = 0
    written_5m: int = 0
    written_1h: int = 0

    @property
    def total(self) -> int:
        """All tokens of the prompt."""
        return sum(self)


class Segment(NamedTuple):
    """A part of the prompt; `ttl` is that of a cache mark in it, empty without one."""

    tokens: int
    ttl: str


def prompt_size(body: Mapping[str, Any]) -> PromptSize:
    """Return the size of a checked body's prompt."""
    segments = [*_segments(body)]
    total = sum(segment.tokens for segment in segments)
    marks = [index for index, segment in enumerate(segments) if segment.ttl]
    cached = sum(segment.tokens for segment in segments[: marks[-1] + 1]) if marks else 0
    if cached < LEAST_CACHED:
        return PromptSize(total)
    is_later_turn = any(message["role"] == "assistant" for message in body["messages"])
    known = marks[-2] + 1 if len(marks) > 1 else len(segments)
    read = sum(segment.tokens for segment in segments[:known]) if is_later_turn else 0
    read = min(read, cached)
    written = cached - read
    if segments[marks[-1]].ttl == "1h":
        return PromptSize(total - cached, read, 0, written)
    return PromptSize(total - cached, read, written, 0)


def context_of(betas: str) -> int:
    """Return how long a prompt may be; `betas` is the header `anthropic-beta`."""
    return LONG_CONTEXT if "context-1m" in betas else CONTEXT


def image_tokens(body: Mapping[str, Any]) -> int:
    """Return how many of the tokens are images."""
    return sum(_images(message["content"]) for message in body["messages"]) * IMAGE_TOKENS


def tool_result(message: Mapping[str, Any]) -> str | None:
    """Return the text of the tool results in a message, None without any."""
    content = message.get("content")
    blocks = content if isinstance(content, list) else []
    results = [block for block in blocks if block.get("type") == "tool_result"]
    return "\n".join(text_of(block.get("content")) for block in results) if results else None


def _segments(body: Mapping[str, Any]) -> Iterator[Segment]:
    if body.get("tools"):
        yield Segment(len(pieces(json.dumps(body["tools"]))), _mark(body["tools"]))
    yield Segment(len(pieces(text_of(body.get("system")))), _mark(body.get("system")))
    whole = _ttl(body.get("cache_control"))
    last = len(body["messages"]) - 1
    for index, message in enumerate(body["messages"]):
        content = message["content"]
        words = len(pieces(text_of(content))) + len(pieces(tool_result(message) or ""))
        tokens = words + MESSAGE_TOKENS + _images(content) * IMAGE_TOKENS
        yield Segment(tokens, _mark(content) or (whole if index == last else ""))


def _mark(items: Any) -> str:
    """Return the time to live of the last cache mark among tools or blocks."""
    marks = [
        _ttl(item.get("cache_control"))
        for item in (items if isinstance(items, list) else ())
        if isinstance(item, Mapping)
    ]
    return next((mark for mark in reversed(marks) if mark), "")


def _ttl(control: Any) -> str:
    return str(control.get("ttl") or "5m") if isinstance(control, Mapping) else ""


def _images(content: Any) -> int:
    blocks: Sequence[Any] = content if isinstance(content, list) else []
    return sum(1 for block in blocks if block.get("type") == "image")
