"""Reading a provider's event stream while it arrives, with the caller told of each delta."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

from servers import failures
from servers.failures import Arrived, UpstreamFailure
from servers.json_text import NotJSON, parse
from servers.sse import Event, EventParser

OnDelta = Callable[[int, str], Awaitable[None]]
"""Called with the running count of deltas, from 1, and the text of the delta."""


class StreamAssembly(Protocol):
    """Puts the events of one wire format together to an answer."""

    @property
    def is_over(self) -> bool:
        """Whether the event that ends a stream of this format has come."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing of the answer is missing, even if the stream just stops."""

    def add(self, event: dict[str, Any], /) -> list[str]:
        """Take an event in; return the texts of the deltas in it."""

    def result(self) -> dict[str, Any] | None:
        """Return the answer so far, None before the first event."""


class StreamReader:
    """Reads one stream; `arrived` says how far it came, whatever happens to it."""

    def __init__(self, assembly: StreamAssembly, on_delta: OnDelta) -> None:
        self._assembly = assembly
        self._on_delta = on_delta
        self._parser = EventParser()
        self._texts: list[str] = []
        self._is_done = False

    @property
    def arrived(self) -> Arrived:
        """What has come so far."""
        return Arrived(deltas=len(self._texts), text="".join(self._texts))

    @property
    def lines(self) -> int:
        """How many lines have come, comments and empty ones too."""
        return self._parser.lines

    async def read(self, chunks: AsyncIterator[bytes]) -> dict[str, Any]:
        """Return the assembled answer.

        Raises:
            UpstreamFailure: an error event, an event that cannot be understood, or an end without
                `[DONE]`, `message_stop` or finish reason; `arrived` is set.
        """
        try:
            async for chunk in chunks:
                for event in self._parser.feed(chunk):
                    await self._take(event)
                if self._is_done:
                    break
            for event in self._parser.close():
                await self._take(event)
            return self._answer()
        except UnicodeDecodeError:
            raise self._failure("the stream is not UTF-8") from None
        except NotJSON as error:
            raise self._failure(f"an event of the stream is {error}") from None
        except (AttributeError, KeyError, TypeError):
            # Chunks are taken by the shape that their format has; any other shape ends up here.
            raise self._failure("an event of the stream has an unknown shape") from None

    def broken_off(self, why: str) -> UpstreamFailure:
        """Return the failure of a stream that ends too early."""
        return self._failure(f"the stream broke off: {why}")

    async def _take(self, event: Event) -> None:
        if self._is_done or not event.data.strip():
            return
        if event.data.strip() == "[DONE]":
            self._is_done = True
            return
        if event.name == "error":
            raise self._error_event(event.data)
        chunk = parse(event.data)
        if failures.has_error(chunk):
            raise self._error_event(event.data)
        for text in self._assembly.add(chunk):
            self._texts.append(text)
            await self._on_delta(len(self._texts), text)
        self._is_done = self._assembly.is_over

    def _answer(self) -> dict[str, Any]:
        answer = self._assembly.result()
        if answer is None:
            raise self.broken_off("it ended without any content")
        if not (self._is_done or self._assembly.is_complete):
            raise self.broken_off("it ended before the answer was finished")
        return answer

    def _error_event(self, data: str) -> UpstreamFailure:
        try:
            body = parse(data)
        except NotJSON:
            body = data
        error = body if isinstance(body, dict) else {"error": body}
        failure = failures.from_error_answer(200, error)
        return UpstreamFailure(
            f"the stream carried an error: {failure.reason}",
            status=200,
            retryable=failure.retryable,
            arrived=self.arrived,
        )

    def _failure(self, reason: str) -> UpstreamFailure:
        return UpstreamFailure(reason, status=200, arrived=self.arrived)
