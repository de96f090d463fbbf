"""A call that still tried when its time was over is made once more, with more time."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.records.audit import Observation, Probe, UpstreamPlan
from harness.records.call import Outcome, Plane
from harness.records.http import HttpResponse, Interaction
from harness.runner.audit_calls import AuditCalls
from harness.runner.audit_patience import SECONDS, asked_patiently
from harness.runner.audit_session import AuditSession
from tests.audit.pretended_server import ASKED, observed, request_of

pytestmark = pytest.mark.anyio


class Calls:
    """Answers what is made again by `plane`."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.made: list[str] = []

    async def make(self, probes: Sequence[Probe], *, seconds: float) -> list[Observation]:
        assert seconds == SECONDS
        self.made += [probe.upstream.fault for probe in probes]
        return [_seen(probe.upstream.fault, 9, self._plane) for probe in probes]


def _seen(fault: str, asked: int, plane: Plane) -> Observation:
    probe = Probe(
        id=fault, phase="errors", tool="t", arguments={}, upstream=UpstreamPlan(fault=fault)
    )
    one = Interaction(request=request_of({"messages": ASKED}), response=HttpResponse(status=500))
    return observed(probe, [one] * asked, Outcome(plane=plane, content=[]))


async def _patiently(calls: Calls, seen: list[Observation]) -> tuple[list[Observation], list[Any]]:
    session = SimpleNamespace(may_overlap=False, not_tested=[])
    made = await asked_patiently(cast(AuditSession, session), cast(AuditCalls, calls), seen)
    return made, session.not_tested


TIMED_OUT = [_seen("500", 5, "timeout"), _seen("503", 6, "timeout"), _seen("reset", 5, "timeout")]


async def test_where_it_ends_it_stands_for_all_of_its_kind() -> None:
    calls = Calls("tool_error")
    well = _seen("400", 1, "tool_error")
    made, notes = await _patiently(calls, [well, *TIMED_OUT])
    assert calls.made == ["500", "reset"]
    assert [(item.probe.id, item.call.outcome.plane) for item in made] == [
        ("400", "tool_error"), ("500", "tool_error"), ("reset", "tool_error"),
    ]  # fmt: skip
    assert [note.what for note in notes] == ["errors: 503"]


async def test_where_it_does_not_end_all_of_it_is_judged() -> None:
    made, notes = await _patiently(Calls("timeout"), TIMED_OUT)
    assert (made, notes) == (TIMED_OUT, [])


async def test_what_asked_only_once_is_not_made_again() -> None:
    calls, seen = Calls("tool_error"), [_seen("500", 1, "timeout")]
    assert (await _patiently(calls, seen))[0] == seen
    assert calls.made == []
