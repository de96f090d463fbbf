"""Cassettes as an upstream that stays: replayed for as many requests as come, or recorded into."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from harness.cassette.cassette_holder import CassetteHolder
from harness.cassette.cassette_miss import CassetteMiss
from harness.cassette.recorded_answer import RecordedAnswer
from harness.cassette.use_options import UseOptions
from harness.errors import CassetteError
from harness.loopback import is_loopback
from harness.records.call import Miss
from harness.records.http import HttpRequest, Interaction
from harness.upstream.cassette_set import CassetteSet
from harness.upstream.exchange import (
    FAULT_HEADER,
    FAULT_TIMEOUT_SECONDS,
    LIVE_TIMEOUT_SECONDS,
    REFUSING_URL,
)
from harness.upstream.fault_plan import FaultPlan
from harness.upstream.faults import Fault
from harness.upstream.forwarding import Outgoing, forwarded_headers, stood_in
from harness.upstream.holding import Asked, Ended, Live
from harness.upstream.miss_reply import miss_reply

KEPT_MISSES = 1000
"""Misses that are remembered in full; of the others only the number."""

Write = Callable[[Interaction, int], None]


class CassetteUpstream:
    """Answers from cassettes, and records what it may.

    Args:
        cassettes: what is known.
        exists: whether there is a file; without one, mode `once` records.
        options: record mode, pace, redaction, repeats.
        write: takes what is recorded.
        simulator: base URL of the simulator to record from; None is the real origin.
        plan: what the simulator is asked to do.
    """

    def __init__(
        self,
        cassettes: CassetteSet,
        options: UseOptions,
        write: Write,
        *,
        exists: bool = True,
        simulator: str | None = None,
        plan: FaultPlan | None = None,
    ) -> None:
        self.pace = options.pace
        self.misses: deque[Miss] = deque(maxlen=KEPT_MISSES)
        self.missed = 0
        self.recorded = 0
        self._cassettes = cassettes
        self._write = write
        self._simulator = simulator
        self._plan = plan or FaultPlan([])
        self._fault: Fault | None = None
        self._holder = CassetteHolder(
            cassettes.label,
            cassettes.entries if exists else None,
            options,
            self._written,
            first=len(cassettes.entries),
        )

    def decide(self, asked: Asked) -> RecordedAnswer | Live:
        """Return what was recorded, how to record, or the answer that says there is none.

        Raises:
            ValueError: the URL makes no sense, or cannot be forwarded.
        """
        told = self._holder.cassette.misses
        try:
            decision = self._holder.decide(asked)
        except CassetteMiss:
            decision = None
        if told:
            return self._missed(told.pop())
        assert decision is not None, "only a filter lets a request pass, and there is none"
        return self._live(decision, asked) if isinstance(decision, Live) else decision

    def _missed(self, miss: Miss) -> RecordedAnswer:
        if miss.nearest is not None:
            path, number = self._cassettes.place(miss.nearest)
            miss = miss.model_copy(update={"cassette": str(path), "nearest": number})
        self.missed += 1
        self.misses.append(miss)
        return miss_reply(miss)

    def _live(self, decision: Live, asked: Asked) -> Live:
        _require_host(asked.url)
        request = asked.whole()
        headers = forwarded_headers(request.headers)
        url, timeout, fault = request.url, LIVE_TIMEOUT_SECONDS, None
        if self._simulator is not None:
            url = stood_in(self._simulator, url)
            fault = self._plan.choose(request)
        if fault is not None:
            headers = (*headers, (FAULT_HEADER, str(fault.unconditional)))
            timeout = FAULT_TIMEOUT_SECONDS if fault.is_silent else timeout
            url = REFUSING_URL if fault.kind == "refused" else url
        keep = partial(self._keep, decision, request, fault)
        return Live(keep, Outgoing(request.method, url, headers, request.body, timeout))

    def _keep(
        self, decision: Live, request: HttpRequest, fault: Fault | None, ended: Ended
    ) -> None:
        if ended.failure == "refused" and fault is None:
            # The network's doing, not the provider's: nothing to replay.
            raise CassetteError(f"cannot connect to {request.origin} to record its answer")
        self._fault = fault
        decision.keep(ended)
        self.recorded += 1

    def _written(self, interaction: Interaction, number: int) -> None:
        self._write(self._told_truly(interaction), number)

    def _told_truly(self, interaction: Interaction) -> Interaction:
        """Say what was simulated; a simulator's speed means nothing."""
        if self._simulator is None:
            return interaction
        facts = {**interaction.metadata, "origin": "simulated"}
        if self._fault is not None:
            facts["fault"] = str(self._fault)
        chunks = tuple((0.0, size) for _, size in interaction.chunks)
        return interaction.model_copy(update={"metadata": facts, "seconds": 0.0, "chunks": chunks})

    def kept_of_old(self) -> list[Interaction] | None:
        """Return what a recording anew leaves in the file beside itself, with itself, if any."""
        cassette = self._holder.cassette
        old = cassette.not_recorded_again
        return [*old, *map(self._told_truly, cassette.recorded)] if old else None


def _require_host(url: str) -> None:
    host = url.split("/", 3)[2]
    name = host.rpartition(":")[0] or host
    if "." not in name and not is_loopback(name):
        raise ValueError(
            f"the first segment of the path names the provider's host, as in /api.openai.com/v1; "
            f"{host!r} is none"
        )
