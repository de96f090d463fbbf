"""JSON that holds one request and its response, as test agents and proxies write it."""

from __future__ import annotations

from harness.cassette.importers.message import (
    base64_bytes,
    body_bytes,
    header_lines,
    request_of,
    response_of,
)
from harness.cassette.importers.place import Place
from harness.cassette.importers.recording import Exchange

REQUEST = ("request", "req")
RESPONSE = ("response", "res", "resp")
_BODY = ("body", "content", "text", "data", "parsed_body", "json")


def read_entry(entry: Place) -> Exchange:
    """Return the exchange at `entry`; the usual names of each part are tried in turn.

    Raises:
        InvalidEntry: it has no request, response, status or URL that can be read.
        RefusedFile: a body is a decompression bomb.
    """
    request, response = entry.need(*REQUEST), entry.need(*RESPONSE)
    recorded_at = entry.find("recorded_at", "timestamp", "date")
    return Exchange(
        request=request_of(request, url=request.need("url", "uri", "path"), body=_body(request)),
        response=response_of(
            response,
            status=response.need("status", "status_code", "statusCode", "code"),
            headers=header_lines(response.find("headers", "header")),
            body=_body(response),
        ),
        recorded_at=recorded_at.text() if recorded_at else None,
    )


def _body(message: Place) -> bytes:
    coded = message.find("body_base64", "base64_body", "bodyBase64")
    if coded is not None:
        return base64_bytes(coded)
    body, encoding = message.find(*_BODY), message.find("body_encoding", "bodyEncoding", "encoding")
    if body is not None and encoding is not None and encoding.value == "base64":
        return base64_bytes(body)
    return body_bytes(body)
