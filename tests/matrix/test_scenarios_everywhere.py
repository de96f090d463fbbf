"""The shipped scenarios hold in process, over stdio and over Streamable HTTP, in both eras."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import anyio
import pytest

from harness.cassette.store import load, load_mcp_side
from harness.configuration import Configuration, load_configuration
from harness.records.json_value import from_json, to_json
from harness.records.results import RunResult
from harness.runner.options import RunOptions
from harness.runner.run import exit_code, run_scenarios
from harness.scenario.loader import LoadedScenario, load_paths
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
FEW = 5
"""Fewer scenarios than this make a server of their own, one started for their environment, rare."""
EVERYWHERE = list(product(SERVERS, TRANSPORTS, ("modern", "handshake")))
WITHOUT_RARE_SERVERS = [
    (server, transport, era)
    for server, transport, era in EVERYWHERE
    if transport in ("stdio", "http")
]
"""Where a rare server is a process, a second of start for one scenario: `-m long` runs them all."""


def _short_or_long(place: tuple[str, str, Era]) -> Any:
    """Leave the older era out of process to one server; `-m long` runs it for all."""
    server, transport, era = place
    is_long = server != "acedata" and era == "handshake" and transport != "in-process"
    return pytest.param(*place, marks=pytest.mark.long if is_long else ())


KEYS_OF_THE_SHELL = {
    "GROK_API_KEY": "sk-planted-8f2e6b1c9d7a4053e1f2",
    "API_KEY": "sk-planted-d34b0a915c6e77f8a2c1",
    "ACEDATACLOUD_API_TOKEN": "planted-60e1f7c28b9d4a53",
}


def _scenarios(configuration: Configuration, server: str = "") -> list[LoadedScenario]:
    return load_paths([ROOT / path / server for path in configuration.scenarios])


def _without_rare_servers(scenarios: list[LoadedScenario]) -> list[LoadedScenario]:
    environments = [frozenset(one.scenario.env.items()) for one in scenarios]
    sharing = Counter(environments)
    pairs = zip(scenarios, environments, strict=True)
    return [one for one, environment in pairs if sharing[environment] >= FEW]


def _run(server: str, transport: str, era: Era, *, rare_servers: bool) -> RunResult:
    configuration = load_configuration(ROOT)
    scenarios = _scenarios(configuration, server)
    if not rare_servers:
        scenarios = _without_rare_servers(scenarios)
    options = RunOptions(targets=TRANSPORTS[transport], era=era)
    if transport == "patched":
        configuration = _with_real_origins(configuration)
    return anyio.run(partial(run_scenarios, scenarios, configuration, options, lambda _: None))


def _with_real_origins(configuration: Configuration) -> Configuration:
    # The Anthropic scenarios set their endpoint themselves, to the stand-in.
    targets = {
        name: table.model_copy(
            update={"env": {key: REAL_ORIGINS.get(key, value) for key, value in table.env.items()}}
        )
        for name, table in configuration.targets.items()
    }
    return configuration.model_copy(update={"targets": targets})


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


def _assert_whole(result: RunResult, era: Era) -> None:
    assert exit_code(result) == 0
    protocols = {step.call.protocol for one in result.scenarios for step in one.steps if step.call}
    assert protocols == {"2026-07-28" if era == "modern" else "2025-11-25"}
    stored = to_json(result)
    assert not [key for key in KEYS_OF_THE_SHELL.values() if key in stored]
    assert from_json(RunResult, stored) == result


@pytest.mark.parametrize(
    ("server", "transport", "era"), [_short_or_long(one) for one in EVERYWHERE]
)
def test_every_scenario_passes_and_keeps_keys_of_the_shell_out_of_the_stored_run(
    server: str, transport: str, era: Era, monkeypatch: pytest.MonkeyPatch
) -> None:
    if era == "modern":  # else with the keys of the configuration
        for name, key in KEYS_OF_THE_SHELL.items():
            monkeypatch.setenv(name, key)
    rare_servers = (server, transport, era) not in WITHOUT_RARE_SERVERS
    result = _run(server, transport, era, rare_servers=rare_servers)
    assert _problems(result) == []
    _assert_whole(result, era)


@pytest.mark.long
@pytest.mark.parametrize(("server", "transport", "era"), WITHOUT_RARE_SERVERS)
def test_every_scenario_passes_where_each_needs_a_process(
    server: str, transport: str, era: Era
) -> None:
    result = _run(server, transport, era, rare_servers=True)
    assert _problems(result) == []
    _assert_whole(result, era)


def test_few_scenarios_need_a_rare_server() -> None:
    scenarios = _scenarios(load_configuration(ROOT))
    assert len(_without_rare_servers(scenarios)) >= 0.9 * len(scenarios)


def test_there_are_as_many_scenarios_and_expectations_as_promised() -> None:
    scenarios = _scenarios(load_configuration(ROOT))
    assert len(scenarios) >= 60
    steps = [step for one in scenarios for step in one.scenario.steps]
    assert sum(len(step.expect) for step in steps) >= 200
    assert {step.tool for step in steps} >= {
        "create_chat_completion",
        "create_completion",
        "chat_completion",
        "grok_chat_completions",
    }


def test_no_shipped_cassette_holds_a_key_or_claims_to_be_live() -> None:
    for path in (ROOT / "cassettes").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert "test-key" not in text, path
        origins = {item.metadata.get("origin") for item in load(path) or ()}
        origins |= {call.origin for call in load_mcp_side(path).calls}
        assert origins == {"simulated"}, path
