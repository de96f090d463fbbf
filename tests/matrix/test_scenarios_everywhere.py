"""The shipped scenarios hold in process, over stdio and over Streamable HTTP, in both eras."""

from __future__ import annotations

import shlex
import sys
from functools import partial
from pathlib import Path

import anyio
import pytest

from harness.cassette.store import load, load_mcp_side
from harness.configuration import load_configuration
from harness.records.json_value import from_json, to_json
from harness.records.results import RunResult
from harness.runner.options import RunOptions
from harness.runner.run import exit_code, run_scenarios
from harness.scenario.loader import load_paths
from harness.targets import Era

ROOT = Path(__file__).parents[2]
PYTHON = shlex.quote(sys.executable)
SERVERS = ("grok", "gateway", "acedata")
TRANSPORTS = {
    "in-process": {},
    "stdio": {name: f"{PYTHON} -m servers.{name}" for name in SERVERS},
    "http": {name: f"{PYTHON} -m servers.{name} --http {{port}}" for name in SERVERS},
    # Without the stand-in: the server's own base URL, held by the patched HTTP clients.
    "patched": {},
}
REAL_ORIGINS = {
    "GROK_API_BASE_URL": "https://api.x.ai/v1",
    "API_ENDPOINT": "https://api.openai.com/v1",
    "ACEDATACLOUD_API_BASE_URL": "https://api.acedata.cloud",
}
SECRET = "sk-planted-8f2e6b1c9d7a4053e1f2"


def _run(transport: str, era: Era, server: str = "") -> RunResult:
    configuration = load_configuration(ROOT)
    scenarios = load_paths([ROOT / path / server for path in configuration.scenarios])
    options = RunOptions(targets=TRANSPORTS[transport], era=era)
    if transport == "patched":
        # The Anthropic scenarios set their endpoint themselves, to the stand-in.
        targets = {
            name: table.model_copy(
                update={
                    "env": {key: REAL_ORIGINS.get(key, value) for key, value in table.env.items()}
                }
            )
            for name, table in configuration.targets.items()
        }
        configuration = configuration.model_copy(update={"targets": targets})
    return anyio.run(partial(run_scenarios, scenarios, configuration, options, lambda _: None))


def _problems(result: RunResult) -> list[str]:
    return [
        f"{scenario.target}/{scenario.name}: {scenario.error or _failures(scenario)}"
        for scenario in result.scenarios
        if scenario.status != "passed"
    ]


def _failures(scenario: object) -> list[str]:
    return [
        f"{item.label}: {item.message}"
        for step in scenario.steps  # type: ignore[attr-defined]
        for item in step.expectations
        if item.status != "passed"
    ]


@pytest.mark.parametrize("era", ["modern", "handshake"])
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("server", SERVERS)
def test_every_scenario_passes(server: str, transport: str, era: Era) -> None:
    result = _run(transport, era, server)
    assert _problems(result) == []
    assert exit_code(result) == 0
    protocols = {step.call.protocol for one in result.scenarios for step in one.steps if step.call}
    assert protocols == {"2026-07-28" if era == "modern" else "2025-11-25"}


def test_there_are_as_many_scenarios_and_expectations_as_promised() -> None:
    result = _run("in-process", "auto")
    assert result.totals.scenarios >= 60
    assert result.totals.expectations >= 200
    tools = {step.tool for one in result.scenarios for step in one.steps}
    assert tools >= {
        "create_chat_completion",
        "create_completion",
        "chat_completion",
        "grok_chat_completions",
    }


def test_a_stored_run_is_the_run() -> None:
    result = _run("in-process", "auto")
    assert from_json(RunResult, to_json(result)) == result


def test_a_key_given_by_environment_is_in_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GROK_API_KEY", "API_KEY", "ACEDATACLOUD_API_TOKEN"):
        monkeypatch.setenv(name, SECRET)
    result = _run("stdio", "auto")
    assert _problems(result) == []
    assert SECRET not in to_json(result)


def test_no_shipped_cassette_holds_a_key_or_claims_to_be_live() -> None:
    for path in (ROOT / "cassettes").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert "test-key" not in text, path
        origins = {item.metadata.get("origin") for item in load(path) or ()}
        origins |= {call.origin for call in load_mcp_side(path).calls}
        assert origins == {"simulated"}, path
