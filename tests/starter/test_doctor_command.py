"""`toolreel doctor` says what is missing, and what brings it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.recorded_project import Outcome, Project

Toolreel = Callable[..., Outcome]


def _of(done: Outcome) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in done.document["prerequisites"]}


def test_a_whole_project_lacks_nothing(project: Project) -> None:
    done = project.run("doctor", "--format", "json")
    found = _of(done)
    assert done.code == 0
    assert done.document["missing"] == 0
    assert "provider of grok" not in found
    assert found["cassettes"]["detail"] == "one for each of 3 scenarios"
    assert found["target grok"]["status"] in ("there", "optional")


def test_a_target_is_started_and_its_tools_are_listed(project: Project) -> None:
    done = project.run("doctor")
    assert "2 tools: create_chat_completion, create_completion" in done.out
    assert "2 tools" not in project.run("doctor", "--no-connect").out


def test_a_missing_cassette_is_named_with_the_command_that_records_it(project: Project) -> None:
    project.greets.unlink()
    done = project.run("doctor", "--no-connect", "--format", "json")
    found = _of(done)["cassette grok/greets"]
    assert done.code == 1
    assert found["status"] == "missing"
    assert "--record-mode once" in found["repair"]


def test_a_damaged_cassette_is_missing_too(project: Project) -> None:
    project.greets.write_text("no: cassette\n", encoding="utf-8")
    assert _of(project.run("doctor", "--no-connect", "--format", "json"))["cassette grok/greets"]


def test_a_torn_cassette_is_missing_and_a_finding_of_the_lint(project: Project) -> None:
    project.greets.write_bytes(project.greets.read_bytes()[:-40])
    done = project.run("doctor", "--no-connect", "--format", "json")
    assert "torn" in _of(done)["cassette grok/greets"]["detail"]
    assert done.code == 1
    assert [item["rule"] for item in project.findings()][:1] == ["torn"]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ('command = "no-such-program-7"', "no program 'no-such-program-7'"),
        ('server = "servers.grok:no_such"', "has no attribute 'no_such'"),
        ('server = "servers.grok:create_server"\nenv = { A = "${NO_SUCH_VARIABLE_7}" }', "NO_SUCH"),
    ],
)
def test_a_target_that_cannot_start_says_why(project: Project, target: str, told: str) -> None:
    path = project.root / "toolreel.toml"
    path.write_text(f"{path.read_text('utf-8')}\n[targets.other]\n{target}\n", encoding="utf-8")
    done = project.run("doctor", "--format", "json")
    found = _of(done)["target other"]
    assert done.code == 1
    assert found["status"] == "missing"
    assert told in found["detail"]


def test_a_wrong_scenario_file_is_told_with_its_place(project: Project) -> None:
    project.edit("tool: create_chat_completion", "tol: create_chat_completion")
    found = _of(project.run("doctor", "--no-connect", "--format", "json"))["scenarios"]
    assert found["status"] == "missing"
    assert "greetings.yaml:" in found["detail"]


@pytest.mark.parametrize("is_held", [True, False])
def test_a_provider_that_was_not_seen_is_told_with_the_setting_to_add(
    project: Project, is_held: bool
) -> None:
    configuration = project.root / "toolreel.toml"
    if is_held:  # the calls of the only scenario cause no request
        text = project.scenarios.read_text(encoding="utf-8")
        start = text.index("  - name: refuses")
        project.scenarios.write_text(f"target: grok\nscenarios:\n{text[start:]}", encoding="utf-8")
    else:
        configuration.write_text(
            '[targets.grok]\ncommand = ["python", "-m", "servers.grok"]\n', encoding="utf-8"
        )
    done = project.run("doctor", "--no-connect")
    assert done.code == 0
    assert "nothing is missing; the provider's side was not seen: grok" in done.out
    assert f"in toolreel.toml:{4 if is_held else 1}, give the setting" in done.out
    assert 'env = { BASE_URL = "{upstream}/api.openai.com/v1" }' in done.out


def test_an_empty_folder_is_told_how_to_begin(
    toolreel: Toolreel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = toolreel("doctor")
    assert done.code == 1
    assert "toolreel init" in done.out
