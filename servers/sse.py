"""Server-sent events, parsed while they arrive (WHATWG HTML, section 9.2.6).

Two deviations, both seen in recordings of gateways: an event without its final blank line counts
(5 of 687 streams), and a line `error: {...}` is an error event (1 of 687), not an unknown field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One event: its name (`""` when not given) and its data lines joined by newlines."""

    name: str
    data: str


class EventParser:
    """Turns chunks of bytes, cut anywhere, into events.

    Lines are cut in bytes and decoded whole, so that a character split over two chunks survives.
    `lines` counts the lines so far, comments too: what grows it is a provider at work.
    `feed` and `close` raise `UnicodeDecodeError` for a line that is not UTF-8.
    """

    def __init__(self) -> None:
        self.lines = 0
        self._pending: list[bytes] = []
        self._ended_in_return = False
        self._is_first_line = True
        self._name = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Yield the events that this chunk completes."""
        if not chunk:
            return
        ends_in_return = chunk.endswith(b"\r")
        if self._ended_in_return:
            chunk = chunk.removeprefix(b"\n")
        self._ended_in_return = ends_in_return
        *lines, rest = _LINE_END.split(chunk)
        for line in lines:
            self.lines += 1
            yield from self._line(self._take_pending() + line)
        if rest:
            self._pending.append(rest)

    def close(self) -> Iterator[Event]:
        """Yield what the end of the stream completes: a last line, a last event."""
        yield from self._line(self._take_pending())
        yield from self._dispatch()

    def _take_pending(self) -> bytes:
        start = b"".join(self._pending)
        self._pending.clear()
        return start

    def _line(self, line: bytes) -> Iterator[Event]:
        if self._is_first_line:
            line = line.removeprefix(_BYTE_ORDER_MARK)
            self._is_first_line = False
        if not line:
            yield from self._dispatch()
            return
        field, _, value = line.decode("utf-8").partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._name = value
        elif field == "error":
            yield Event("error", value)

    def _dispatch(self) -> Iterator[Event]:
        if self._data:
            yield Event(self._name, "\n".join(self._data))
        self._name, self._data = "", []
