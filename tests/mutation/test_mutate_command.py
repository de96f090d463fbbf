"""`toolreel mutate` as a user meets it: survivors, exit codes, formats."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.records.json_value import from_json
from harness.records.mutation import MutationResult
from tests.recorded_project import Outcome, Project

PYTHON = shlex.quote(sys.executable)


def _mutants(done: Outcome) -> dict[str, dict[str, Any]]:
    return {item["mutant"]["id"]: item for item in done.document["mutants"]}


def _cassettes(project: Project) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (project.root / "cassettes").rglob("*.*")}


def test_survivors_are_named_with_what_they_do_and_what_would_notice_them(
    project: Project,
) -> None:
    done = project.run("mutate", "--mutants", "errors.*", "--mutants", "secrets.*")
    assert done.code == 0
    assert "survived errors.status-lost" in done.out
    assert "the text of a failure lacks the HTTP status: in 1 call of 1 scenario" in done.out
    assert "would be noticed by: text_contains" in done.out
    assert "no scenario has a call that ends as protocol_error" in done.out
    assert "survived errors.told-as-success" not in done.out
    assert "grok: mutation score " in done.out
    assert "with mutants: 19 mutants" in done.err


def test_the_json_is_one_strict_object_that_can_be_read_again(project: Project) -> None:
    done = project.run("mutate", "--format", "json")
    result = from_json(MutationResult, done.out)
    totals = result.totals
    assert (result.version, result.target, result.scenarios) == (1, "grok", 3)
    assert totals.mutants == len(result.mutants) > 100
    assert totals.killed + totals.survived + totals.no_effect == totals.mutants
    assert done.document["score"] == pytest.approx(
        100 * totals.killed / (totals.killed + totals.survived)
    )
    assert sum(area.mutants for area in result.areas.values()) == totals.mutants


def test_a_changed_request_is_noticed_by_the_cassette_and_nothing_is_recorded(
    project: Project,
) -> None:
    before = _cassettes(project)
    done = project.run("mutate", "--mutants", "arguments.*", "--format", "json")
    found = _mutants(done)["arguments.text-cut:create_chat_completion/messages"]
    assert found["killed_by"] == "grok/greets: cassette miss"
    unused = _mutants(done)["arguments.dropped:create_chat_completion/temperature"]
    assert unused["status"] == "no effect"
    assert unused["why"] == (
        "no scenario has a call of create_chat_completion that passes temperature"
    )
    assert _cassettes(project) == before


def test_an_answer_from_memory_is_noticed_only_by_who_looks_at_the_upstream(
    project: Project,
) -> None:
    arguments = ("mutate", "-k", "greets", "--mutants", "upstream.*", "--format", "json")
    found = _mutants(project.run(*arguments))
    assert found["upstream.not-asked"]["killed_by"] == "grok/greets: upstream_calls: 1"
    assert found["upstream.asked-twice"]["killed_by"] == "grok/greets: cassette miss"
    project.edit("          - upstream_calls: 1\n", "")
    found = _mutants(project.run(*arguments))
    assert found["upstream.not-asked"]["status"] == "survived"


def test_a_process_is_mutated_as_a_server_in_process_is(project: Project) -> None:
    arguments = (
        "mutate", "-k", "fails", "--mutants", "errors.*", "--mutants", "definitions.*",
        "--format", "json",
    )  # fmt: skip
    inside = project.run(*arguments)
    outside = project.run(*arguments, "--target", f"{PYTHON} -m servers.grok")
    assert inside.document["mutants"] == outside.document["mutants"]


@pytest.mark.parametrize(("percent", "code"), [("100", 1), ("1", 0)])
def test_fail_under_is_a_gate(project: Project, percent: str, code: int) -> None:
    done = project.run("mutate", "--mutants", "errors.*", "--fail-under", percent)
    assert done.code == code
    assert ("mutation score under 100 %" in done.err) == bool(code)


def test_a_score_of_nothing_is_under_every_gate(project: Project) -> None:
    done = project.run("mutate", "--mutants", "progress.*", "--fail-under", "0")
    assert done.code == 1
    assert "nothing had an effect" in done.err


def test_scenarios_that_fail_as_they_are_are_told_and_nothing_is_mutated(
    project: Project,
) -> None:
    project.edit("text_contains: greet the whole world", "text_contains: farewell")
    done = project.run("mutate")
    assert done.code == 1
    assert done.out == ""
    assert "'farewell' is not in the text" in done.err
    assert "1 of 3 scenarios do not pass without a mutant" in done.err
    assert "with mutants" not in done.err.replace("without mutants", "")


def test_a_missing_cassette_is_3(project: Project) -> None:
    project.greets.unlink()
    done = project.run("mutate")
    assert done.code == 3
    assert "there is no such cassette" in done.err


def test_a_target_that_cannot_be_started_is_4(project: Project) -> None:
    done = project.run("mutate", "--target", "no-such-program --stdio")
    assert done.code == 4
    assert "no-such-program" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--mutants", "errors.told-as-succes"), "did you mean 'errors.told-as-success'?"),
        (("--mutants", "errors.*", "--exclude-mutants", "*"), "excluded"),
        (("--fail-under", "101"), "101"),
        (("-k", "nothing-like-it"), "selects none of 3 scenarios"),
        (("nowhere",), "nowhere"),
    ],
)
def test_a_wrong_choice_is_2_and_says_what_exists(
    project: Project, arguments: tuple[str, ...], said: str
) -> None:
    done = project.run("mutate", *arguments)
    assert done.code == 2
    assert said in done.err


def test_scenarios_of_several_targets_are_refused_with_their_names(project: Project) -> None:
    text = project.scenarios.read_text(encoding="utf-8")
    other = text.replace("target: grok", "target: servers.acedata:create_server")
    (project.scenarios.parent / "other.yaml").write_text(other, encoding="utf-8")
    done = project.run("mutate")
    assert done.code == 2
    assert "these scenarios have 2 targets (grok, servers.acedata:create_server)" in done.err
