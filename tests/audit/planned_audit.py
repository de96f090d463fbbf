"""A small plan and a small oracle in the place of the real ones: what they find is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found, Verdict
from harness.records.audit import Observation, Probe, UpstreamPlan, Violation

FAULTS = ("429; retry-after=1", "503", "truncated", "reset", "not-json")


def plan_valid(tool: ToolFacts, context: AuditContext) -> Iterator[Probe]:
    yield _probe("valid/0", {"prompt": "a long prompt that can be cut", "note": "x" * 40})
    yield _probe("valid/1", {"prompt": "another prompt", "temperature": 1})
    wrong = Violation(keyword="minLength", pointer="/prompt", was="a", now="")
    yield _probe("invalid/0", {"prompt": "", "note": "y"}).model_copy(
        update={"phase": "invalid", "violation": wrong}
    )


def plan_errors(tool: ToolFacts, context: AuditContext) -> Iterator[Probe]:
    for fault in FAULTS:
        plan = UpstreamPlan(fault=fault)
        yield Probe(
            id=f"errors/{fault}", phase="errors", tool="ask", arguments=dict(tool.base or {}),
            upstream=plan, aim="a failure" if fault in FAULTS[:2] else "",
        )  # fmt: skip


def plan_silence(tool: ToolFacts, context: AuditContext) -> Iterator[Probe]:
    for number in range(3):
        yield Probe(
            id=f"errors/silent/{number}", phase="errors", tool="ask",
            arguments={"prompt": f"silent {number}"}, upstream=UpstreamPlan(fault="timeout"),
        )  # fmt: skip


def plan_long_wait(tool: ToolFacts, context: AuditContext) -> Iterator[Probe]:
    yield Probe(
        id="errors/wait", phase="errors", tool="ask", arguments={"prompt": "wait"},
        upstream=UpstreamPlan(fault="429; retry-after=3600"),
    )  # fmt: skip


def _probe(name: str, arguments: dict[str, Any]) -> Probe:
    return Probe(id=name, phase="valid", tool="ask", arguments=arguments)


def judge(observations: Sequence[Observation], context: AuditContext) -> Iterator[Verdict]:
    """Find that prompts are accepted (each is the same cause), and that failures are told."""
    for seen in observations:
        if seen.probe.phase == "valid" and seen.probe.id.startswith("valid"):
            yield Found("validation.valid-rejected", "it has a prompt", "ask", seen, "/prompt", "p")
        if seen.probe.upstream.fault and seen.call.outcome.plane == "tool_error":
            text = f"it told {seen.call.outcome.text.splitlines()[0]}"
            yield Found("errors.status-lost", text, "ask", seen, cause=seen.probe.upstream.fault)


def take_part(
    monkeypatch: pytest.MonkeyPatch, errors: Callable[..., Iterator[Probe]] = plan_errors
) -> None:
    planned = {"validation": plan_valid, "errors": errors}
    monkeypatch.setattr("harness.runner.audit.planners", lambda: planned)
    monkeypatch.setattr("harness.runner.audit_findings.judges", lambda: {"validation": judge})
