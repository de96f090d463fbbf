from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.configuration import load_configuration
from harness.errors import UsageError
from harness.runner.compare import compare_sides
from harness.runner.compare_side import Side, read_side

TOOL: dict[str, Any] = {
    "name": "send_mail",
    "description": "Send one mail to one address.",
    "inputSchema": {"type": "object", "properties": {"to": {"type": "string"}}},
}
NARROW = {**TOOL, "inputSchema": {**TOOL["inputSchema"], "required": ["to"]}}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tools.json").write_text(json.dumps({"tools": [TOOL]}), encoding="utf-8")
    for words in (
        ("init", "-q", "-b", "main"),
        ("add", "tools.json"),
        ("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "one"),
    ):
        subprocess.run(("git", *words), cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "tools.json").write_text(json.dumps({"tools": [NARROW]}), encoding="utf-8")
    return tmp_path


def _side(word: str, root: Path, beside: str | None = None) -> Side:
    return read_side(word, load_configuration(root), {}, beside=beside)


@pytest.mark.parametrize("word", ["main:tools.json", "HEAD:tools.json", "main"])
def test_a_git_revision_is_a_side(repository: Path, word: str) -> None:
    before = _side(word, repository, beside="tools.json")
    after = _side("tools.json", repository, beside=word)
    assert before.tools == [TOOL]
    assert compare_sides(before, after, tolerance=5).verdict == "breaking"


def test_a_path_in_a_revision_is_relative_to_the_folder(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "sub").mkdir()
    monkeypatch.chdir(repository / "sub")
    with pytest.raises(UsageError, match=r"main:tools\.json"):
        _side("main:tools.json", repository)
    assert _side("main:../tools.json", repository).tools == [TOOL]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("nothing", "'nothing' is none of a configured target"),
        ("absent:tools.json", "git knows no revision 'absent'"),
        ("main:absent.json", r"main:absent\.json: .*absent\.json"),
        ("--output=x:tools.json", "git knows no revision"),
        ("main", "is a git revision, which has no tools of its own"),
    ],
)
def test_what_names_nothing_is_told(repository: Path, word: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        _side(word, repository)
    assert not (repository / "x").exists()


def test_results_and_definitions_are_not_compared(repository: Path) -> None:
    (repository / "run.json").write_text('{"version": 1, "scenarios": []}', encoding="utf-8")
    run, tools = _side("run.json", repository), _side("tools.json", repository)
    with pytest.raises(UsageError, match="holds the results of a run"):
        compare_sides(run, tools, tolerance=0)


def test_the_command_exits_with_1_when_something_breaks_and_prints_one_object(
    repository: Path,
) -> None:
    words = (sys.executable, "-m", "harness.cli.main", "compare", "main", "tools.json")
    done = subprocess.run((*words, "--format", "json"), capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    data = json.loads(done.stdout)
    assert (data["verdict"], data["tools"][0]["witness"]) == ("breaking", {})


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from harness.cli.main import cli; "
        "cli.main(['compare', '--help'], standalone_mode=False); "
        "heavy = {'mcp', 'scipy', 'numpy', 'deepdiff', 'rapidfuzz', 'greenery', 'jsonschema_rs'}; "
        "found = heavy & set(sys.modules); sys.exit(repr(found) if found else 0)"
    )
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
