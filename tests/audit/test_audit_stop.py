"""An audit that is ended early tells what it saw, and nothing of what it did not see."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import anyio
import pytest

from harness.records.audit import AuditResult, Phase
from harness.runner.audit import run_audit
from harness.runner.audit_options import AuditOptions
from harness.runner.audit_stop import AuditStop, Stopped
from harness.runner.audit_verdict import exit_code
from harness.targets import InProcessTarget

pytestmark = pytest.mark.anyio
STOPPED = "not all calls were made: interrupted"


class NoProgress:
    def begin(self, phase: str, total: int) -> None: ...

    def advance(self) -> None: ...


class CountingStop(AuditStop):
    """Ends an audit after so many calls."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.calls = calls

    def guarding(self) -> AbstractContextManager[None]:
        self.calls -= 1
        if self.calls < 0:
            self.now("interrupted")
        return super().guarding()


async def _audited(
    stop: AuditStop, phase: Phase = "mapping", *, time_limit: float | None = None
) -> AuditResult:
    target = InProcessTarget(name="x", server="tests.audit.audited_servers:make_plain", env={})
    options = AuditOptions(
        root=Path(), start="x", max_examples=8, phases=("valid", phase), time_limit=time_limit
    )
    return await run_audit(target, options, NoProgress(), stop)


async def test_what_was_not_seen_is_neither_found_nor_held() -> None:
    whole = await _audited(AuditStop())
    held = {rule.id for rule in whole.rules if rule.is_judged}
    assert whole.stopped == ""
    assert {rule for rule in held if rule.startswith("mapping.")}
    for calls in (2, 12):
        result = await _audited(CountingStop(calls))
        assert set(result.finding_ids) <= set(whole.finding_ids)
        assert result.stopped == STOPPED
        assert STOPPED in {note.reason for note in result.not_tested}
        judged = {rule.id for rule in result.rules if rule.is_judged}
        assert judged < held
        assert not {rule for rule in judged if rule.startswith("mapping.")}


async def test_calls_that_are_made_beside_each_other_are_stopped_as_well() -> None:
    target = InProcessTarget(name="x", server="tests.audit.audited_servers:make_retrying", env={})
    options = AuditOptions(root=Path(), start="x", phases=("errors",))
    result = await run_audit(target, options, NoProgress(), CountingStop(60))
    assert result.stopped == STOPPED


async def test_a_time_limit_ends_what_waits() -> None:
    stop = AuditStop()
    stop.after(0.05)
    with pytest.raises(Stopped, match=r"limit of 0.05 s \(--time-limit\)"), stop.guarding():
        await anyio.sleep_forever()


async def test_a_time_limit_ends_an_audit() -> None:
    result = await _audited(AuditStop(), "errors", time_limit=0.3)
    assert result.stopped.startswith("not all calls were made: the time limit of 0.3 s")
    nothing = result.model_copy(update={"findings": ()})
    assert exit_code(nothing) == 2
    assert exit_code(nothing.model_copy(update={"stopped": ""})) == 0


async def test_nothing_is_begun_after_the_end() -> None:
    stop = AuditStop()
    stop.now("interrupted")
    with pytest.raises(Stopped, match="interrupted"), stop.guarding():
        pytest.fail("it was begun")
