"""Header lines, bodies and statuses in the shapes that recorders give them."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator

from harness.cassette.importers.origins import absolute_url
from harness.cassette.importers.place import InvalidEntry, Place
from harness.cassette.importers.plain_body import plain_body
from harness.cassette.importers.recording import Exchange
from harness.records.http import Headers, HttpRequest, HttpResponse

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, §5.6.2: a token
_FOLD = re.compile(r"[ \t]*[\r\n\0]+[ \t]*")
_STATUS_LINE = re.compile(r"\s*(?:HTTP/[\d.]+\s+)?(\d{3})(?:\s+(.*))?\s*", re.S)
_EXACT_ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii-8bit", "binary"})


def exchange_of(
    request: Place,
    response: Place,
    *,
    url: Place,
    status: Place,
    bodies: tuple[bytes, bytes],
    seconds: float = 0.0,
    recorded_at: Place | None = None,
) -> Exchange:
    """Return the exchange of two messages whose header lines stand under `headers` or `header`.

    Args:
        request: where `method` stands.
        response: what notes about the response's body point to.
        url: the request's URL or path.
        status: the response's status, see `status_of`.
        bodies: of request and response; that of the response is decompressed.
        seconds: how long it took, 0 when nobody knows.
        recorded_at: when it was, in the recorder's own way.

    Raises:
        InvalidEntry: the method, the URL, the status or a header is not readable.
        RefusedFile: the body of the response is a decompression bomb.
    """
    sent = header_lines(request.find("headers", "header"))
    code, reason = status_of(status)
    plain = plain_body(header_lines(response.find("headers", "header")), bodies[1], response)
    return Exchange(
        request=HttpRequest(
            method=_method(request.need("method")),
            url=absolute_url(url, sent, bodies[0]),
            headers=sent,
            body=bodies[0],
        ),
        response=HttpResponse(status=code, reason=reason, headers=plain.headers, body=plain.body),
        seconds=seconds,
        recorded_at=recorded_at.text() if recorded_at else None,
    )


def _method(place: Place) -> str:
    name = place.text().strip().lstrip(":").upper()  # Ruby writes a symbol, :post
    if not _NAME.fullmatch(name):
        raise InvalidEntry(place, f"no method: {name[:40]!r}")
    return name


def status_of(place: Place) -> tuple[int, str]:
    """Return code and reason of `200`, `"200 OK"` or `{"code": 200, "message": "OK"}`.

    Raises:
        InvalidEntry: there is no code from 100 to 999.
    """
    if isinstance(place.value, dict):
        code, _ = status_of(place.need("code", "status", "status_code"))
        message = place.find("message", "reason")
        return code, _FOLD.sub(" ", message.text()) if message else ""
    match = _STATUS_LINE.fullmatch(place.text())
    if match is None or match[1] < "100":
        raise InvalidEntry(place, f"no status: {place.text()[:40]!r}")
    return int(match[1]), _FOLD.sub(" ", (match[2] or "").strip())


def header_lines(place: Place | None) -> Headers:
    """Return the header lines at `place`, whichever way they are written.

    A mapping of names to a text or a list; or a list of `Name: value` texts, of pairs, or of
    mappings with `name` and `value`.

    Raises:
        InvalidEntry: it is none of these.
    """
    if place is None:
        return ()
    lines = []
    for name, value in _pairs(place):
        line = _line(name, value)
        if line is not None:
            lines.append(line)
    return tuple(lines)


def _pairs(place: Place) -> Iterator[tuple[str, Place]]:
    if isinstance(place.value, dict):
        for name, values in zip(place.value, place.items(), strict=True):
            if isinstance(values.value, list):
                yield from ((name, value) for value in values.items())
            elif values.value is not None:
                yield name, values
        return
    if not isinstance(place.value, list):
        raise InvalidEntry(place, f"headers were expected, not {place.kind}")
    for item in place.items():
        yield from _listed(item)


def _listed(item: Place) -> Iterator[tuple[str, Place]]:
    if isinstance(item.value, dict):
        value = item.find("value")
        if value is not None:
            yield item.need("name").text(), value
        return
    if isinstance(item.value, list):
        parts = list(item.items())
        if len(parts) == 2 and not isinstance(parts[0].value, list):
            yield parts[0].text(), parts[1]
        else:  # vcrpy before 1.0 kept a set of pairs in a list of one
            for part in parts:
                yield from _listed(part)
        return
    name, colon, text = item.text().partition(":")
    if not colon:
        item.note("no header line; it is left out")
        return
    yield name.strip(), Place(text.strip(), item.pointer, item.journal)


def _line(name: str, place: Place) -> tuple[str, str] | None:
    if not _NAME.fullmatch(name):
        what = "pseudo-header" if name.startswith(":") else "name that no header can have"
        place.note(f"{name[:40]!r} is a {what}; the line is left out")
        return None
    value = place.text()
    if _FOLD.search(value.strip()):
        place.note("a header value of several lines is put on one")
        value = _FOLD.sub(" ", value.strip())
    return name, value


def body_bytes(place: Place | None) -> bytes:
    """Return the bytes of a body: text, bytes, a list of them, or one under its encoding's name.

    Raises:
        InvalidEntry: base64 that is none, or a body that was kept outside of the file.
    """
    if place is None or place.value is None:
        return b""
    if isinstance(place.value, bytes):
        return place.value
    if isinstance(place.value, str):
        return _encoded(place)
    if isinstance(place.value, dict):
        return _named_body(place)
    if isinstance(place.value, list) and all(isinstance(i, (str, bytes)) for i in place.value):
        return b"".join(body_bytes(item) for item in place.items())
    return json_bytes(place)


def _named_body(place: Place) -> bytes:
    if place.find("on_disk") or (place.find("file") and place.value["file"] is True):
        raise InvalidEntry(place, "the body was kept in another file")
    if place.has("string"):
        string = place.find("string")
        if string is None or string.value is False:  # R's way to say that there is none
            return b""
        encoding = place.find("encoding")
        if encoding and encoding.text().lower() not in _EXACT_ENCODINGS and not _is_ascii(string):
            place.note(f"the body was {encoding.text()[:40]}; it is kept in UTF-8")
        return body_bytes(string)
    coded = place.find("base64_string", "base64")
    if coded is not None:
        return base64_bytes(coded)
    if not place.value or set(place.value) == {"encoding"}:
        return b""
    return json_bytes(place)


def _is_ascii(place: Place) -> bool:
    return not isinstance(place.value, str) or place.value.isascii()


def _encoded(place: Place) -> bytes:
    text: str = place.value
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        place.note("half a surrogate pair in the body is replaced by U+FFFD")
        paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return paired.encode("utf-8")


def base64_bytes(place: Place) -> bytes:
    """Return the bytes that a base64 text stands for; line ends in it are allowed.

    Raises:
        InvalidEntry: it is not base64.
    """
    try:
        return b64decode("".join(place.text().split()), validate=True)
    except (Base64Error, ValueError) as error:
        raise InvalidEntry(place, "not base64") from error


def json_bytes(place: Place) -> bytes:
    """Return a tree that was kept in place of the bytes as compact JSON, with a note.

    Raises:
        InvalidEntry: something in it is not JSON.
    """
    place.note("the body was kept parsed; it is written as compact JSON, its exact bytes are lost")
    try:
        text = json.dumps(place.value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidEntry(place, "the body was kept parsed and is no JSON") from error
