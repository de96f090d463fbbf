"""The action, the hooks and the CI files of `init` call what exists, and comment once."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from harness.cli.main import cli
from harness.starter.ci_file import ci_text
from harness.targets import parse_target

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "toolreel" / "action.yml"
FAKE_GH = """\
#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in *--paginate*) echo "$KNOWN";; esac
"""


def _steps() -> dict[str, dict[str, Any]]:
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    return {step["name"]: step for step in action["runs"]["steps"]}


def _program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def _bash(script: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        env={**os.environ, "PATH": path, **env},
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(("known", "method"), [("", "POST"), ("71", "PATCH")])
def test_a_comment_is_written_once_and_kept_up_to_date(
    tmp_path: Path, known: str, method: str
) -> None:
    _program(tmp_path / "bin", "gh", FAKE_GH)
    (tmp_path / "comment.md").write_text("<!-- toolreel report -->\ntext\n", encoding="utf-8")
    calls = tmp_path / "calls"
    done = _bash(
        _steps()["Comment under the pull request"]["run"], tmp_path, CALLS=str(calls), KNOWN=known,
        COMMENT=str(tmp_path / "comment.md"), COMMENTS="repos/a/b/issues/1/comments",
        ONE="repos/a/b/issues/comments",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = [line for line in calls.read_text("utf-8").splitlines() if "--method" in line]
    assert len(written) == 1
    assert f"--method {method}" in written[0]
    assert ("comments/71" in written[0]) == bool(known)


def test_no_comment_file_is_told_and_posts_nothing(tmp_path: Path) -> None:
    _program(tmp_path / "bin", "gh", FAKE_GH)
    calls = tmp_path / "calls"
    script = _steps()["Comment under the pull request"]["run"]
    done = _bash(script, tmp_path, COMMENT="absent.md", CALLS=str(calls))
    assert done.returncode == 0
    assert "wrote no comment" in done.stdout
    assert not calls.exists()


@pytest.mark.parametrize("code", [0, 1])
def test_the_action_hands_its_words_on_and_ends_as_the_command_ends(
    tmp_path: Path, code: int
) -> None:
    _program(tmp_path / "bin", "toolreel", f'#!/bin/sh\nprintf "%s\\n" "$@"\nexit {code}\n')
    words = "run scenarios/mine.yaml -k chat $(touch hacked) ;touch hacked"
    done = _bash(_steps()["toolreel"]["run"], tmp_path, ARGUMENTS=words, REPORTS=str(tmp_path))
    said = done.stdout.splitlines()
    assert done.returncode == code
    assert said[0] == "run"
    assert said[5:] == words.split()[1:]
    assert not (tmp_path / "hacked").exists()


def _commands() -> list[str]:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    found = [hook["entry"] for hook in hooks]
    for name in ("github.yml", "gitlab.yml", "gitlab-node.yml"):
        text = files("harness.starter").joinpath("files", name).read_text("utf-8")
        assert yaml.safe_load(text)
        lines = (
            line.strip().removeprefix("- ").removeprefix("run: ") for line in text.splitlines()
        )
        found += [line for line in lines if line.startswith("toolreel ")]
    return found


def test_every_command_in_hooks_and_ci_files_is_one_with_these_options() -> None:
    commands = _commands()
    assert len(commands) == 5
    for line in commands:
        words = [*shlex.split(line)[1:], "--help"]
        done = CliRunner().invoke(cli, words)
        assert done.exit_code == 0, (line, done.output)
        for option in (word for word in words if word.startswith("--") and word != "--help"):
            assert option in done.output, (line, option)


def _run(ci: str, target: str, *present: str) -> list[str]:
    """Return what a CI file does, in order: the actions that it uses and the commands."""
    document = yaml.safe_load(ci_text(ci, parse_target(target), present))  # type: ignore[arg-type]
    (job,) = document.get("jobs", document).values()
    if ci == "gitlab":
        return [job["image"], *job["script"]]
    return [step.get("uses") or step["run"] for step in job["steps"]]


@pytest.mark.parametrize(
    ("target", "present", "commands"),
    [
        ("node dist/index.js", ("package.json", "package-lock.json"), ["npm ci"]),
        ("npx tsx src/server.ts", ("package.json",), ["npm install"]),
        ("./start.sh", ("package.json", "pnpm-lock.yaml"), ["corepack enable", "pnpm install"]),
        ("npx -y @acme/llm-mcp", (), []),
    ],
)
def test_a_server_of_node_gets_node_and_what_it_depends_on(
    target: str, present: tuple[str, ...], commands: list[str]
) -> None:
    github, gitlab = _run("github", target, *present), _run("gitlab", target, *present)
    wanted = [*commands, "npm run build"] if present else []
    assert github[2].startswith("actions/setup-node@v")
    assert len(github) == len(_run("github", "m:server")) + 1 + len(wanted)
    assert gitlab[0].startswith("node:24")
    for done in (github[3:], gitlab[1:]):
        assert all(line.startswith(word) for line, word in zip(done, wanted, strict=False)), done
        assert done[-2:] == ["pip install toolreel", "toolreel run --report junit=toolreel.xml"]


@pytest.mark.parametrize("target", ["m:server", "python3 -m m", "uv run m", "http://127.0.0.1:1/"])
def test_a_server_that_is_not_of_node_gets_none(target: str) -> None:
    for ci in ("github", "gitlab"):
        assert "node" not in str(_run(ci, target, "package.json", "package-lock.json"))
