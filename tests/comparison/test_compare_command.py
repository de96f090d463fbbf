from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.configuration import load_configuration
from harness.errors import UsageError
from harness.runner.compare import compare_sides
from harness.runner.compare_side import Side, read_side
from tests.recorded_project import Outcome

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
        ("main:absent.json", r"main:absent\.json: no such file at main"),
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
    repository: Path, toolreel: Callable[..., Outcome]
) -> None:
    done = toolreel("compare", "main", "tools.json", "--format", "json")
    assert done.code == 1, done.err
    data = done.document
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


SERVER = """\
from mcp.server import MCPServer


def create_server() -> MCPServer:
    server = MCPServer("versions")

    @server.tool()
    def send_mail(to: str{more}) -> str:
        "Send one mail to one address."
        return to

    return server
"""
CONFIGURATION = '[targets.mail]\nserver = "mailing:create_server"\n'


def _commit(folder: Path, message: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for words in (("add", "."), (*who, "commit", "-q", "-m", message)):
        subprocess.run(("git", *words), cwd=folder, check=True, capture_output=True)


@pytest.fixture
def versions(repository: Path) -> Path:
    (repository / "toolreel.toml").write_text(CONFIGURATION, encoding="utf-8")
    (repository / "mailing.py").write_text(SERVER.format(more=""), encoding="utf-8")
    _commit(repository, "two")
    (repository / "mailing.py").write_text(SERVER.format(more=", subject: str"), encoding="utf-8")
    return repository


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "harness.cli.main", "compare", *words)
    return subprocess.run(command, capture_output=True, text=True, check=False)


LONG = pytest.mark.long


@pytest.mark.parametrize(
    "word",
    [
        "main:mail",
        *(pytest.param(one, marks=LONG) for one in ("main", "main:mailing:create_server")),
    ],
)
def test_a_target_is_compared_with_itself_at_a_revision(versions: Path, word: str) -> None:
    done = _run(word, "mail", "--format", "json")
    assert done.returncode == 1, done.stderr
    (tool,) = json.loads(done.stdout)["tools"]
    assert (tool["name"], tool["schema"]) == ("send_mail", "breaking")
    assert not list(versions.glob("**/revision"))


@LONG
def test_a_target_at_one_revision_under_two_names_does_not_differ(versions: Path) -> None:
    same = _run("main:mail", "HEAD:mail")
    assert (same.returncode, "nothing differs" in same.stdout) == (0, True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("main", "HEAD"), 2, "name a file or a target in it, as in main:tools.json or main:mail"),
        (("main:mial", "mail"), 2, "main:mial: no such file at main; did you mean 'mail'?"),
        (("mian:tools.json", "mail"), 2, "git knows no revision 'mian'"),
        (("main:tols.json", "mail"), 2, "did you mean 'tools.json'?"),
        (("HEAD~1:mail", "mail"), 2, "HEAD~1:mail: unknown target 'mail'"),
    ],
)
def test_a_mistake_about_a_revision_is_one_line(
    versions: Path,
    words: tuple[str, ...],
    code: int,
    told: str,
    toolreel: Callable[..., Outcome],
) -> None:
    done = toolreel("compare", *words)
    assert (done.code, len(done.err.splitlines())) == (code, 1), done.err
    assert told in done.err


def test_a_server_that_did_not_start_at_a_revision_is_told_with_its_exit_code(
    versions: Path,
) -> None:
    (versions / "mailing.py").write_text("raise RuntimeError('not yet')\n", encoding="utf-8")
    _commit(versions, "three")
    done = _run("main:mail", "main~1:mail")
    assert done.returncode == 4, done.stderr
    assert "main:mail: " in done.stderr
    assert "not yet" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_environment_reaches_the_target_of_each_side(versions: Path) -> None:
    text = (versions / "mailing.py").read_text(encoding="utf-8")
    needing = text.replace("from mcp", "import os\nfrom mcp", 1).replace(
        'MCPServer("versions")', 'MCPServer(os.environ["NAME_OF_THE_SERVER"])'
    )
    (versions / "mailing.py").write_text(needing, encoding="utf-8")
    _commit(versions, "three")
    done = _run("HEAD:mail", "mail", "-e", "NAME_OF_THE_SERVER=mine")
    assert done.returncode == 0, done.stderr
