"""Ruby VCR, and R's vcr, which writes the same shape with fewer lists.

Ruby: `method` in small letters or as a symbol, `body` with `encoding` and `string` or
`base64_string`. R: `status` may be a bare number, a header one text, and `raw_gzip` holds base64
of a body that was compressed for the file alone.
"""

from __future__ import annotations

from harness.cassette.importers.message import base64_bytes, body_bytes, exchange_of
from harness.cassette.importers.place import InvalidEntry, Place
from harness.cassette.importers.plain_body import without
from harness.cassette.importers.recording import Exchange


def read_entry(entry: Place) -> Exchange:
    """Return one item of `http_interactions`, or of the list that files before VCR 2.0 are."""
    entry = _without_colons(entry)
    request = _without_colons(entry.need("request"))
    response = _without_colons(entry.need("response"))
    return exchange_of(
        request,
        response,
        url=request.need("uri", "url"),
        status=_without_colons(response.need("status")),
        bodies=(_body(request), _body(response)),
        recorded_at=entry.find("recorded_at"),
    )


def _without_colons(place: Place) -> Place:
    """Read symbols as keys: `:request` is `request`."""
    if not isinstance(place.value, dict):
        return place
    named = {name.lstrip(":"): value for name, value in place.value.items()}
    return Place(named, place.pointer, place.journal)


def _body(message: Place) -> bytes:
    body = message.find("body")
    if body is None:
        return b""
    body = _without_colons(body)
    packed = body.find("raw_gzip")
    if packed is not None:
        # R's memCompress calls it gzip and writes zlib; `deflate` stands for either.
        return without("deflate", base64_bytes(packed), packed)
    if body.find("fields") is not None:
        raise InvalidEntry(body, "the fields of a form were kept, not the bytes of the body")
    return body_bytes(body)
