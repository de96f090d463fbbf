"""httprr (Go): `httprr trace v1`, then records of two byte counts and two HTTP/1.1 messages."""

from __future__ import annotations

import re
from typing import Any

from harness.cassette.importers.message import exchange_of
from harness.cassette.importers.place import InvalidEntry, Place, RefusedFile
from harness.cassette.importers.recording import Exchange

FIRST_LINE = b"httprr trace v1\n"
_COUNTS = re.compile(rb"(\d{1,12}) (\d{1,12})\n")
_REQUEST_LINE = re.compile(r"(\S+) (\S+) HTTP/\d\.\d")
_STATUS_LINE = re.compile(r"HTTP/\d\.\d (\d{3})(?: (.*))?")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]*\r\n")


def split_records(data: bytes) -> list[dict[str, Any]]:
    """Return the records of a file, `{"request": bytes, "response": bytes}` each.

    Raises:
        RefusedFile: the byte counts are not there, or do not fit the file.
    """
    records, at = [], len(FIRST_LINE)
    while at < len(data):
        counts = _COUNTS.match(data, at)
        line = data.count(b"\n", 0, at) + 1
        if counts is None:
            raise RefusedFile("no byte counts of a request and a response", line=line)
        middle = counts.end() + int(counts[1])
        end = middle + int(counts[2])
        if end > len(data):
            missing = end - len(data)
            raise RefusedFile(f"the record goes on {missing} bytes after the file ends", line=line)
        records.append({"request": data[counts.end() : middle], "response": data[middle:end]})
        at = end
    return records


def read_entry(entry: Place) -> Exchange:
    """Return the exchange of one record."""
    request = _message(entry.need("request"), _REQUEST_LINE)
    response = _message(entry.need("response"), _STATUS_LINE)
    (method, url), (code, reason) = request.value["line"], response.value["line"]
    return exchange_of(
        Place({**request.value, "method": method}, request.pointer, entry.journal),
        response,
        url=Place(url, request.pointer, entry.journal),
        status=Place({"code": code, "message": reason or ""}, response.pointer, entry.journal),
        bodies=(request.value["body"], response.value["body"]),
    )


def _message(place: Place, first_line: re.Pattern[str]) -> Place:
    # Scrubbers leave bare line feeds behind; RFC 9112, §2.2 lets a reader accept them.
    end = _HEAD_END.search(place.value)
    head, body = (
        (place.value[: end.start()], place.value[end.end() :]) if end else (place.value, b"")
    )
    lines = re.split(r"\r?\n", head.decode("latin-1"))
    match = first_line.fullmatch(lines[0])
    if match is None:
        raise InvalidEntry(place, f"no first line of HTTP/1.1: {lines[0][:40]!r}")
    if any(re.match(r"transfer-encoding:.*chunked", line, re.I) for line in lines[1:]):
        body = _unchunked(body)
    value = {"line": match.groups(), "headers": lines[1:], "body": body}
    return Place(value, place.pointer, place.journal)


def _unchunked(body: bytes) -> bytes:
    """Take the chunk sizes out (RFC 9112, §7.1); a body that has none is left as it is."""
    pieces: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(body, at):
        end = size.end() + int(size[1], 16)
        if int(size[1], 16) == 0:
            return b"".join(pieces)
        if body[end : end + 2] != b"\r\n":
            return body
        pieces.append(body[size.end() : end])
        at = end + 2
    return body
