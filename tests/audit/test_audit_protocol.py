"""The phase `protocol` finds each defect of a server, and nothing on a correct one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.audit import time_limits
from harness.audit.protocol import lines
from harness.records.audit import AuditResult, Phase
from harness.runner import audit_link, audit_protocol, protocol_overlap, protocol_process
from harness.runner.audit import run_audit
from harness.runner.audit_link import MOST_STUCK
from harness.runner.audit_options import AuditOptions, chosen_rules
from harness.targets import InProcessTarget, StdioTarget, Target

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
TOGETHER = {
    "any tool,exits,counter,huge": {
        "unknown-tool-accepted",
        "bad-arguments-crash",
        "not-deterministic",
        "huge-input",
    },
    "mixed,memory,old revision": {"concurrent-mixed", "state-kept", "era-refused"},
}


class NoProgress:
    def begin(self, phase: str, total: int) -> None: ...

    def advance(self) -> None: ...


async def _audited(target: Target, phase: Phase = "protocol", probe: str = "") -> AuditResult:
    area = chosen_rules([phase], [])
    options = AuditOptions(root=ROOT, start="x", phases=(phase,), rules=area, probe=probe)
    return await run_audit(target, options, NoProgress())


def _in_process(defect: str, **env: str) -> InProcessTarget:
    server = "tests.audit.protocol_servers:make"
    return InProcessTarget(name="asking", server=server, env={"DEFECT": defect, **env})


def _over_stdio(defect: str) -> StdioTarget:
    command = (sys.executable, "-m", "tests.audit.protocol_servers")
    env = {"DEFECT": defect, "BASE_URL": "{upstream}/api.openai.com/v1"}
    return StdioTarget(name="asking", command=command, env=env)


def _rules(result: AuditResult) -> list[str]:
    return [finding.rule for finding in result.findings]


@pytest.mark.parametrize("defects", TOGETHER)
async def test_defects_in_process_are_found_by_their_rules_alone(defects: str) -> None:
    expected = {f"protocol.{name}" for name in TOGETHER[defects]}
    assert set(_rules(await _audited(_in_process(defects)))) == expected


async def test_ids_and_clocks_in_answers_are_no_finding_and_checks_of_a_process_are_told() -> None:
    result = await _audited(_in_process("clock"))
    assert _rules(result) == []
    assert {note.what.partition(":")[0] for note in result.not_tested} == {
        "protocol.stdout-noise",
        "protocol.shutdown-unclean",
        "protocol.progress-wrong",
        "protocol.cancelled-answered",
        "protocol.bad-arguments-crash",
        *lines.RULES,
    }


@pytest.mark.parametrize("defect", ["", "cache", "breaker"])
async def test_failures_are_tried_with_a_server_that_asks_no_more(
    defect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It remembers answers, or rests for a while after failures and says so."""
    monkeypatch.setattr(audit_link, "RESTS", (0.2, 0.4))
    result = await _audited(_in_process(defect), "errors", "errors/ask/400")
    assert not any("did not ask the provider" in note.reason for note in result.not_tested)
    assert "errors.message-lost" in _rules(result)
    assert "errors.not-serving" not in _rules(result)


@pytest.mark.long
async def test_a_server_that_hangs_after_failures_is_not_waited_for_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time_limits, "DEFAULT_SECONDS", 0.3)
    result = await _audited(_in_process("stuck", TIMEOUT="0.4"), "errors")
    stuck = next(item for item in result.findings if item.rule == "errors.not-serving")
    assert stuck.count <= 2 * MOST_STUCK


@pytest.mark.parametrize(
    ("defect", "expected"), [("slow", []), ("jams", ["protocol.concurrent-mixed"])]
)
async def test_calls_that_overlap_are_waited_for_as_long_as_one_after_the_other_takes(
    defect: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_protocol, "STEPS", (protocol_overlap.overlap_calls,))
    monkeypatch.setattr(time_limits, "DEFAULT_SECONDS", 1.0)
    monkeypatch.setattr(time_limits, "PAUSES", 0.5)
    found = (await _audited(_in_process(defect, TIMEOUT="0.4"))).findings
    mixed = [item for item in found if item.rule == "protocol.concurrent-mixed"]
    assert [item.rule for item in mixed] == expected
    assert all("gets no answer, as a call alone does" in item.message for item in mixed)


@pytest.mark.long
async def test_a_turn_that_a_cancelled_call_keeps_is_found() -> None:
    found = _rules(await _audited(_in_process("turns")))
    assert set(found) == {"protocol.cancellation-broken", "protocol.one-at-a-time"}


async def test_a_correct_process_has_no_finding_and_every_check_runs() -> None:
    result = await _audited(_over_stdio(""))
    assert _rules(result) == []
    assert result.not_tested == ()


async def test_noise_on_stdout_and_a_process_that_stays_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit_protocol, "STEPS", (protocol_process.watch_process,))
    monkeypatch.setattr(protocol_process, "END_SECONDS", 0.3)
    monkeypatch.setattr(protocol_process, "TERM_SECONDS", 0.3)
    monkeypatch.setattr(protocol_process, "SLOW_SECONDS", 0.3)
    monkeypatch.setattr("harness.server_process.STOP_SECONDS", 0.3)
    noise, shutdown = (await _audited(_over_stdio("noise,stays"))).findings
    assert noise.rule == "protocol.stdout-noise"
    assert "'called'" in noise.message
    assert shutdown.rule == "protocol.shutdown-unclean"
    assert "not after SIGTERM either" in shutdown.message
