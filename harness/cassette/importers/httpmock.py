"""httpmock (Rust): a `when` and a `then` in each YAML document.

A recording leaves the host out and keeps only the headers that it was told to keep. What `when`
can say beyond one request (`path_contains`, `json_body_includes`, …) is a rule, not a recording.
"""

from __future__ import annotations

from urllib.parse import urlencode

from harness.cassette.importers.message import (
    base64_bytes,
    body_bytes,
    exchange_of,
    header_lines,
    json_bytes,
)
from harness.cassette.importers.place import Place
from harness.cassette.importers.recording import Exchange

_READ = frozenset({"path", "method", "query_param", "header", "body", "json_body", "body_base64"})
_SERVER = ("scheme", "host", "port")


def read_entry(entry: Place) -> Exchange:
    """Return the exchange that one document holds; its origin is guessed and noted."""
    when, then = entry.need("when"), entry.need("then")
    for name in when.value:
        if name not in (*_READ, *_SERVER):
            when.note(f"the condition {name[:40]!r} is not kept")
    return exchange_of(
        when, then, url=_url(when), status=then.need("status"), bodies=(_body(when), _body(then))
    )


def _url(when: Place) -> Place:
    path = when.need("path")
    text = path.text()
    query = header_lines(when.find("query_param"))
    if query:
        text += "?" + urlencode(query)
    host = when.find("host")
    if host is not None:
        scheme, port = when.find("scheme"), when.find("port")
        origin = f"{scheme.text() if scheme else 'https'}://{host.text()}"
        text = f"{origin}{f':{port.text()}' if port else ''}{text}"
    return Place(text, path.pointer, path.journal)


def _body(message: Place) -> bytes:
    coded, tree = message.find("body_base64"), message.find("json_body")
    if coded is not None:
        return base64_bytes(coded)
    body = message.find("body")
    return json_bytes(tree) if tree is not None and body is None else body_bytes(body)
