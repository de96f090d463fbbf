"""The provider of an audit: loopback servers in a thread of their own, one for each lane.

A thread, because a server in process may block the event loop while it waits for its provider. A
lane is a port that one link to the target has for itself, so a request belongs to the call that
is under way there. A server in process is known better: its door (`scripted_door`) names the call.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType

from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from harness.records.http import HttpRequest
from harness.upstream.asgi_request import read_request
from harness.upstream.asgi_server import serve_app
from harness.upstream.scripted_call import ScriptedCall
from harness.upstream.unknown_host import UNKNOWN_HOST
from harness.upstream.wire_answer import WireAnswer
from harness.upstream.wire_play import play

DECIDED_HEADER = b"x-toolreel-decided"
"""Names the answer that the door in process has decided about already."""
NO_HOST = f"/{UNKNOWN_HOST}".encode()
"""Stands for the host when a server keeps only the beginning of `{upstream}/host/path`."""


class Lane:
    """One port of the provider, and the call that is under way at it.

    It is served from when somebody asks for its address: most servers in process never do.
    """

    def __init__(self, provider: ScriptedUpstream) -> None:
        self.call: ScriptedCall | None = None
        self.served_at = ""
        """The base URL, empty while it is not served."""
        self._provider = provider
        self._opening = threading.Lock()

    @property
    def base(self) -> str:
        """What `{upstream}` stands for; the lane is served from now on."""
        with self._opening:
            if not self.served_at:
                self.served_at = self._provider.serve(self)
        return self.served_at

    @contextmanager
    def serving(self, call: ScriptedCall) -> Iterator[ScriptedCall]:
        """Let what comes in while the block runs belong to `call`."""
        self.call = call
        try:
            yield call
        finally:
            call.is_over = True
            if self.call is call:
                self.call = None

    def decide(self, request: HttpRequest) -> WireAnswer:
        """Answer a request; one that belongs to no call is answered as any."""
        call = self.call or ScriptedCall()
        return call.decide(request)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        try:
            request = await read_request(_at_origin(scope), receive)
        except ClientDisconnect:
            return
        known = next((value for name, value in scope["headers"] if name == DECIDED_HEADER), b"")
        answer = self._provider.decided.pop(known.decode("latin-1"), None)
        await play(answer or self.decide(request), receive, send)


class ScriptedUpstream:
    """The provider of one audit; use as a context manager around it."""

    def __init__(self) -> None:
        self.decided: dict[str, WireAnswer] = {}
        self._numbers = itertools.count()
        self._stack = ExitStack()
        self._portal: BlockingPortal | None = None

    def __enter__(self) -> ScriptedUpstream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def open_lane(self, port: int = 0) -> Lane:
        """Return a lane with a port of its own; one that is given is served at once.

        Raises:
            OSError: the port is taken.
        """
        lane = Lane(self)
        if port:
            lane.served_at = self.serve(lane, port)
        return lane

    def serve(self, lane: Lane, port: int = 0) -> str:
        """Serve `lane` until the audit ends, and return its base URL.

        Raises:
            OSError: the port is taken.
        """
        if self._portal is None:
            self._portal = self._stack.enter_context(start_blocking_portal())
        served = self._portal.wrap_async_context_manager(serve_app(lane, port))
        return self._stack.enter_context(served)

    def keep(self, answer: WireAnswer) -> str:
        """Return the name under which `answer` can be fetched over HTTP, once."""
        name = str(next(self._numbers))
        self.decided[name] = answer
        return name


def with_host(raw_path: bytes) -> bytes:
    """Return `raw_path` with a first segment that can be a host."""
    first = raw_path.lstrip(b"/").partition(b"/")[0]
    is_host = b"." in first or b":" in first or first == b"localhost"
    return raw_path if is_host else NO_HOST + raw_path


def _at_origin(scope: Scope) -> Scope:
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8")
    return {**scope, "raw_path": with_host(raw_path)}
