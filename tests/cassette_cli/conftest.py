from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from harness.cli.main import main
from tests.cassette_cli.recorded_project import CONFIGURATION, SCENARIOS, Outcome, Project

settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")


@pytest.fixture
def toolreel(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    def run(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["toolreel", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        code = stop.value.code
        return Outcome(code if isinstance(code, int) else 0, out, err)

    return run


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("recorded")
    (root / "toolreel.toml").write_text(CONFIGURATION, encoding="utf-8")
    (root / "scenarios").mkdir()
    (root / "scenarios" / "greetings.yaml").write_text(SCENARIOS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.delenv("GROK_API_KEY", raising=False)
        flags = ["run", "--record-mode", "all", "--upstream", "simulate"]
        patch.setattr(sys, "argv", ["toolreel", *flags])
        with pytest.raises(SystemExit) as stop:
            main()
        assert not stop.value.code
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
