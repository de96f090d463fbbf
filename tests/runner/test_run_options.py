from pathlib import Path
from typing import Any

import pytest

from harness.configuration import Configuration
from harness.errors import UsageError
from harness.runner.options import RunOptions, resolve_target
from harness.scenario.loader import LoadedScenario
from harness.scenario.model import Scenario
from harness.targets import HttpTarget, InProcessTarget, StdioTarget, Target

CONFIGURATION = Configuration.model_validate(
    {
        "root": "/project",
        "targets": {
            "grok": {"server": "servers.grok:create_server", "env": {"KEY": "${KEY:-k}", "A": "1"}},
            "gateway": {"command": "gateway --stdio", "env": {"G": "${G_KEY}"}},
            "remote": {"url": "http://h/mcp"},
        },
    }
)


def loaded(target: str = "grok", **env: str) -> LoadedScenario:
    step = {"tool": "t", "expect": [{"code": 1}]}
    scenario = Scenario.model_validate({"name": "s", "env": env, "steps": [step]})
    return LoadedScenario(scenario, target, Path("s.yaml"), 1)


def resolve(
    item: LoadedScenario | None = None, environ: dict[str, str] | None = None, **options: Any
) -> Target:
    return resolve_target(item or loaded(), CONFIGURATION, RunOptions(**options), environ or {})


def test_a_configured_name_is_the_target() -> None:
    assert resolve() == InProcessTarget(
        name="grok", server="servers.grok:create_server", env={"KEY": "k", "A": "1"}
    )


def test_the_scenario_and_then_the_run_lay_their_environment_over_it() -> None:
    target = resolve(loaded(A="2", B="2"), environ={"KEY": "real"}, env={"B": "3"})
    assert target.env == {"KEY": "real", "A": "2", "B": "3"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [("m:f", "in_process"), ("http://h/mcp", "http"), ("run --x", "stdio"), ("./server", "stdio")],
)
def test_a_scenario_may_name_its_target_itself(text: str, kind: str) -> None:
    assert resolve(loaded(text)).kind == kind


def test_a_bare_word_is_a_configured_name_and_no_command() -> None:
    with pytest.raises(UsageError, match="did you mean 'grok'"):
        resolve(loaded("grk"))
    with pytest.raises(UsageError, match="did you mean 'grok'"):
        resolve(targets={"": "grk"})


def test_another_build_of_a_server_gets_the_environment_of_the_one_it_replaces() -> None:
    target = resolve(targets={"": "node build/index.js"})
    assert target == StdioTarget(
        name="node build/index.js",
        command=("node", "build/index.js"),
        env={"KEY": "k", "A": "1"},
    )


def test_a_configured_replacement_keeps_its_own_environment() -> None:
    target = resolve(targets={"grok": "gateway"}, environ={"G_KEY": "g"})
    assert target == StdioTarget(name="gateway", command=("gateway", "--stdio"), env={"G": "g"})


def test_a_replacement_by_name_wins_and_leaves_other_targets_alone() -> None:
    choices = {"": "m:all", "grok": "m:one"}
    assert resolve(targets=choices).name == "m:one"
    assert resolve(loaded("remote"), targets=choices).name == "m:all"
    assert resolve(loaded("remote"), targets={"grok": "m:one"}).name == "remote"


def test_a_target_that_is_not_configured_can_be_replaced() -> None:
    assert resolve(loaded("unknown"), targets={"unknown": "m:f"}).name == "m:f"


def test_a_variable_that_is_not_set_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="G_KEY"):
        resolve(loaded("gateway"))


def test_headers_reach_http_targets_only() -> None:
    target = resolve(loaded("remote"), headers={"A": "b"})
    assert target == HttpTarget(name="remote", url="http://h/mcp", headers={"A": "b"})
    with pytest.raises(UsageError, match="--header"):
        resolve(headers={"A": "b"})


@pytest.mark.parametrize("mode", ["once", "new_episodes", "all"])
def test_recording_needs_to_know_from_where(mode: Any) -> None:
    with pytest.raises(UsageError, match=f"--record-mode {mode} needs to know from where"):
        RunOptions(record_mode=mode)
    assert RunOptions(record_mode=mode, upstream="simulate").upstream == "simulate"


@pytest.mark.parametrize("upstream", ["simulate", "live"])
def test_a_source_without_recording_is_refused(upstream: Any) -> None:
    with pytest.raises(UsageError, match="only matters while recording"):
        RunOptions(upstream=upstream)


def test_the_defaults_replay_offline() -> None:
    options = RunOptions()
    assert (options.record_mode, options.upstream, options.era) == ("none", None, "auto")
