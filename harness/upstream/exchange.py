"""The upstream that a target sees during one scenario: played from a cassette or recorded into it.

Both doors, the patched HTTP clients and the loopback stand-in, ask the same object what to do with
a request and tell it how a forwarded one ended.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from harness.cassette.cassette import Cassette
from harness.cassette.matching import match_key
from harness.cassette.near_miss import explain_miss
from harness.cassette.redact import Redactor
from harness.records.call import Miss
from harness.records.http import (
    Chunks,
    Headers,
    HttpRequest,
    HttpResponse,
    Interaction,
    TransportFailure,
)
from harness.upstream.fault_plan import FaultPlan
from harness.upstream.faults import Fault
from harness.upstream.forwarding import forwarded_headers, stood_in

RecordMode = Literal["none", "once", "new_episodes", "all"]
"""As in vcrpy: replay only; record when there is no cassette; record what it lacks; record anew."""

MISS_STATUS = 418
"""A miss is answered with a status that no provider sends and no SDK retries."""
MISS_HEADER = ("x-toolreel", "cassette-miss")
FAULT_HEADER = "x-toolreel-fault"
REFUSING_URL = "http://127.0.0.1:1"
"""Nothing listens at port 1 (tcpmux), so a connection to it is refused for real."""
FAULT_TIMEOUT_SECONDS = 0.5
LIVE_TIMEOUT_SECONDS = 600.0

Sink = Callable[[Interaction, int], None]
"""Puts a recorded interaction where it outlives the process; the number is its place in the order
of start, counted on from the interactions that the cassette holds already."""


@dataclass(frozen=True)
class Source:
    """Where recorded answers come from; without a base URL, from the real origin."""

    simulator: str | None = None

    @property
    def origin(self) -> str:
        """The word for it in a cassette's metadata."""
        return "live" if self.simulator is None else "simulated"


@dataclass(frozen=True)
class Play:
    """Answer with this recorded interaction."""

    interaction: Interaction


@dataclass(frozen=True)
class Forward:
    """Send the request to `url` and tell the upstream how it ended."""

    slot: int
    method: str
    url: str
    headers: Headers
    body: bytes
    timeout: float
    tool: str
    fault: Fault | None


@dataclass(frozen=True)
class Reply:
    """How a forwarded request ended; `chunks` as in `Interaction`."""

    response: HttpResponse | None
    failure: TransportFailure | None
    seconds: float
    chunks: Chunks = ()


class Upstream:
    """What stands behind a target while one scenario runs."""

    def __init__(
        self,
        cassette: Cassette,
        *,
        mode: RecordMode,
        source: Source | None,
        redactor: Redactor,
        today: datetime.date,
        sink: Sink | None = None,
    ) -> None:
        self.cassette = cassette
        self.fault = None
        self.pace = 0.0
        """What recorded waiting times are multiplied by; 0 plays at once."""
        self.tool = ""
        """The tool that is being called, for the metadata."""
        self.broken: Exception | None = None
        """What went wrong in the harness while a server waited for its answer; the server must not
        be judged by it."""
        self.problems: list[str] = []
        """Why the real provider could not be reached, while recording."""
        self.taken: tuple[int, ...] = ()
        """The numbers, in the cassette's order of start, of what the last `take` had recorded."""
        self._open = 0
        self._first = 0 if mode == "all" else len(cassette)
        self._mode = mode
        self._source = source
        self._redactor = redactor
        self._today = today
        self._sink = sink
        self._recorded: list[Interaction | None] = []
        self._seen: list[Interaction | int] = []
        self._misses: list[Miss] = []

    @property
    def fault(self) -> Fault | None:
        """What the simulator is asked to do to the next requests, while recording."""
        return self._fault

    @fault.setter
    def fault(self, fault: Fault | None) -> None:
        self._fault = fault
        self._plan = FaultPlan([] if fault is None else [fault])

    @property
    def is_replayed(self) -> bool:
        """Whether nothing is recorded: every request is answered from the cassette, or missed."""
        return self._mode == "none"

    def decide(self, request: HttpRequest) -> Play | Forward:
        """Return what is to be done with `request`; a miss is an interaction to play as well."""
        with self._own_errors_kept():
            return self._decide(request)

    @contextmanager
    def _own_errors_kept(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.broken = error
            raise

    def _decide(self, request: HttpRequest) -> Play | Forward:
        known = self._redactor.request(request)
        if self._mode != "all":
            played = self.cassette.play(known)
            if played is not None:
                # Judged is what the server sent now; headers may differ from the recorded ones.
                self._seen.append(played.model_copy(update={"request": known}))
                return Play(self._restored(played))
        if self._may_record():
            return self._forward(request)
        miss = explain_miss(self.cassette, known)
        self._misses.append(miss)
        return Play(Interaction(request=known, response=_miss_response(miss)))

    def _may_record(self) -> bool:
        if self._mode == "once":
            return not self.cassette.exists
        return self._mode in ("new_episodes", "all")

    def _restored(self, interaction: Interaction) -> Interaction:
        if interaction.response is None:
            return interaction
        response = self._redactor.restore(interaction.response)
        return interaction.model_copy(update={"response": response})

    def _forward(self, request: HttpRequest) -> Forward:
        assert self._source is not None, "recording without a source is refused at the start"
        slot = len(self._recorded)
        self._open += 1
        self._recorded.append(None)
        self._seen.append(slot)
        headers = [*forwarded_headers(request.headers)]
        url, timeout, fault = request.url, LIVE_TIMEOUT_SECONDS, None
        if self._source.simulator is not None:
            url = stood_in(self._source.simulator, request.url)
            fault = self._plan.choose(request, self.tool)
            if fault is not None:
                headers.append((FAULT_HEADER, str(fault.unconditional)))
                timeout = FAULT_TIMEOUT_SECONDS if fault.is_silent else timeout
                url = REFUSING_URL if fault.kind == "refused" else url
        return Forward(
            slot, request.method, url, tuple(headers), request.body, timeout, self.tool, fault
        )

    def record(self, forward: Forward, request: HttpRequest, reply: Reply) -> Interaction:
        """Keep how a forwarded request ended; return the redacted interaction."""
        with self._own_errors_kept():
            self._open -= 1
            return self._record(forward, request, reply)

    @property
    def is_forwarding(self) -> bool:
        """Whether a forwarded request has not ended: its server may have hung up long ago."""
        return self._open > 0

    def _record(self, forward: Forward, request: HttpRequest, reply: Reply) -> Interaction:
        assert self._source is not None
        # A simulator's speed means nothing, and without it recording again changes nothing.
        speed = 1.0 if self._source.simulator is None else 0.0
        metadata = {
            "origin": self._source.origin,
            "provider": urlsplit(request.url).hostname or "",
            "recorded": self._today.isoformat(),
            "tool": forward.tool,
        }
        if forward.fault is not None:
            metadata["fault"] = str(forward.fault)
        interaction = self._redactor.interaction(
            Interaction(
                request=request,
                response=reply.response,
                failure=reply.failure,
                seconds=round(reply.seconds, 6) * speed,
                chunks=tuple((round(at, 6) * speed, size) for at, size in reply.chunks),
                metadata=metadata,
            )
        )
        if reply.failure == "refused" and forward.fault is None:
            # The network's doing, not the provider's: nothing to replay.
            self.problems.append(f"cannot connect to {request.origin} to record its answer")
        else:
            if self._sink is not None:
                self._sink(interaction, self._first + forward.slot)
            self._recorded[forward.slot] = interaction
        return interaction

    def take(self) -> tuple[list[Interaction], list[Miss]]:
        """Return the interactions and misses since the last `take`, in order of start."""
        self.taken = tuple(self._first + slot for slot in self._seen if isinstance(slot, int))
        seen = [self._recorded[item] if isinstance(item, int) else item for item in self._seen]
        misses = self._misses
        self._seen, self._misses = [], []
        return [item for item in seen if item is not None], misses

    def to_save(self, *, is_complete: bool = True) -> list[Interaction] | None:
        """Return what the cassette file must hold now, or None when nothing was recorded.

        A recording anew that broke off keeps the old interactions that it did not come to.
        """
        recorded = [item for item in self._recorded if item is not None]
        if not recorded:
            return None
        if self._mode != "all":
            return [*self.cassette.interactions, *recorded]
        if is_complete:
            return recorded
        anew = {match_key(item.request) for item in recorded}
        old = self.cassette.interactions
        return [*(item for item in old if match_key(item.request) not in anew), *recorded]


def _miss_response(miss: Miss) -> HttpResponse:
    message = f"toolreel: {miss.cassette} has no answer for this request ({miss.reason})"
    body: Mapping[str, object] = {"error": {"type": "cassette_miss", "message": message}}
    return HttpResponse(
        status=MISS_STATUS,
        reason="Cassette miss",
        headers=(("content-type", "application/json"), MISS_HEADER),
        body=json.dumps(body).encode(),
    )
