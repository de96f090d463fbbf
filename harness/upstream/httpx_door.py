"""The door in process: what httpx and httpx2 send goes to whoever holds this context.

The transports are patched once and for good; `holding` says who decides. What no holder wants
goes its own way.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from harness.cassette.recorded_answer import RecordedAnswer
from harness.upstream.custom_transport import patch_client
from harness.upstream.holding import Asked, Holder, current, holding
from harness.upstream.library_response import played
from harness.upstream.live_recording import LiveRecording, passed_on
from harness.upstream.socket_guard import unguarded
from harness.upstream.thread_inheritance import patch_threads

if TYPE_CHECKING:
    from harness.upstream.exchange import Upstream

_DOOR = "__toolreel_door__"
"""Marks a method that asks the holder first, by the module that made it: a test run inside another
may have imported this one again."""
_OURS = object()
_patched: set[tuple[ModuleType, str]] = set()


@contextmanager
def held(upstream: Upstream, standin: str = "") -> Iterator[None]:
    """Let `upstream` answer every request that is made in this context to another machine.

    What is replayed for the stand-in at the base URL `standin` is answered without going there:
    nothing waits for a provider that was silent when it was recorded.
    """
    # A cassette in use needs no scenario, and what scenarios need takes long to import.
    from harness.upstream.scenario_holder import ScenarioHolder

    patch_clients()
    with holding(ScenarioHolder(upstream, standin)):
        yield


def patch_clients() -> None:
    """Patch both libraries, and what carries a holder into threads.

    Once; but another tool may have taken the patch away since (pytest-httpx puts back what it
    found), and then it is made again, for nothing must go live unseen.
    """
    for name in ("httpx", "httpx2"):
        library = importlib.import_module(name)
        asynchronous, synchronous = library.AsyncHTTPTransport, library.HTTPTransport
        if _needs_door(library, asynchronous.handle_async_request, "async"):
            inner = asynchronous.handle_async_request
            asynchronous.handle_async_request = _async_door(library, inner)
        if _needs_door(library, synchronous.handle_request, "sync"):
            synchronous.handle_request = _sync_door(library, synchronous.handle_request)
        _patch_choice_of_transport(library)
    _patch_threads_once()


def _needs_door(library: ModuleType, method: Any, style: str) -> bool:
    """Whether `method` is the library's own; what another tool put there is left, but once."""
    is_first = (library, style) not in _patched
    _patched.add((library, style))
    is_own = method.__module__.split(".")[0] == library.__name__
    return getattr(method, _DOOR, None) is not _OURS and (is_first or is_own)


@functools.cache
def _patch_choice_of_transport(library: ModuleType) -> None:
    patch_client(library, library.AsyncClient, send_async)
    patch_client(library, library.Client, send)


@functools.cache
def _patch_threads_once() -> None:
    patch_threads()


def _deciding(library: ModuleType, request: Any) -> Holder | None:
    """Return who decides about `request`, None when it goes its own way."""
    holder = current()
    if holder is None:
        return None
    if holder.stands_in_at and str(request.url).startswith(holder.stands_in_at):
        return holder
    return None if holder.leaves_alone(library.__name__, request.url.host) else holder


def _async_door(library: ModuleType, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    async def handle_async_request(self: Any, request: Any) -> Any:
        holder = _deciding(library, request)
        if holder is None:
            return await original(self, request)
        return await send_async(library, holder, partial(original, self), request)

    setattr(handle_async_request, _DOOR, _OURS)
    return handle_async_request


def _sync_door(library: ModuleType, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def handle_request(self: Any, request: Any) -> Any:
        holder = _deciding(library, request)
        if holder is None:
            return original(self, request)
        return send(library, holder, partial(original, self), request)

    setattr(handle_request, _DOOR, _OURS)
    return handle_request


async def send_async(
    library: ModuleType, holder: Holder, transport: Callable[[Any], Any], request: Any
) -> Any:
    """RecordedAnswer a request as `holder` decides; `transport` is how it would go out."""
    asked = Asked(request, await request.aread())
    decision = holder.decide(asked)
    if isinstance(decision, RecordedAnswer):
        return played(library, decision, request, holder.pace, is_async=True)
    with holding(None), unguarded():
        if decision is None:
            return await transport(request)
        outgoing = request if decision.sent is None else _sent(library, decision.sent)
        recording = LiveRecording(decision)
        try:
            response = await transport(outgoing)
        except library.TransportError as error:
            recording.fail(error)
            raise
    return passed_on(library, response, recording)


def send(library: ModuleType, holder: Holder, transport: Callable[[Any], Any], request: Any) -> Any:
    """RecordedAnswer a request as `send_async` does."""
    asked = Asked(request, request.read())
    decision = holder.decide(asked)
    if isinstance(decision, RecordedAnswer):
        return played(library, decision, request, holder.pace, is_async=False)
    with holding(None), unguarded():
        if decision is None:
            return transport(request)
        outgoing = request if decision.sent is None else _sent(library, decision.sent)
        recording = LiveRecording(decision)
        try:
            response = transport(outgoing)
        except library.TransportError as error:
            recording.fail(error)
            raise
    return passed_on(library, response, recording)


def _sent(library: ModuleType, sent: Any) -> Any:
    return library.Request(
        sent.method,
        sent.url,
        headers=list(sent.headers),
        content=sent.body,
        extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), sent.timeout)},
    )
