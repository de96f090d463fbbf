"""What holds for every test, and the recorded project that the command line is tested in."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sniffio
from hypothesis import settings

from harness.cli.main import main
from tests.recorded_project import RECORD, Outcome, Project, write_project

# These tests start hundreds of interpreters, each of which would compile all that it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile("steady", deadline=None, derandomize=True, database=None, max_examples=50)
settings.register_profile("long", deadline=None, database=None, max_examples=2000)
settings.load_profile("steady")  # `python -m pytest --hypothesis-profile=long` takes the other


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two more than there are cores: much of a test's time is spent waiting for a process."""
    return (os.cpu_count() or 1) + 2


@pytest.fixture(autouse=True)
def _no_event_loop_is_left() -> None:
    """Forget the event loop that anyio's fixtures of an earlier test left named in this thread.

    With sniffio installed (the SDKs bring it) anyio would refuse to run another one.
    """
    sniffio.current_async_library_cvar.set(None)


@pytest.fixture(autouse=True)
def _is_not_in_github_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the commands under test from telling the CI that runs these tests."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def _exit_code(patch: pytest.MonkeyPatch, *arguments: str) -> int:
    patch.setattr(sys, "argv", ["toolreel", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    code = stop.value.code
    return code if isinstance(code, int) else 0


@pytest.fixture
def toolreel(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    """Return the command line, run in this process."""

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = _exit_code(monkeypatch, *arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Outcome(code, out, err)

    return run


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project that was recorded once; tests work in a copy."""
    root = tmp_path_factory.mktemp("recorded")
    write_project(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.delenv("GROK_API_KEY", raising=False)
        assert _exit_code(patch, *RECORD) == 0
    return root


@pytest.fixture
def project(
    recorded: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    toolreel: Callable[..., Outcome],
) -> Project:
    root = tmp_path / "project"
    shutil.copytree(recorded, root)
    monkeypatch.chdir(root)
    monkeypatch.delenv("GROK_API_KEY", raising=False)
    return Project(root, toolreel)
