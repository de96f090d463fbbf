"""What is written down must be what is there."""

from __future__ import annotations

import json
import re
import tomllib
from itertools import chain
from pathlib import Path

from harness.scenario.file_names import is_scenario_name
from harness.scenario.schema import scenario_schema

ROOT = Path(__file__).parents[2]


def _commands_of_the_readme() -> list[str]:
    block = re.search(
        r"```console\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S
    )
    assert block
    return [line[2:] for line in block[1].splitlines() if line.startswith("$ ")]


def test_ci_runs_the_readme_commands_word_for_word() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = _commands_of_the_readme()
    assert len(commands) == 2
    assert all(command in ci for command in commands)


def test_the_version_stands_in_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{project['version']}]" in changelog


def test_every_dependency_has_its_reason_in_contributing() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").lower()
    names = [re.split(r"[<>=\[ ]", item)[0].lower() for item in named]
    assert [name for name in names if f"`{name}`" not in contributing] == []


def test_the_committed_scenario_schema_is_the_generated_one() -> None:
    committed = json.loads(
        (ROOT / "scenarios" / "scenario.schema.json").read_text(encoding="utf-8")
    )
    assert committed == scenario_schema()


def test_every_scenario_file_names_the_schema_in_its_first_line() -> None:
    for path in filter(is_scenario_name, (ROOT / "scenarios").rglob("*.yaml")):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert named, path
        assert (path.parent / named[1]).resolve() == ROOT / "scenarios" / "scenario.schema.json"


def test_the_top_level_holds_nothing_but_what_was_agreed() -> None:
    agreed = {
        "pyproject.toml", "harness", "cassettes", "servers", "scenarios", "tests", "README.md",
        "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "uv.lock",
    }  # fmt: skip
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - agreed <= {"build", "dist", "toolreel.egg-info"}
    assert agreed <= found
