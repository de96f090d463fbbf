"""vcrpy of every age, YAML or JSON, and pydantic-ai's variant with parsed bodies.

Layouts: format 1 (`uri`, `body.string`, `status.code`); the list without a version before 1.0
(`protocol`, `host`, `port`, `path`, header lines); `content` and `status_code`, which the httpx
part wrote until 6.0; `parsed_body` beside or in place of `body`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.cassette.importers.message import body_bytes, exchange_of, json_bytes
from harness.cassette.importers.place import InvalidEntry, Journal, Place, RefusedFile
from harness.cassette.importers.recording import Exchange

_DEFAULT_PORTS = {"https": 443, "http": 80}


def read_entry(entry: Place) -> Exchange:
    """Return one item of `interactions`, or of the list that older files are."""
    request, response = entry.need("request"), entry.need("response")
    return exchange_of(
        request,
        response,
        url=_url(request),
        status=response.need("status", "status_code"),
        bodies=(_body(request), _body(response)),
        recorded_at=entry.find("recorded_at"),
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


def first_mistake(documents: Sequence[Any]) -> str | None:
    """Return what keeps the first wrong entry of a cassette from being read, with its pointer.

    None where nothing is wrong that is looked at here.
    """
    try:
        entries = Place(documents[0] if documents else None, "", Journal()).need("interactions")
        if not isinstance(entries.value, list):
            raise InvalidEntry(entries, f"a list was expected, not {entries.kind}")
        for entry in entries.items():
            read_entry(entry)
            entry.need("response").need("body")
    except (InvalidEntry, RefusedFile) as error:
        return str(error)
    return None
