"""Making the calls of an audit: one after the other, or beside each other where that is certain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import anyio

from harness.audit.context import ToolFacts
from harness.audit.refusals.pace import is_of_pace
from harness.audit.time_limits import TRIES
from harness.audit.varied import varied
from harness.errors import TargetError
from harness.records.audit import NotTested, Observation, Probe
from harness.runner.audit_link import BROKEN, AuditLink
from harness.runner.audit_session import AuditSession
from harness.targets import InProcessTarget
from harness.upstream.faults import Fault, parse_fault
from harness.upstream.scripted_call import ScriptedCall

MOST_PROCESSES, MOST_LINKS = 6, 16
"""How many calls wait beside each other at most, out of process and in process."""
JUDGED_BY_PACE = ("valid", "boundary", "invalid")
"""Phases whose oracle knows of refused paces."""
REPEATING = ("errors", "outputs", "streaming")
"""Phases that ask the same again and again."""
MOST_SILENT = 3
"""Calls of one tool and phase without an answer, after which the rest would only take time."""
MOST_SLOW, SLOW_SECONDS = 20, 2.0
"""Calls of one tool and phase that are refused so late without asking the provider, likewise: a
server that tries again what cannot succeed."""
NEARLY = 0.95
"""The share of a server's own time limit at which it is taken to have run out."""
WARM_SECONDS = 30.0
LONGEST_PAUSE = 60.0
"""Seconds; a longer retry-after is not obeyed by these SDKs."""


class AuditCalls:
    """Makes calls and gives what came of them in the order of the probes."""

    def __init__(self, session: AuditSession) -> None:
        self._session = session
        self._tries_again = False
        self._variations = 0
        self._unvaried: set[str] = set()
        """Tools that do not ask for another text either."""

    async def make(
        self, probes: Sequence[Probe], *, seconds: float | None = None
    ) -> list[Observation]:
        """Make the calls of one phase, one after the other.

        Once the server was seen to try again after a failure, whose pauses add up, what fails is
        called beside each other.
        """
        found: list[Observation] = []
        silent: Counter[str] = Counter()
        slow: Counter[str] = Counter()
        for place, probe in enumerate(probes):
            is_over = silent[probe.tool] == MOST_SILENT or slow[probe.tool] == MOST_SLOW
            if is_over and not probe.upstream.fault:
                continue
            if probe.upstream.fault and self._tries_again and self._session.may_overlap:
                return found + await self.make_beside(probes[place:], seconds=seconds)
            try:
                limit = seconds or self._seconds(probe)
                seen = await self._one(self._session.link, probe, limit)
            except TargetError as error:
                self._session.lose(error, [one.phase for one in probes[place:]])
                break
            found += self._without_obeyed_wait([seen])
            if seen.call.outcome.plane == "timeout" and not probe.upstream.fault:
                silent[probe.tool] += 1
                self._note_silent(probe, silent[probe.tool])
            if _is_slow_refusal(seen):
                slow[probe.tool] += 1
                self._note_slow(probe, slow[probe.tool])
        return found

    def _note_silent(self, probe: Probe, count: int) -> None:
        if count == MOST_SILENT:
            reason = f"{count} calls got no answer; the rest of the phase was not made"
            self._session.not_tested.append(
                NotTested(tool=probe.tool, what=probe.phase, reason=reason)
            )

    def _note_slow(self, probe: Probe, count: int) -> None:
        if count == MOST_SLOW:
            reason = (
                f"{count} calls were refused after over two seconds each; the rest was not made"
            )
            self._session.not_tested.append(
                NotTested(tool=probe.tool, what=probe.phase, reason=reason)
            )

    async def make_beside(
        self, probes: Sequence[Probe], *, seconds: float | None = None
    ) -> list[Observation]:
        """Make calls that wait, beside each other; each has its link for itself."""
        found: dict[int, Observation] = {}
        waiting = iter(enumerate(probes))

        async def work() -> None:
            try:
                async with self._session.open_link() as link:
                    await self._warm(link, probes)
                    for place, probe in waiting:
                        limit = seconds or self._seconds(probe)
                        found[place] = await self._one(link, probe, limit)
            except* TargetError as error:
                self._session.skip([probe.phase for probe in probes], error)

        is_in_process = isinstance(self._session.target, InProcessTarget)
        most = MOST_LINKS if is_in_process else MOST_PROCESSES
        async with anyio.create_task_group() as tasks:
            for _ in range(min(most, len(probes))):
                tasks.start_soon(work)
        return self._without_obeyed_wait([found[place] for place in sorted(found)])

    async def _warm(self, link: AuditLink, probes: Sequence[Probe]) -> None:
        """Make an ordinary call first: what a process loads when it is called takes its time."""
        tool = self._session.context.tool(probes[0].tool)
        is_process = not isinstance(self._session.target, InProcessTarget)
        if is_process and tool is not None and tool.base is not None:
            call = ScriptedCall(tool=tool.name, seed=link.seed)
            answer = await link.ask(tool.name, tool.base, call, seconds=WARM_SECONDS)
            if answer.outcome.plane in BROKEN:
                await link.pool.drop(link.target)

    def _without_obeyed_wait(self, seen: Sequence[Observation]) -> list[Observation]:
        """Leave out, and note, what was refused for its pace, and what waits as it was asked to.

        The official client of Anthropic (2.x) waits as long as the provider asks, however long.
        """
        obeying = [item for item in seen if obeys_wait(item, self._session.limit)]
        paced = [
            item for item in seen if item.probe.phase not in JUDGED_BY_PACE and is_of_pace(item)
        ]
        self._session.not_tested += [
            NotTested(tool=item.probe.tool, what=item.probe.id, reason="its pace was refused")
            for item in paced
        ]
        self._session.not_tested += [
            NotTested(
                tool=item.probe.tool,
                what=f"errors: {item.probe.upstream.fault}",
                reason="the server waits as long as the provider asks, longer than an audit does",
            )
            for item in obeying
        ]
        return [item for item in seen if item not in obeying and item not in paced]

    async def _one(self, link: AuditLink, probe: Probe, seconds: float) -> Observation:
        tool = self._session.context.tool(probe.tool)
        base = tool.base if tool is not None else None
        seen, call = await link.observe(probe, base=base, seconds=seconds)
        if tool is not None and self._is_remembered(seen, tool):
            seen, call = await self._asked_anew(link, seen, tool, seconds)
        self._count(probe, 1 + (seen.is_serving is not None))
        if probe.upstream.fault and len(call.interactions) > 1:
            self._tries_again = True
        self._session.progress.advance()
        return seen

    def _is_remembered(self, seen: Observation, tool: ToolFacts) -> bool:
        """Whether a server that has asked its provider before gives a result without asking."""
        is_result = seen.call.outcome.plane == "result" and seen.call.interactions == ()
        is_asked = seen.probe.phase in REPEATING and tool.dialect is not None
        return is_result and is_asked and tool.name not in self._unvaried

    async def _asked_anew(
        self, link: AuditLink, seen: Observation, tool: ToolFacts, seconds: float
    ) -> tuple[Observation, ScriptedCall]:
        """Make a call with another text, so that no cache has its answer; keep it if that helps."""
        self._variations += 1
        arguments = varied(tool, seen.probe.arguments, self._variations)
        probe = seen.probe.model_copy(update={"arguments": arguments})
        if arguments is not None:
            other, call = await link.observe(probe, base=tool.base, seconds=seconds)
            if call.interactions:
                return other, call
        self._unvaried.add(tool.name)
        return seen, ScriptedCall()

    def _count(self, probe: Probe, calls: int) -> None:
        counts = self._session.calls
        counts[probe.phase] = counts.get(probe.phase, 0) + calls

    def _seconds(self, probe: Probe) -> float:
        """Return how long the call may take; what the fault waits comes on top."""
        seconds = self._session.context.seconds
        if not probe.upstream.fault:
            return seconds
        fault = parse_fault(probe.upstream.fault)
        if fault.kind == "drip" or fault.frame_delay is not None:
            seconds += LONGEST_PAUSE  # how long the whole takes depends on its length
        return seconds + TRIES * (_pause(fault) + (fault.delay or 0.0))


def obeys_wait(seen: Observation, limit: float | None) -> bool:
    """Tell whether a server waits as it was asked to, until we or its own time limit end that."""
    fault = seen.probe.upstream.fault
    if not fault or parse_fault(fault).retry_after is None:
        return False
    asked, plane = len(seen.call.interactions or ()), seen.call.outcome.plane
    if plane == "timeout":
        return asked in range(1, TRIES + 1)
    gives_up = limit is not None and seen.call.seconds >= limit * NEARLY
    return asked == 1 and gives_up and plane in ("tool_error", "protocol_error")


def _pause(fault: Fault) -> float:
    """Return how long the SDKs wait for this retry-after; 0 for one that they do not obey."""
    after = fault.retry_after or ""
    seconds = float(after) if after.isdigit() else 0.0
    return seconds if seconds <= LONGEST_PAUSE else 0.0


def _is_slow_refusal(seen: Observation) -> bool:
    is_refused = seen.call.outcome.plane in ("tool_error", "protocol_error")
    return is_refused and not seen.call.interactions and seen.call.seconds > SLOW_SECONDS


def is_silent(probe: Probe) -> bool:
    """Tell whether the server has to give up by itself in this call, or should."""
    if not probe.upstream.fault:
        return False
    fault = parse_fault(probe.upstream.fault)
    return fault.is_silent or fault.lasting is not None
