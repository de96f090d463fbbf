"""HAR 1.2 of browsers and proxies, and Polly.JS's, which keeps binary bodies in pieces.

Polly (packages/persister and adapter-node-http): `text` is then a JSON array with a piece in each
item, base64 with `encoding: base64`, hex in older files with `_isBinary`.
"""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error as Base64Error
from urllib.parse import urlencode

from harness.cassette.importers.message import base64_bytes, body_bytes, exchange_of
from harness.cassette.importers.place import InvalidEntry, Place
from harness.cassette.importers.recording import Exchange


def read_entry(entry: Place) -> Exchange:
    """Return one item of `log.entries`."""
    request, response = entry.need("request"), entry.need("response")
    return exchange_of(
        request,
        response,
        url=request.need("url"),
        status=_status(response),
        bodies=(_request_body(request), _content(response)),
        seconds=_seconds(entry.find("time")),
        recorded_at=entry.find("startedDateTime"),
    )


def _status(response: Place) -> Place:
    status, words = response.need("status"), response.find("statusText")
    if status.value == 0:
        raise InvalidEntry(status, "the request failed, there was no response")
    value = {"code": status.value, "message": words.text() if words else ""}
    return Place(value, status.pointer, status.journal)


def _seconds(time: Place | None) -> float:
    value = time.value if time else 0
    return value / 1000 if isinstance(value, (int, float)) and 0 < value < 1e12 else 0.0


def _request_body(request: Place) -> bytes:
    data = request.find("postData")
    if data is None:
        return b""
    if data.find("text") is not None:
        return _text(data)
    fields = data.find("params")
    if fields is None or not isinstance(fields.value, list) or not fields.value:
        return b""
    fields.note("the form was kept parsed; its exact bytes are lost")
    pairs = [(field.need("name").text(), field.find("value")) for field in fields.items()]
    return urlencode([(name, value.text() if value else "") for name, value in pairs]).encode()


def _content(response: Place) -> bytes:
    content = response.find("content")
    if content is None:
        return b""
    if content.find("text") is None:
        size = content.find("size")
        if size and isinstance(size.value, (int, float)) and size.value > 0:
            content.note(f"the {size.value} bytes of the body were not recorded")
        return b""
    return _text(content)


def _text(holder: Place) -> bytes:
    text = holder.need("text")
    encoding = holder.find("encoding")
    coding = encoding.text().lower() if encoding else ""
    is_binary = bool(holder.value.get("_isBinary"))
    if not is_binary and coding in ("", "utf8", "utf-8"):
        return body_bytes(text)
    pieces = _pieces(text)
    if pieces is not None:
        is_hex = coding in ("", "hex")
        return b"".join(_piece(text, piece, is_hex=is_hex) for piece in pieces)
    if coding == "base64":
        return base64_bytes(text)
    if coding in ("", "hex"):
        return _piece(text, text.text(), is_hex=True)
    raise InvalidEntry(holder, f"the encoding {coding[:40]!r} is not known")


def _pieces(text: Place) -> list[str] | None:
    if not isinstance(text.value, str) or not text.value.lstrip().startswith("["):
        return None
    try:
        pieces = json.loads(text.value)
    except (ValueError, RecursionError) as error:
        raise InvalidEntry(text, "no list of pieces") from error
    if not all(isinstance(piece, str) for piece in pieces):
        raise InvalidEntry(text, "a piece of the body is no text")
    return list(pieces)


def _piece(text: Place, piece: str, *, is_hex: bool) -> bytes:
    try:
        return bytes.fromhex(piece) if is_hex else b64decode(piece, validate=True)
    except (Base64Error, ValueError) as error:
        raise InvalidEntry(
            text, f"a piece of the body is not {'hex' if is_hex else 'base64'}"
        ) from error


def in_recorded_order(entries: list[Place]) -> list[Place]:
    """Put entries of the same request (Polly's `_id`) in the order that Polly's `_order` gives."""
    slots: dict[str, list[int]] = {}
    for index, entry in enumerate(entries):
        if isinstance(entry.value, dict) and isinstance(entry.value.get("_order"), int):
            slots.setdefault(str(entry.value.get("_id")), []).append(index)
    ordered = list(entries)
    for indexes in slots.values():
        same = sorted((entries[index] for index in indexes), key=lambda e: e.value["_order"])
        for index, entry in zip(indexes, same, strict=True):
            ordered[index] = entry
    return ordered
