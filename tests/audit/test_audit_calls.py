"""Calls that a server cannot serve are not made for ever."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.records.audit import Observation, Phase, Probe
from harness.records.call import ArgumentsOrigin, Outcome, Plane, ToolCall
from harness.runner.audit_calls import MOST_SILENT, MOST_SLOW, AuditCalls
from harness.runner.audit_session import AuditSession
from harness.upstream.scripted_call import ScriptedCall

pytestmark = pytest.mark.anyio
MANY = 3 * MOST_SLOW


class Link:
    """Answers each call alike, after so many seconds."""

    def __init__(self, plane: Plane, seconds: float, text: str = "") -> None:
        self._plane, self._seconds, self._text = plane, seconds, text
        self.asked = 0

    async def observe(self, probe: Probe, **_: Any) -> tuple[Observation, ScriptedCall]:
        self.asked += 1
        call = ToolCall(
            id=probe.id,
            target="x",
            tool=probe.tool,
            arguments={},
            origin=ArgumentsOrigin(kind="generated"),
            outcome=Outcome(plane=self._plane, content=[{"type": "text", "text": self._text}]),
            interactions=(),
            seconds=self._seconds,
        )
        return Observation(probe=probe, call=call), ScriptedCall()


@pytest.mark.parametrize(
    ("plane", "seconds", "asked"),
    [
        ("tool_error", 3.0, MOST_SLOW),
        ("tool_error", 0.1, MANY),
        ("result", 3.0, MANY),
        ("timeout", 10.0, MOST_SILENT),
    ],
)
async def test_what_is_always_late_and_refused_is_asked_for_some_times(
    plane: Plane, seconds: float, asked: int
) -> None:
    session = _session(link := Link(plane, seconds))
    probes = [Probe(id=f"valid/t/{n}", phase="valid", tool="t", arguments={}) for n in range(MANY)]
    await AuditCalls(session).make(probes)
    assert link.asked == asked
    assert len(session.not_tested) == (asked < MANY)


@pytest.mark.parametrize(("phase", "is_kept"), [("streaming", False), ("valid", True)])
async def test_what_is_refused_for_its_pace_is_left_out(phase: Phase, is_kept: bool) -> None:
    session = _session(Link("result", 0.0, "Rate limit exceeded. Wait 0.0s"))
    probe = Probe(id="x", phase=phase, tool="t", arguments={})
    assert bool(await AuditCalls(session).make([probe])) is is_kept
    assert [note.what for note in session.not_tested] == ([] if is_kept else ["x"])


def _session(link: Link) -> AuditSession:
    session = SimpleNamespace(
        link=link,
        context=SimpleNamespace(seconds=10.0, tool=lambda name: None),
        progress=SimpleNamespace(advance=lambda: None),
        calls={},
        not_tested=[],
        may_overlap=False,
        limit=None,
    )
    return cast(AuditSession, session)
