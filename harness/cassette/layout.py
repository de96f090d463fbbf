"""Where the interactions stand in a cassette file of our own layout, found without parsing it."""

from __future__ import annotations

import re
from typing import NamedTuple

from harness.cassette.block import EXTRA_KEY, FIRST_LINE

HEADER = b"version: 1\ninteractions:\n"
"""The first lines of a file of our layout; then blocks and comment lines, in any order."""

EMPTY_HEADER = b"version: 1\ninteractions: []\n"
"""The first lines of a file without interactions, which may have comment lines all the same."""

_BLOCK_START = FIRST_LINE.encode()
_LAST_LINE = f"\n{EXTRA_KEY}".encode()
_FACTS = re.compile(rb'\{"crc":"[0-9a-f]{8}","key":"([0-9a-f]{32})","seq":(\d+)[^\n]*\}\n')


class Span(NamedTuple):
    """One block: its bytes are `data[start:end]`; key and number in order of start beside it."""

    start: int
    end: int
    key: bytes
    sequence: int


class Layout(NamedTuple):
    """The blocks of a file, and how far it is whole; what follows `end` is a torn tail."""

    spans: list[Span]
    end: int


def find_blocks(data: bytes) -> Layout | None:
    """Return the layout of `data`, or None when it is not laid out as ours."""
    if data.startswith(EMPTY_HEADER):
        end = _skip_comments(data, len(EMPTY_HEADER))
        return Layout([], end) if end == len(data) or _may_be_torn(data[end:]) else None
    if not data.startswith(HEADER):
        return None
    spans = []
    at = len(HEADER)
    while (line := data.find(_LAST_LINE, at)) >= 0:
        facts = _FACTS.match(data, line + len(_LAST_LINE))
        if facts is None:
            break
        start = _skip_comments(data, at)
        if not data.startswith(_BLOCK_START, start):
            return None
        spans.append(Span(start, facts.end(), facts[1], int(facts[2])))
        at = facts.end()
    end = _skip_comments(data, at)
    if end < len(data) and not _may_be_torn(data[end:]):
        return None
    return Layout(spans, end)


def _skip_comments(data: bytes, at: int) -> int:
    while data.startswith(b"#", at):
        line_end = data.find(b"\n", at)
        if line_end < 0:
            return at
        at = line_end + 1
    return at


def _may_be_torn(tail: bytes) -> bool:
    """Tell the beginning of a block or of a comment from something that somebody added.

    Before another block is written a torn one is cut off, so it is never followed by one.
    """
    if b"\n" + _BLOCK_START in tail:
        return False
    return tail.startswith((b"#", _BLOCK_START)) or _BLOCK_START.startswith(tail)
