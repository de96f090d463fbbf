import shlex
from pathlib import Path
from typing import Any

import pytest

from harness.runner.command_line import record_command, reproduce_command
from harness.runner.options import RunOptions
from harness.scenario.loader import LoadedScenario
from harness.scenario.model import Scenario


def loaded(path: Path) -> LoadedScenario:
    step = {"tool": "t", "expect": [{"code": 1}]}
    scenario = Scenario.model_validate({"name": "chat-minimal", "steps": [step]})
    return LoadedScenario(scenario, "grok", path, 1)


def words(path: Path, **options: Any) -> list[str]:
    return shlex.split(reproduce_command(loaded(path), RunOptions(**options)))


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_scenario_is_run_alone_by_its_file_and_name(tmp_path: Path) -> None:
    command = reproduce_command(loaded(tmp_path / "scenarios" / "chat.yaml"), RunOptions())
    assert command == "toolreel run scenarios/chat.yaml::chat-minimal"


def test_a_path_with_spaces_is_quoted(tmp_path: Path) -> None:
    assert words(tmp_path / "my file.yaml")[2] == "my file.yaml::chat-minimal"


def test_choices_are_repeated_so_that_a_shell_reads_them_back(tmp_path: Path) -> None:
    found = words(
        tmp_path / "a.yaml",
        targets={"": "node 'x y.js'", "grok": "m:f"},
        env={"MODE": "a b"},
        era="modern",
    )
    assert found[3:] == [
        *("--target", "node 'x y.js'", "--target", "grok=m:f"),
        *("--env", "MODE=a b", "--era", "modern"),
    ]


def test_secrets_and_headers_stand_as_variables(tmp_path: Path) -> None:
    options = RunOptions(env={"API_KEY": "sk-0123456789"}, headers={"Authorization": "Bearer x"})
    for command in (
        reproduce_command(loaded(tmp_path / "a.yaml"), options),
        record_command(loaded(tmp_path / "a.yaml"), options),
    ):
        assert '--env API_KEY="$API_KEY"' in command
        assert '--header "Authorization: $VALUE"' in command
        assert "0123456789" not in command
        assert "Bearer" not in command


@pytest.mark.parametrize(
    ("options", "upstream"),
    [
        (RunOptions(), "simulate"),
        (RunOptions(record_mode="once", upstream="simulate"), "simulate"),
        (RunOptions(record_mode="once", upstream="live"), "live"),
    ],
)
def test_recording_takes_the_source_of_the_run(
    tmp_path: Path, options: RunOptions, upstream: str
) -> None:
    command = record_command(loaded(tmp_path / "a.yaml"), options)
    expected = "toolreel run a.yaml::chat-minimal --record-mode all --upstream"
    assert command == f"{expected} {upstream}"
