"""A small project of a user's own, recorded from the simulator, and the command line in it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli.main import main
from tests.cli.project import Outcome, Project

CONFIGURATION = """\
[targets.grok]
server = "servers.grok:create_server"

[targets.grok.env]
GROK_API_KEY = "${GROK_API_KEY:-test-key-grok}"
GROK_API_BASE_URL = "{upstream}/api.x.ai/v1"
"""
SCENARIOS = """\
target: grok
scenarios:
  - name: greets
    steps:
      - tool: create_chat_completion
        arguments: {model: grok-3, messages: [{role: user, content: Please greet the whole world}]}
        expect:
          - plane: result
          - text_contains: greet the whole world
            weight: 3
  - name: refuses
    steps:
      - tool: create_chat_completion
        arguments: {model: 7, messages: []}
        expect:
          - plane: tool_error
          - upstream_calls: 0
"""


@pytest.fixture
def toolreel(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    def run(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["toolreel", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        code = stop.value.code
        return Outcome(code if isinstance(code, int) else 0, out, err)

    return run


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toolreel: Callable[..., Outcome]
) -> Project:
    (tmp_path / "toolreel.toml").write_text(CONFIGURATION, encoding="utf-8")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "greetings.yaml").write_text(SCENARIOS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = Project(tmp_path, toolreel)
    recorded = made.run("run", "--record-mode", "all", "--upstream", "simulate")
    assert recorded.code == 0, recorded
    return made
