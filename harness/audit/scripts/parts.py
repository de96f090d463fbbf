"""Parts that the answers of all dialects share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from harness.audit.scripts.said import Called
from harness.upstream.simulators.seeded import EPOCH, Seed
from harness.upstream.simulators.wire import compact, frame

CREATED = EPOCH
MOST_PIECES = 40
_LINE_ENDS = {char.encode(): f"\\u{ord(char):04x}".encode() for char in "\x85\u2028\u2029"}


class Counts(NamedTuple):
    """Tokens of an answer: numbers that stand for nothing, other ones for each script."""

    prompt: int
    completion: int
    reasoning: int
    cached: int


def seed_of(name: str) -> Seed:
    """Return what the made-up parts of the script `name` are drawn from."""
    return Seed.of(b"audit", name.encode())


def event(data: dict[str, Any], name: str | None = None, padding: bytes = b"") -> bytes:
    """Return an event, its JSON with `padding` before the last brace.

    U+0085, U+2028 and U+2029 are escaped. They end no line of an event stream (HTML standard
    §9.2.6), but clients exist that split at them, and no provider is known to send them raw.
    """
    text = compact(data)
    for raw, escaped in _LINE_ENDS.items():
        text = text.replace(raw, escaped)
    return frame(text[:-1] + padding + text[-1:], name)


def counts(name: str) -> Counts:
    """Return the usage of the script `name`; four digits are seldom in a text by chance."""
    seed = seed_of(name)
    return Counts(
        prompt=seed.number("prompt", 2100, 4900),
        completion=seed.number("completion", 1100, 1900),
        reasoning=seed.number("reasoning", 210, 490),
        cached=seed.number("cached", 1010, 1090),
    )


def call_id(name: str, choice: int, place: int, length: int = 18) -> str:
    """Return the id of a tool call, without the prefix that each provider has."""
    return seed_of(name).letters(f"call{choice}.{place}", length)


def arguments_text(call: Called) -> str:
    """Return the arguments of a call as the text in which a chat answer has them."""
    if isinstance(call.arguments, str):
        return call.arguments
    return json.dumps(call.arguments, ensure_ascii=False)


def tool_name(call: Called, tools: tuple[str, ...]) -> str:
    """Return the name of the tool that is called."""
    return tools[min(call.tool, len(tools) - 1)]


def cut(text: str) -> Iterator[str]:
    """Yield the deltas of a text: at most `MOST_PIECES`, of uneven length, blanks at either end.

    They end where code points do: a stream's JSON can hold no less, but may part an accent, a
    joiner or a line end from what belongs to it.
    """
    if not text:
        return
    step = max(2, len(text) // MOST_PIECES + 1)
    start, number = 0, 0
    while start < len(text):
        size = (1, step, 2 * step - 1)[number % 3]
        yield text[start : start + size]
        start, number = start + size, number + 1
