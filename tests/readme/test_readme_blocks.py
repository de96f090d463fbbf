"""Every block of README is run, in order, in an empty folder, and shows what it says.

A block that begins with the name of a file is that file. Lines of `sh` are commands; in `console`
they begin with `$`, what follows is their output, and `…` stands for lines that are left out.
Figures of time differ; `# exit code N` is the code that a command ends with, 0 unless told.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVING = ("toolreel upstream",)
ELSEWHERE = {"cd scenarios/descriptions": ROOT / "scenarios" / "descriptions"}
OF_THE_CHECKOUT = ("python3 -m venv", "uv sync", "bash .ci/run")
"""Commands that `.ci/run` itself runs, or that run `.ci/run`."""
pytestmark = pytest.mark.readme


class Block(NamedTuple):
    kind: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        found = re.match(r"# (\S+\.(?:py|toml|ya?ml))\n", self.text)
        return found[1] if found else None


class Command(NamedTuple):
    words: str
    code: int
    shown: list[str]


def blocks(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2], text.count("\n", 0, found.start()) + 1)
        for found in FENCE.finditer(text)
    ]


def commands(block: Block) -> Iterator[Command]:
    lines = block.text.splitlines()
    if block.kind == "sh":
        for line in lines:
            yield Command(line.partition("  #")[0].strip(), 0, [])
        return
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        words, _, told = lines[start][2:].partition("  # exit code ")
        yield Command(words, int(told or 0), lines[start + 1 : end])


def without_figures(line: str) -> str:
    """Return a line without what differs from run to run: seconds, and the columns of a table."""
    return re.sub(r"\d+\.\d+ s", "# s", " ".join(line.split()))


def assert_shown(command: Command, output: str) -> None:
    seen = [without_figures(line) for line in output.splitlines()]
    at, may_skip = 0, False
    for line in map(without_figures, command.shown):
        if line == "…":
            may_skip = True
            continue
        places = range(at, len(seen) if may_skip else min(at + 1, len(seen)))
        place = next((one for one in places if seen[one] == line), None)
        assert place is not None, f"{command.words}\nnot shown: {line}\n\n{output}"
        at, may_skip = place + 1, False


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.endswith("_API_KEY")}
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST"):
        kept.pop(name, None)
    programs = Path(sys.executable).parent
    return {**kept, "PATH": f"{programs}{os.pathsep}{kept['PATH']}", "COLUMNS": "200"}


def run(command: Command, folder: Path) -> None:
    if command.words.startswith(SERVING):
        serve(command, folder)
        return
    done = subprocess.run(
        ["bash", "-c", command.words], cwd=folder, env=environment(), timeout=240, check=False,
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    told = f"{command.words}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == command.code, told
    assert "Traceback" not in done.stderr, told
    assert_shown(command, done.stdout)


def serve(command: Command, folder: Path) -> None:
    """Start what serves until it is stopped, and read what it says first."""
    words = re.sub(r"--port \d+", "--port 4010", command.words)
    process = subprocess.Popen(
        ["bash", "-c", f"exec {words}"], cwd=folder, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in command.shown or ["ready"]]
        assert_shown(command, "".join(lines))
        assert "toolreel upstream ready at" in lines[0], words
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    assert shutil.which("bash"), "bash is needed to run the blocks of README"
    return folder


def test_every_block_of_the_readme_does_what_it_shows(project: Path) -> None:
    made = 0
    for block in blocks(ROOT / "README.md"):
        if block.file:
            path = project / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
            made += 1
            continue
        assert block.kind in ("sh", "console"), f"README.md:{block.line}: {block.kind!r} is not run"
        folder = project
        for command in commands(block):
            if command.words.startswith(OF_THE_CHECKOUT):
                continue
            if command.words in ELSEWHERE:
                folder = ELSEWHERE[command.words]
            elif command.words:
                run(command, folder)
                made += 1
    assert made > 30


def test_every_block_of_contributing_is_run_by_ci_itself() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    for block in blocks(ROOT / "CONTRIBUTING.md"):
        for command in commands(block):
            is_ci = command.words.startswith(OF_THE_CHECKOUT) or command.words in ci
            assert is_ci, command.words


def test_a_block_that_shows_something_else_is_noticed() -> None:
    command = Command("x", 0, ["one", "…", "three 0.5 s"])
    assert_shown(command, "one\ntwo\nthree  1.7 s\n")
    for other in ("two\nthree 1.0 s", "one\ntwo", "one\nthree 1.0 m", ""):
        with pytest.raises(AssertionError, match="not shown"):
            assert_shown(command, other)
    with pytest.raises(AssertionError, match="not shown"):
        assert_shown(Command("x", 0, ["one", "three"]), "one\ntwo\nthree")
