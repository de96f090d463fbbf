"""JSON that holds one request and its response, as test agents and proxies write it."""

from __future__ import annotations

from harness.cassette.importers.message import base64_bytes, body_bytes, exchange_of
from harness.cassette.importers.place import Place
from harness.cassette.importers.recording import Exchange

REQUEST = ("request", "req")
RESPONSE = ("response", "res", "resp")
_BODY = ("body", "content", "text", "data", "parsed_body", "json")


def read_entry(entry: Place) -> Exchange:
    """Return the exchange at `entry`; the usual names of each part are tried in turn."""
    request, response = entry.need(*REQUEST), entry.need(*RESPONSE)
    return exchange_of(
        request,
        response,
        url=request.need("url", "uri", "path"),
        status=response.need("status", "status_code", "statusCode", "code"),
        bodies=(_body(request), _body(response)),
        recorded_at=entry.find("recorded_at", "timestamp", "date"),
    )


def _body(message: Place) -> bytes:
    coded = message.find("body_base64", "base64_body", "bodyBase64")
    if coded is not None:
        return base64_bytes(coded)
    body, encoding = message.find(*_BODY), message.find("body_encoding", "bodyEncoding", "encoding")
    if body is not None and encoding is not None and encoding.value == "base64":
        return base64_bytes(body)
    return body_bytes(body)
