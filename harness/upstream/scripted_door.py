"""The door of an audit in process: what httpx and httpx2 send is answered for the provider.

A plain answer is played at once; one that breaks on the wire is fetched over loopback, with the
time limits of the client that asks. The call is known by context variable, which tasks and threads
inherit (`holding`, `thread_inheritance`).
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from harness.cassette.recorded_answer import RecordedAnswer
from harness.loopback import is_loopback
from harness.upstream.holding import Asked, Holder, current
from harness.upstream.httpx_door import patch_clients
from harness.upstream.library_response import played
from harness.upstream.scripted_call import ScriptedCall
from harness.upstream.scripted_upstream import (
    DECIDED_HEADER,
    NO_HOST,
    Lane,
    ScriptedUpstream,
    with_host,
)
from harness.upstream.standin_address import at_origin
from harness.upstream.wire_answer import APART, WireAnswer


class ScriptedHolder:
    """Holds what one call of a server in process sends; the general door leaves it to this one."""

    is_open = True
    may_go_live = True
    pace = 0.0
    stands_in_at = ""

    def __init__(self, provider: ScriptedUpstream, lane: Lane, call: ScriptedCall) -> None:
        self.outer: Holder | None = None
        self.provider, self._lane, self._call = provider, lane, call
        patch_clients()
        _patch()

    def leaves_alone(self, library: str, host: str) -> bool:
        """Leave every request to the door below the general one."""
        return True

    def decide(self, asked: Asked) -> None:
        """Let a transport that is not the library's own go its way."""

    def takes(self, url: str) -> bool:
        """Tell whether a request to `url` is for the provider: not for another loopback server."""
        return self._is_at_lane(url) or not is_loopback(urlsplit(url).hostname or "")

    def _is_at_lane(self, url: str) -> bool:
        served_at = self._lane.served_at
        return bool(served_at) and url.startswith(f"{served_at}/")

    def decided(self, asked: Asked, limit: float | None) -> WireAnswer:
        """Return the answer for `asked`, whose client waits `limit` seconds."""
        request = asked.whole()
        if self._is_at_lane(request.url):
            raw_path = urlsplit(request.url).path.encode("utf-8")
            request = at_origin(request, with_host(raw_path))
        call = self._lane.call if self._call.is_over else self._call
        if call is None:
            return ScriptedCall().decide(request)
        call.limits.append(limit)
        return call.decide(request)

    @property
    def address(self) -> str:
        """Where a decided answer is fetched."""
        return f"{self._lane.base}{NO_HOST.decode()}/"


@functools.cache
def _patch() -> None:
    """Patch the transports of both libraries, under the general door."""
    for name in ("httpx", "httpx2"):
        library = importlib.import_module(name)
        asynchronous, synchronous = library.AsyncHTTPTransport, library.HTTPTransport
        asynchronous.handle_async_request = _async(library, asynchronous.handle_async_request)
        synchronous.handle_request = _sync(library, synchronous.handle_request)


def _async(library: ModuleType, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    async def handle_async_request(self: Any, request: Any) -> Any:
        holder = current()
        if not isinstance(holder, ScriptedHolder) or not holder.takes(str(request.url)):
            return await original(self, request)
        answer = holder.decided(Asked(request, await request.aread()), _limit(request))
        if _is_plain(answer):
            return played(library, _recorded(answer), request, 0.0, is_async=True)
        wire = library.AsyncHTTPTransport(verify=False)
        return await original(wire, _fetch(library, holder, answer, request))

    return handle_async_request


def _sync(library: ModuleType, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def handle_request(self: Any, request: Any) -> Any:
        holder = current()
        if not isinstance(holder, ScriptedHolder) or not holder.takes(str(request.url)):
            return original(self, request)
        answer = holder.decided(Asked(request, request.read()), _limit(request))
        if _is_plain(answer):
            return played(library, _recorded(answer), request, 0.0, is_async=False)
        wire = library.HTTPTransport(verify=False)
        return original(wire, _fetch(library, holder, answer, request))

    return handle_request


def _fetch(library: ModuleType, holder: ScriptedHolder, answer: WireAnswer, request: Any) -> Any:
    """Return the request that fetches a decided answer; its connection serves this one only."""
    name = holder.provider.keep(answer)
    headers = [(DECIDED_HEADER, name.encode()), (b"connection", b"close")]
    timeout = request.extensions.get("timeout")
    extensions = {"timeout": timeout} if timeout is not None else {}
    return library.Request("GET", holder.address, headers=headers, extensions=extensions)


def _limit(request: Any) -> float | None:
    limit: float | None = (request.extensions.get("timeout") or {}).get("read")
    return limit


def _is_plain(answer: WireAnswer) -> bool:
    # In process pieces stay apart without a wait.
    is_prompt = not answer.delay and not any(piece.wait > APART for piece in answer.pieces)
    return bool(answer.status) and answer.ending == "complete" and is_prompt


def _recorded(answer: WireAnswer) -> RecordedAnswer:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    sizes = tuple((0.0, len(piece.body)) for piece in answer.pieces)
    return RecordedAnswer(answer.status, b"", headers, answer.body, chunks=sizes)
