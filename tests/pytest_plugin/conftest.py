"""A recorded project in which pytest is run, in this process, as its user would run it."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path

import pytest

# pytester drops what a run imports; what is patched once and for good must be imported once, too.
for _name in (
    "harness.audit.reproduction",
    "harness.pytest_plugin.graded",
    "harness.pytest_plugin.scenario_files",
    "harness.runner.audit",
    "harness.runner.score_servers",
    "harness.scenario.loader",
    "hypothesis.strategies",
    "servers.grok",
    "vcr",
):
    importlib.import_module(_name)

MESSAGES = '[{"role": "user", "content": "Hello"}]'
HELLO = f'call("create_chat_completion", model="grok-3", messages={MESSAGES})'
RECORD = ("--toolreel-record-mode", "once", "--toolreel-upstream", "simulate")
PLUGINS = ("-p", "harness.pytest_plugin", "-p", "anyio.pytest_plugin")


def run_pytest(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in this process with few plugins: looking for all of them takes 100 ms a run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        return pytester.runpytest_inprocess("-q", *PLUGINS, *arguments)


@pytest.fixture
def suite(pytester: pytest.Pytester, recorded: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a recorded project, which is the current one."""
    monkeypatch.delenv("GROK_API_KEY", raising=False)
    shutil.copytree(recorded, pytester.path, dirs_exist_ok=True)
    (pytester.path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", "utf-8")
    return pytester.path
