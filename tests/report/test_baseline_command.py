from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.recorded_project import Project

BREAKS = ("upstream_calls: 1", "upstream_calls: 2")


@pytest.fixture
def failing(project: Project) -> Project:
    """Return a project with one failure, and a baseline that has it."""
    project.edit(*BREAKS)
    done = project.run("run", "--save-baseline", "known.json")
    assert done.code == 1
    assert "known.json: 1 failures saved" in done.err
    return project


def _ids(project: Project) -> list[str]:
    document = json.loads((project.root / "known.json").read_text(encoding="utf-8"))
    return [failure["id"] for failure in document["failures"]]


def test_a_known_failure_is_told_and_does_not_fail(failing: Project) -> None:
    assert failing.run("run").code == 1
    done = failing.run("run", "--baseline", "known.json")
    assert done.code == 0
    assert "grok/greets (known)" in done.out
    assert "2 passed, 1 failed (1 known)" in done.out


def test_a_new_failure_of_a_known_scenario_fails(failing: Project) -> None:
    failing.edit("text_contains: greet the whole world", "text_contains: nobody")
    assert failing.run("run", "--baseline", "known.json").code == 1


def test_a_new_failure_of_another_scenario_fails(failing: Project) -> None:
    failing.edit("upstream_calls: 0", "upstream_calls: 3")
    assert failing.run("run", "--baseline", "known.json").code == 1


def test_what_no_longer_fails_is_told_until_the_baseline_is_renewed(failing: Project) -> None:
    failing.edit(*reversed(BREAKS))
    done = failing.run("run", "--baseline", "known.json", "--save-baseline", "known.json")
    assert done.code == 0
    assert "no longer fails: grok/greets step 1: upstream_calls: 2" in done.out
    assert _ids(failing) == []
    assert "no longer" not in failing.run("run", "--baseline", "known.json").out


def test_what_was_not_run_is_neither_mended_nor_lost(failing: Project) -> None:
    choice = ("-k", "refuses", "--baseline", "known.json", "--save-baseline", "known.json")
    done = failing.run("run", *choice)
    assert done.code == 0
    assert "no longer" not in done.out
    assert _ids(failing) == ["grok/greets step 1: upstream_calls: 2"]


def test_a_missing_cassette_is_never_known(failing: Project) -> None:
    failing.greets.unlink()
    done = failing.run("run", "--baseline", "known.json", "--save-baseline", "known.json")
    assert done.code == 3
    assert "no longer" not in done.out
    assert "1 not judged, which no baseline can hold" in done.err


def test_exitfirst_goes_past_known_failures(failing: Project) -> None:
    done = failing.run("run", "-x", "--baseline", "known.json")
    assert "3 scenarios" in done.out
    assert "1 scenario" in failing.run("run", "-x").out


def test_reports_show_a_known_failure_neither_green_nor_red(failing: Project) -> None:
    failing.run("run", "--baseline", "known.json", "--report", "junit=j.xml")
    text = (failing.root / "j.xml").read_text(encoding="utf-8")
    assert "<failure" not in text
    assert '<skipped message="noted: known: step 1' in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "no such file; make it: toolreel run --save-baseline b.json"),
        ("{}", "no baseline; make one: toolreel run --save-baseline b.json"),
        ('{"version": 1, "scenarios": []}', "no baseline"),
        ('{"version": 1, "baseline": "audit", "failures": []}', "a baseline of 'audit', not of"),
        ('{"version": 9, "baseline": "run", "failures": []}', "/version: of version 9"),
        ('{"version": 1, "baseline": "run", "failures": [{"id": 1}]}', "/failures/0/id"),
        ("no", "b.json:1: no JSON"),
    ],
)
def test_a_missing_or_foreign_baseline_is_told_before_anything_runs(
    text: str | None, told: str, project: Project
) -> None:
    if text is not None:
        (project.root / "b.json").write_text(text, encoding="utf-8")
    done = project.run("run", "--baseline", "b.json")
    assert done.code == 2
    assert told in done.err
    assert "✓" not in done.out


def test_findings_of_an_audit_are_known_new_and_mended(project: Project) -> None:
    server = "tests.audit.audited_servers:make_plain"
    phases = ("--phases", "definitions,invalid")
    saved = project.run("audit", server, *phases, "--save-baseline", "known.json")
    assert saved.code == 1
    ids = _ids(project)
    assert ids
    known = project.run("audit", server, *phases, "--baseline", "known.json", "--format", "json")
    assert known.code == 0
    assert sorted(known.document["baseline"]["known"]) == sorted(ids)
    document = json.loads((project.root / "known.json").read_text(encoding="utf-8"))
    first, *rest = document["failures"]
    mended = {"id": "definitions.name-illegal@x", "subject": "definitions.name-illegal"}
    changed = {**document, "failures": [*rest, mended]}
    (project.root / "known.json").write_text(json.dumps(changed), encoding="utf-8")
    done = project.run("audit", server, *phases, "--baseline", "known.json")
    assert done.code == 1
    assert "no longer fails: definitions.name-illegal@x" in done.out
    assert done.out.count("(known)") == len(rest)
    assert first["id"] not in {item["id"] for item in rest}


def test_a_baseline_stands_on_disk_in_order(failing: Project) -> None:
    failing.edit("upstream_calls: 0", "upstream_calls: 3")
    failing.run("run", "--save-baseline", "a/b/known.json")
    text = Path("a/b/known.json").read_text(encoding="utf-8")
    ids = [failure["id"] for failure in json.loads(text)["failures"]]
    assert ids == sorted(ids)
    assert len(ids) == 2
    assert text.endswith("}\n")
