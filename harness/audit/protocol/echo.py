"""A provider that answers each request by the sentinel in it, so that answers can be told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from harness.audit.dialect import Dialect, recognised
from harness.audit.protocol.places import SENTINEL, answer_to
from harness.audit.scripts.asked import Asked
from harness.audit.scripts.chat import chat_document
from harness.audit.scripts.chat_stream import chat_frames
from harness.audit.scripts.legacy import legacy_document, legacy_frames
from harness.audit.scripts.messages import messages_document, messages_frames
from harness.audit.scripts.said import Said
from harness.records.http import HttpRequest, HttpResponse
from harness.upstream.simulators.wire import compact

NOTHING_ASKED = "toolreel-none-000-answered"

_DOCUMENTS: dict[Dialect, Callable[[str, Said, Asked], dict[str, Any]]] = {
    "chat": chat_document,
    "legacy": legacy_document,
    "messages": messages_document,
}
_FRAMES: dict[Dialect, Callable[[dict[str, Any]], Iterator[bytes]]] = {
    "chat": chat_frames,
    "legacy": legacy_frames,
    "messages": messages_frames,
}


def echoed(request: HttpRequest) -> HttpResponse | None:
    """Return the answer that names the sentinel of `request`; None when its API is not known."""
    dialect = recognised(request)
    if dialect is None:
        return None
    text = asked_in(request)
    asked = Asked.of(request)
    said = Said(text=answer_to(text) if text else NOTHING_ASKED)
    document = _DOCUMENTS[dialect]("text", said, asked)
    if asked.is_streamed:
        body, kind = b"".join(_FRAMES[dialect](document)), "text/event-stream; charset=utf-8"
    else:
        body, kind = compact(document), "application/json"
    return HttpResponse(status=200, headers=(("content-type", kind),), body=body)


def asked_in(request: HttpRequest) -> str:
    """Return the last sentinel in the body of `request`, which was asked last; empty for none."""
    found = SENTINEL.findall(request.body.decode("utf-8", errors="replace"))
    return found[-1] if found else ""
