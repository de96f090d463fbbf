"""Who holds the requests that are made here: a scenario or a cassette, by context variable.

Tasks inherit it as they inherit every context variable, so overlapping ones stay apart; for plain
threads see `thread_inheritance`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, Protocol

from harness.cassette.recorded_answer import RecordedAnswer
from harness.records.http import (
    Chunks,
    Headers,
    HttpRequest,
    HttpResponse,
    TransportFailure,
)


class Asked:
    """A request of httpx or httpx2 whose body was read; its headers are decoded when needed."""

    __slots__ = ("_headers", "body", "method", "url")

    def __init__(self, request: Any, body: bytes) -> None:
        self.method: str = request.method
        self.url = str(request.url)
        self.body = body
        self._headers = request.headers

    def header(self, name: str) -> str | None:
        """Return the value of the header `name`, several joined by commas, or None."""
        value: str | None = self._headers.get(name)
        return value

    def bare(self) -> HttpRequest:
        """Return the request without its headers: all that a match looks at."""
        return HttpRequest.model_construct(
            method=self.method, url=self.url, headers=(), body=self.body
        )

    def whole(self) -> HttpRequest:
        """Return the request with its headers."""
        headers: Headers = tuple(self._headers.multi_items())
        return HttpRequest.model_construct(
            method=self.method, url=self.url, headers=headers, body=self.body
        )


class Sent(Protocol):
    """What is sent in place of the request that was asked for."""

    @property
    def method(self) -> str:
        """The method."""

    @property
    def url(self) -> str:
        """Where it is sent to, which may not be where it was asked for."""

    @property
    def headers(self) -> Headers:
        """Header lines in wire order."""

    @property
    def body(self) -> bytes:
        """The body."""

    @property
    def timeout(self) -> float:
        """Seconds, for each phase of the exchange."""


class Ended(NamedTuple):
    """How a live exchange ended; `chunks` are all pieces of the body, however many."""

    response: HttpResponse | None
    failure: TransportFailure | None
    seconds: float
    chunks: Chunks


class Live(NamedTuple):
    """Let the request go out, as it is or as `sent`, and tell `keep` how it ended."""

    keep: Callable[[Ended], object]
    sent: Sent | None = None


class Holder(Protocol):
    """Decides about the requests that are made while it is open."""

    outer: Holder | None
    """Who held before, and holds again when this one is closed."""

    @property
    def is_open(self) -> bool:
        """Whether it still decides."""

    @property
    def may_go_live(self) -> bool:
        """Whether any request can be let out at all."""

    @property
    def pace(self) -> float:
        """What recorded waiting times are multiplied by; 0 plays at once."""

    @property
    def stands_in_at(self) -> str:
        """The address of a stand-in whose requests are decided here, without going there."""

    def leaves_alone(self, library: str, host: str) -> bool:
        """Tell whether requests of this library to this host are none of its business."""

    def decide(self, asked: Asked) -> RecordedAnswer | Live | None:
        """Return what to play, how to go live, or None to let the request pass unseen."""


_active: ContextVar[Holder | None] = ContextVar("toolreel_holder", default=None)


def current() -> Holder | None:
    """Return the innermost open holder of this context."""
    holder = _active.get()
    while holder is not None and not holder.is_open:
        holder = holder.outer
    return holder


@contextmanager
def holding(holder: Holder | None) -> Iterator[None]:
    """Let `holder` decide in this block; None lets everything pass."""
    token = _active.set(holder)
    try:
        yield
    finally:
        _active.reset(token)


def begin(holder: Holder) -> object:
    """Let `holder` decide from now on; `end` takes what this returns."""
    holder.outer = current()
    return _active.set(holder)


def end(token: Any) -> None:
    """Let the holder before decide again, as far as this is the context of `begin`.

    A generator may be finished in another context, where the holder was never set; it is closed
    by then, and a closed holder decides nothing.
    """
    try:
        _active.reset(token)
    except ValueError:
        return
