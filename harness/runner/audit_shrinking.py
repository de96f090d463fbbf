"""The smallest call that meets the cause of a finding, searched with a few more calls."""

from __future__ import annotations

from typing import TypeGuard

from harness.audit.found import Found, Verdict
from harness.audit.grouping import Group
from harness.audit.registry import Judge
from harness.audit.shrinking import size, smaller
from harness.errors import TargetError
from harness.records.audit import Observation, Phase, Probe
from harness.runner.audit_session import AuditSession

GENERATED: tuple[Phase, ...] = ("valid", "boundary", "invalid")
WIDENED = ("validation.invalid-accepted", "validation.unknown-dropped")
"""Rules whose causes are wider than a single call shows: the same keyword at many places."""
CALLS_FOR_ONE = 12
CALLS_FOR_ALL = 120
SLOW = 1.0
"""Seconds; a call that takes longer is shown as it is."""


class Shrinking:
    """Shrinks the findings of one audit, as long as it has calls left."""

    def __init__(self, session: AuditSession) -> None:
        self._session = session
        self._left = 0 if session.lost else CALLS_FOR_ALL

    async def smallest(self, group: Group, judge: Judge) -> Found:
        """Return the breach of `group` with the smallest arguments that were found."""
        best = min(group.all, key=lambda item: _size(item.observation))
        calls = CALLS_FOR_ONE
        while calls and self._left:
            found, made = await self._step(best, group, judge, calls)
            calls -= made
            if found is None:
                break
            best = found
        return best

    async def _step(
        self, best: Found, group: Group, judge: Judge, calls: int
    ) -> tuple[Found | None, int]:
        """Return a smaller breach of the same cause, or None, and how many calls that took."""
        seen, made = best.observation, 0
        tool = self._session.context.tool(group.tool)
        if seen is None or tool is None or seen in tool.refused or not _can_shrink(seen):
            return None, 0
        for arguments in smaller(seen.probe.arguments, tool.schema):
            if made >= calls or not self._left:
                break
            made, self._left = made + 1, self._left - 1
            probe = seen.probe.model_copy(update={"arguments": arguments})
            tried = await self._tried(probe)
            if tried is None:
                break
            for verdict in judge([*self._session.learned, tried], self._session.context):
                if _is_same(verdict, group) and verdict.observation is tried:
                    return verdict, made
        return None, made

    async def _tried(self, probe: Probe) -> Observation | None:
        """Return what comes of a call; None, and none after it, when the server is gone."""
        seconds = self._session.context.seconds
        try:
            tried, _ = await self._session.link.observe(probe, base=None, seconds=seconds)
        except TargetError:
            self._left = 0
            return None
        return tried


def _is_same(verdict: Verdict, group: Group) -> TypeGuard[Found]:
    if not isinstance(verdict, Found) or verdict.observation is None:
        return False
    tool = verdict.tool or verdict.observation.probe.tool
    places = {one.pointer for one in group.all}
    is_place = group.rule in WIDENED and bool(verdict.pointer) and verdict.pointer in places
    is_cause = verdict.cause == group.cause or is_place
    return is_cause and (verdict.rule, tool) == (group.rule, group.tool)


def _size(seen: Observation | None) -> int:
    return 0 if seen is None else size(seen.probe.arguments)


def _can_shrink(seen: Observation) -> bool:
    probe = seen.probe
    is_json = probe.violation is None or probe.violation.keyword != "json"
    is_generated = probe.phase in GENERATED and isinstance(probe.arguments, dict) and is_json
    return is_generated and not probe.upstream.fault and seen.call.seconds < SLOW
