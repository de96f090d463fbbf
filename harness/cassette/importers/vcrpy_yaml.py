"""vcrpy of every age, YAML or JSON, and pydantic-ai's variant with parsed bodies.

Layouts: format 1 (`uri`, `body.string`, `status.code`); the list without a version before 1.0
(`protocol`, `host`, `port`, `path`, header lines); `content` and `status_code`, which the httpx
part wrote until 6.0; `parsed_body` beside or in place of `body`.
"""

from __future__ import annotations

from harness.cassette.importers.message import (
    body_bytes,
    header_lines,
    json_bytes,
    request_of,
    response_of,
)
from harness.cassette.importers.place import Place
from harness.cassette.importers.recording import Exchange

_DEFAULT_PORTS = {"https": 443, "http": 80}


def read_entry(entry: Place) -> Exchange:
    """Return one item of `interactions`, or of the list that older files are.

    Raises:
        InvalidEntry: it has no request, response, status or URL that can be read.
        RefusedFile: a body is a decompression bomb.
    """
    request, response = entry.need("request"), entry.need("response")
    recorded_at = entry.find("recorded_at")
    return Exchange(
        request=request_of(request, url=_url(request), body=_body(request)),
        response=response_of(
            response,
            status=response.need("status", "status_code"),
            headers=header_lines(response.find("headers")),
            body=_body(response),
        ),
        recorded_at=recorded_at.text() if recorded_at else None,
    )


def _url(request: Place) -> Place:
    if request.find("uri") is not None or request.find("path") is None:
        return request.need("uri", "url")
    scheme = request.need("protocol").text()
    host, path = request.need("host").text(), request.need("path").text()
    port = request.find("port")
    usual = port is None or port.text() == str(_DEFAULT_PORTS.get(scheme))
    text = f"{scheme}://{host}{'' if port is None or usual else f':{port.text()}'}{path}"
    return Place(text, f"{request.pointer}/path", request.journal)


def _body(message: Place) -> bytes:
    parsed = message.find("parsed_body")
    return json_bytes(parsed) if parsed else body_bytes(message.find("body", "content"))
