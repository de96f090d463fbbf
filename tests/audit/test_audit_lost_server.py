"""A server that does not start anew in the middle of an audit: what was seen before is kept."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.audit.context import AuditContext, ToolFacts
from harness.records.audit import Probe
from tests.audit.planned_audit import plan_errors, plan_silence, take_part
from tests.recorded_project import Outcome

Toolreel = Callable[..., Outcome]
SERVER = """
import os, pathlib, sys
import anyio
from tests.audit import audited_servers

starts, refused, make = pathlib.Path(sys.argv[1]), sys.argv[2].split(","), sys.argv[3]
number = len(starts.read_bytes()) + 1 if starts.exists() else 1
with starts.open("ab") as file:
    file.write(b"x")
if str(number) in refused:
    sys.exit(f"start {number} is refused")
async def die(arguments):
    os._exit(7)
audited_servers.MAKES["mortal"] = die
anyio.run(audited_servers._stdio, make)
"""
ALWAYS = ",".join(map(str, range(2, 60)))


def _plan(tool: ToolFacts, context: AuditContext) -> Iterator[Probe]:
    for number, prompt in enumerate(("one", "die", "two")):
        yield Probe(
            id=f"valid/{number}", phase="valid", tool="ask", arguments={"prompt": prompt}
        )  # fmt: skip


@pytest.fixture
def audit(
    toolreel: Toolreel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    monkeypatch.setattr("harness.runner.audit_link.PAUSES", (0.0,))
    monkeypatch.setattr("harness.runner.audit_calls.MOST_PROCESSES", 2)

    def run(
        refused: str, *, make: str = "dying", errors: Any = plan_errors, plan: Any = _plan
    ) -> Outcome:
        take_part(monkeypatch, errors=errors)
        planned = {"validation": plan, "errors": errors}
        monkeypatch.setattr("harness.runner.audit.planners", lambda: planned)
        monkeypatch.chdir(Path(__file__).parents[2])
        return toolreel(
            "audit", "--phases", "valid,errors", "--format", "json",
            "-e", "BASE_URL={upstream}/api.openai.com/v1",
            "--", sys.executable, "-c", SERVER, str(tmp_path / "starts"), refused, make,
        )  # fmt: skip

    return run


def _rejected(document: dict[str, Any]) -> int:
    rules = {item["rule"]: item["count"] for item in document["findings"]}
    return int(rules["validation.valid-rejected"])


def _lost(document: dict[str, Any]) -> dict[str, str]:
    return {
        item["what"]: item["reason"]
        for item in document["not_tested"]
        if "could not be started anew" in item["reason"]
    }


def test_a_server_that_needs_a_second_try_to_start_anew_is_audited_to_the_end(
    audit: Callable[..., Outcome],
) -> None:
    document = audit("2").document
    assert _rejected(document) == 3
    assert _lost(document) == {}
    assert document["totals"]["phases"]["errors"]


def test_what_was_seen_before_a_server_is_gone_is_kept(audit: Callable[..., Outcome]) -> None:
    done = audit(ALWAYS)
    assert done.code == 1
    assert _rejected(done.document) == 2
    lost = _lost(done.document)
    assert set(lost) == {"valid", "errors"}
    assert "is refused" in lost["valid"]
    judged = {rule["id"] for rule in done.document["rules"] if rule["is_judged"]}
    assert not {rule for rule in judged if rule.startswith(("errors.", "validation."))}


def _plan_living(tool: ToolFacts, context: AuditContext) -> Iterator[Probe]:
    yield from list(_plan(tool, context))[::2]


def test_a_second_process_that_does_not_start_costs_its_own_calls_only(
    audit: Callable[..., Outcome],
) -> None:
    document = audit(ALWAYS, errors=plan_silence, plan=_plan_living).document
    assert _rejected(document) == 2
    assert set(_lost(document)) == {"errors"}


def test_a_server_that_is_gone_after_the_first_calls_is_no_pass(
    audit: Callable[..., Outcome],
) -> None:
    done = audit(ALWAYS, make="mortal")
    assert done.code == 2
    assert "could not be started anew" in done.document["unserved"]


def test_a_server_that_does_not_start_at_all_is_4(
    audit: Callable[..., Outcome], tmp_path: Path
) -> None:
    assert audit("1").code == 4
    assert (tmp_path / "starts").read_bytes() == b"x"
