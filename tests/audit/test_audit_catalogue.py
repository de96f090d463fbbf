"""The audit finds each defect of the catalogue by its rules and no other, and no clean server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import anyio
import pytest

from harness.audit import time_limits
from harness.audit.rules import rules
from harness.records.audit import AuditFinding, AuditResult, Phase
from harness.runner import audit_link, audit_protocol
from harness.runner.audit import run_audit
from harness.runner.audit_options import PHASES, AuditOptions
from harness.runner.protocol_lines import speak_lines
from harness.runner.protocol_process import watch_process
from harness.runner.protocol_repeats import repeat_calls
from harness.targets import InProcessTarget, StdioTarget, Target
from servers.defects.catalogue import DEFECTS, STYLE_NAMES
from tests.audit.catalogue_table import (
    DISCOURAGED,
    EXPECTED,
    PROCESS_STYLES,
    STYLE_PHASES,
    Row,
    one_for_each_rule,
)
from tests.audit.forked_server import forking

ROOT = Path(__file__).parents[2]
KEY = "sk-catalogue-7Jq2Vx9Lw4"
ENV = {
    "OPENAI_API_KEY": KEY,
    "REQUEST_TIMEOUT": "0.4",
    "OPENAI_MAX_RETRIES": "0",
    "ANTHROPIC_MAX_RETRIES": "0",
}
"""Without the official clients' pauses between tries; the long form has them."""
UPSTREAM_ENV = {
    "OPENAI_BASE_URL": "{upstream}/api.openai.com/v1",
    "ANTHROPIC_BASE_URL": "{upstream}/api.anthropic.com",
}
CLEAN = Row(frozenset(), PHASES)
FEW = 8
"""Generated arguments in the short form: the enumerated probes find these defects."""
SHORT = one_for_each_rule()
PATIENT = 5.0
"""Seconds for a call in the long forms, which run beside each other on busy machines."""
PATIENT_LIMIT = {"REQUEST_TIMEOUT": "1.2"}
"""The server's own limit there."""


class Quiet:
    """Takes the progress of an audit and shows nothing."""

    def begin(self, phase: str, total: int) -> None: ...

    def advance(self) -> None: ...


@pytest.fixture(autouse=True)
def _hanging_is_known_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_limits, "DEFAULT_SECONDS", 1.0)
    monkeypatch.setattr(time_limits, "PAUSES", 0.5)
    monkeypatch.setattr(audit_link, "RESTS", (0.05,))


@pytest.fixture(scope="session")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:
    """The command of a server that is a fork, to which its arguments are added."""
    with forking(tmp_path_factory.mktemp("forks")) as command:
        yield command


def in_process(name: str, **more: str) -> Target:
    env = {**ENV, "DEFECT": name, **more}
    return InProcessTarget(name=name, server="servers.defects:create_server", env=env)


def over_stdio(name: str, **more: str) -> Target:
    command = (sys.executable, "-m", "servers.defects", "--defect", name)
    return StdioTarget(name=name, command=command, env={**ENV, **UPSTREAM_ENV, **more})


def audited(
    target: Target, phases: tuple[str, ...] = PHASES, *, seed: int = 0, max_examples: int = FEW
) -> AuditResult:
    chosen: tuple[Phase, ...] = tuple(phase for phase in PHASES if phase in phases)
    options = AuditOptions(
        root=ROOT, start=target.name, seed=seed, phases=chosen, max_examples=max_examples
    )
    return anyio.run(partial(run_audit, target, options, Quiet()))


def told(findings: tuple[AuditFinding, ...]) -> dict[str, str]:
    """Return the first message of each rule that speaks against the server."""
    return {finding.rule: finding.message for finding in reversed(findings) if finding.is_defect}


def test_the_short_form_breaks_every_rule_that_shows_in_process() -> None:
    needs = set[str]().union(*(row.rules for row in EXPECTED.values() if row.needs_process))
    short = set[str]().union(*(EXPECTED[name].rules for name in SHORT))
    assert short | needs | set[str]().union(*DISCOURAGED.values()) == set(rules())


def test_the_table_has_a_row_for_each_defect_and_a_defect_for_each_rule() -> None:
    assert set(EXPECTED) == set(DEFECTS)
    assert set(DISCOURAGED) | set(STYLE_PHASES) <= set(STYLE_NAMES)
    raised = set[str]().union(*(row.rules for row in EXPECTED.values()), *DISCOURAGED.values())
    assert raised == set(rules())
    assert len(DEFECTS) >= 60


def found_of(name: str) -> dict[str, str]:
    """Return what a defect raises in the phases that show it."""
    target = over_stdio(name) if EXPECTED[name].needs_process else in_process(name)
    return told(audited(target, EXPECTED[name].phases).findings)


@pytest.mark.parametrize("name", SHORT)
def test_a_defect_of_each_rule_is_found_by_its_rules_and_no_other(name: str) -> None:
    found = found_of(name)
    assert set(found) == EXPECTED[name].rules, found


@pytest.mark.parametrize("name", ["protocol-any-method", "definitions-title-as-number"])
def test_a_line_that_no_client_lets_through_is_found_by_its_rule(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_protocol, "STEPS", (speak_lines,))
    found = found_of(name)
    assert set(found) == EXPECTED[name].rules, found


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(set(EXPECTED) - set(SHORT)))
def test_each_other_defect_is_found_by_its_rules_and_no_other(name: str) -> None:
    found = found_of(name)
    assert set(found) == EXPECTED[name].rules, found


@pytest.mark.parametrize("name", STYLE_NAMES)
def test_a_correct_server_has_no_defect_where_it_differs(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name in PROCESS_STYLES:
        monkeypatch.setattr(audit_protocol, "STEPS", (watch_process,))
    # It takes the server's time limit for the provider to think, and a busy machine some of that.
    patient = over_stdio(name, REQUEST_TIMEOUT="3")
    target = patient if name in PROCESS_STYLES else in_process(name)
    result = audited(target, STYLE_PHASES.get(name, PHASES))
    assert told(result.findings) == {}
    assert result.totals["calls"] > 1 or name in ("annotated", *PROCESS_STYLES)
    discouraged = {item.rule for item in result.findings if not item.is_defect}
    assert discouraged >= DISCOURAGED.get(name, frozenset())


@pytest.mark.long
@pytest.mark.parametrize("name", STYLE_NAMES)
def test_a_correct_server_has_no_defect_at_all(name: str) -> None:
    assert told(audited(in_process(name), max_examples=100).findings) == {}


@pytest.mark.long
@pytest.mark.parametrize("name", [*STYLE_NAMES, *EXPECTED])
def test_all_phases_say_the_same_in_process_and_over_stdio(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = EXPECTED.get(name, CLEAN)
    monkeypatch.setattr(time_limits, "DEFAULT_SECONDS", PATIENT)
    for target in _both(name, row):
        found = told(audited(target, row.phases, max_examples=40).findings)
        assert set(found) == row.rules, (target.kind, found)


@pytest.mark.long
@pytest.mark.parametrize("name", [*STYLE_NAMES, *EXPECTED])
def test_what_a_seed_draws_adds_nothing_over_twenty_seeds(
    name: str, monkeypatch: pytest.MonkeyPatch, forked: tuple[str, ...]
) -> None:
    """Only the phase `valid` and the repeated calls of `protocol` draw: see test_audit_seeds."""
    row = EXPECTED.get(name, CLEAN)
    monkeypatch.setattr(time_limits, "DEFAULT_SECONDS", PATIENT)
    phases = ("valid", "protocol") if "protocol" in row.phases and name in EXPECTED else ("valid",)
    for target in _both(name, row):
        for seed in range(20):
            steps, command = (repeat_calls,), (*forked, "--defect", name)
            if seed == 0:
                steps, command = audit_protocol.STEPS, ()
            if command and isinstance(target, StdioTarget):
                target = target.model_copy(update={"command": command})
            with monkeypatch.context() as patch:
                patch.setattr(audit_protocol, "STEPS", steps)
                found = told(audited(target, phases, seed=seed, max_examples=40).findings)
            assert set(found) <= row.rules, (target.kind, seed, found)


def _both(name: str, row: Row) -> list[Target]:
    process = over_stdio(name, **PATIENT_LIMIT)
    return [process] if row.needs_process else [in_process(name, **PATIENT_LIMIT), process]
