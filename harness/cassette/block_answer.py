"""The answer in a block, read as bytes and in one pass: what a replay costs is mostly this."""

from __future__ import annotations

import json
import re
import zlib
from typing import Any

from harness.cassette.block import (
    EXTRA_LINE,
    RESPONSE_LINE,
    NotABlock,
    read_body,
    read_headers,
    read_scalar,
)
from harness.cassette.block_interaction import NO_RESPONSE_STATUS, ending
from harness.cassette.recorded_answer import RecordedAnswer, sent_headers

_RESPONSE_START = f"\n{RESPONSE_LINE}".encode()
_RESPONSE = re.compile(
    rb"    status: \{code: (\d+), message: (.*)\}\n"
    rb"    headers:(?: \{\}\n|\n((?:      .*\n)+))"
    rb"    body:\n      string: "
)
_QUOTE = ord("'")
_HEADER_INDENT = b"      "
_BETWEEN_NAMES = b": [']\n      "


def read_answer(data: bytes, start: int, end: int) -> RecordedAnswer:
    """Return the answer in the block `data[start:end]`.

    Raises:
        NotABlock: somebody changed the block, or it is none.
    """
    last = data.rfind(EXTRA_LINE, start, end)
    try:
        extra: dict[str, Any] = json.loads(data[last + len(EXTRA_LINE) : end].decode("utf-8"))
        if zlib.crc32(memoryview(data)[start : last + 1]) != int(extra["crc"], 16):
            raise NotABlock("changed since it was recorded")
        return _read(data, data.index(_RESPONSE_START, start, last), last, extra)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise NotABlock(str(error)) from error


def _read(data: bytes, start: int, end: int, extra: dict[str, Any]) -> RecordedAnswer:
    head = _RESPONSE.match(data, start + len(_RESPONSE_START), end)
    if head is None:
        raise NotABlock("not laid out as a response")
    status = int(head[1])
    rest = ending(extra)
    if status == NO_RESPONSE_STATUS:
        return RecordedAnswer(None, b"", [], b"", *rest)
    body = _body(data, head.end(), end)
    headers = sent_headers(_headers(head[3] or b""), body)
    return RecordedAnswer(status, _scalar(head[2]), headers, body, *rest)


def _headers(lines: bytes) -> list[tuple[bytes, bytes]]:
    """Return header lines; nearly always each is a plain name and one single-quoted value."""
    if not lines:
        return []
    pieces = lines.split(b"'")
    heads = b"'".join(pieces[:-1:2])
    names = heads[len(_HEADER_INDENT) : -len(b": [")].split(_BETWEEN_NAMES)
    is_plain = (
        len(pieces) == 2 * len(names) + 1
        and len(names) == lines.count(b"\n")
        and heads.endswith(b": [")
        and pieces[-1] == b"]\n"
        and b'"' not in heads
    )
    if is_plain:
        return list(zip(names, pieces[1::2], strict=True))
    text = read_headers(lines.decode("utf-8"))
    return [(name.encode("utf-8"), value.encode("utf-8")) for name, value in text]


def _body(data: bytes, start: int, end: int) -> bytes:
    if data[start] == data[end - 1] == _QUOTE:  # by far the usual form
        body = data[start + 1 : end - 1]
        return body.replace(b"''", b"'") if _QUOTE in body else body
    return read_body(data[start:end].decode("utf-8"))


def _scalar(data: bytes) -> bytes:
    if data[0] == data[-1] == _QUOTE:
        return data[1:-1].replace(b"''", b"'")
    return read_scalar(data.decode("utf-8")).encode("utf-8")
