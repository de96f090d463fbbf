"""The pytest plugin: scenarios as tests, and fixtures that hold the providers of MCP tools.

It does nothing until a flag, a setting, a marker or a fixture asks for it, and imports nothing of
weight before: the fixtures import what they need when they are used.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from harness.pytest_plugin.keys import ASKED, CHOICES, HELD, held_of, shared_of
from harness.pytest_plugin.options import (
    MARKERS,
    add_options,
    add_scenario_arguments,
    asked_for,
    choices_of,
)
from harness.scenario.file_names import is_scenario_name

if TYPE_CHECKING:
    from pathlib import Path

    from harness.cassette.used_cassette import UsedCassette
    from harness.pytest_plugin.scenario_files import ScenarioFile
    from harness.pytest_plugin.tool_client import ToolClient
    from harness.records.audit import AuditResult
    from harness.records.description_score import DescriptionScores
    from harness.upstream.running_upstream import RunningUpstream

_MARKER = "toolreel_cassette"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the flags and settings."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Read the choices, and let pytest visit the scenarios that are asked for."""
    for line in MARKERS:
        config.addinivalue_line("markers", line)
    config.stash[CHOICES] = choices_of(config)
    config.stash[ASKED] = asked_for(config)
    add_scenario_arguments(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """Collect a scenario file that was asked for: by flag or setting, or as an argument."""
    if not is_scenario_name(file_path):
        return None
    asked = parent.config.stash[ASKED]
    is_listed = asked.is_listed(file_path)
    if not is_listed and not asked.is_named(file_path):
        return None
    from harness.pytest_plugin.scenario_files import ScenarioFile, is_scenario_file

    if not is_listed and not is_scenario_file(file_path):
        return None  # named as an argument, but for another plugin
    found: ScenarioFile = ScenarioFile.from_parent(parent, path=file_path)
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Put our patches in place before those that other plugins make for one test alone."""
    names = getattr(item, "fixturenames", ())
    is_used = item.get_closest_marker(_MARKER) is not None or any(
        name in names for name in FIXTURES
    )
    if is_used:
        from harness.pytest_plugin.network_block import patch_network
        from harness.upstream.httpx_door import patch_clients

        patch_clients()
        patch_network()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that passed although a cassette lacked an answer; tell it beside a failure."""
    try:
        result = yield
    except BaseException as error:
        missed = _missed(item)
        if missed is not None and str(missed) != str(error):
            item.add_report_section("call", "toolreel", str(missed))
        raise
    missed = _missed(item)
    if missed is not None:
        pytest.fail(str(missed), pytrace=False)
    return result


def _missed(item: pytest.Item) -> Exception | None:
    held = item.stash.get(HELD, None)
    return held.missed() if held is not None else None


def _or_failed(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what `function` gives; an error of the harness fails the test with its words alone."""
    from harness.errors import HarnessError

    try:
        return function(*arguments)
    except HarnessError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(autouse=True)
def _toolreel_marked(request: pytest.FixtureRequest) -> None:
    is_marked = request.node.get_closest_marker(_MARKER) is not None
    # Together with a client, the client is what the marker is about.
    if is_marked and "toolreel_client" not in request.fixturenames:
        request.getfixturevalue("toolreel_cassette")


@pytest.fixture
def toolreel_cassette(request: pytest.FixtureRequest) -> Iterator[UsedCassette]:
    """Answer requests of httpx and httpx2 from the test's cassette, or record them into it.

    While it is replayed, nothing else in this process reaches another machine.
    """
    from harness.pytest_plugin.opened import open_cassette

    with ExitStack() as stack:
        yield _or_failed(open_cassette, held_of(request.node), stack)


@pytest.fixture
def toolreel_client(request: pytest.FixtureRequest) -> Iterator[Callable[..., ToolClient]]:
    """Return `connect(target, *, env={}, cassette=None)`, which gives a `ToolClient`.

    A target is a configured name, `module:attribute`, a command or a URL. What its server asks of
    a provider is answered from the test's cassette, or recorded into it.
    """
    from harness.pytest_plugin.opened import recorded_clients

    with ExitStack() as stack:
        yield recorded_clients(held_of(request.node), _or_failed(shared_of, request.config), stack)


@pytest.fixture(scope="session")
def toolreel_simulated_client(request: pytest.FixtureRequest) -> Callable[..., ToolClient]:
    """Return `connect(target, *, env={})`; the simulator answers, and nothing is recorded.

    It lives as long as the run, so tests with `@given` can use it.
    """
    from harness.pytest_plugin.opened import simulated_clients

    return simulated_clients(_or_failed(shared_of, request.config))


@pytest.fixture
def toolreel_upstream(request: pytest.FixtureRequest) -> Iterator[Callable[..., RunningUpstream]]:
    """Return `serve(*cassettes, **options)`: a stand-in for the providers, as at `upstream_server`.

    `serve(faults=["429; nth=1"])` simulates and fails on demand. A request that no cassette
    answers fails the test.
    """
    from harness.pytest_plugin.opened import upstreams

    with ExitStack() as stack:
        yield upstreams(held_of(request.node), stack)


@pytest.fixture
def toolreel_audit(request: pytest.FixtureRequest) -> Callable[..., AuditResult]:
    """Return `audit(target, *, env={}, **options)`, as `toolreel audit`; gives an `AuditResult`."""
    from harness.pytest_plugin.graded import audits

    return audits(_or_failed(shared_of, request.config))


@pytest.fixture
def toolreel_score(request: pytest.FixtureRequest) -> Callable[..., DescriptionScores]:
    """Return `score(tools)`, as `toolreel score`; `tools` are definitions, or name a target."""
    from harness.pytest_plugin.graded import scores

    return scores(_or_failed(shared_of, request.config))


FIXTURES = (
    "toolreel_cassette",
    "toolreel_client",
    "toolreel_simulated_client",
    "toolreel_upstream",
    "toolreel_audit",
    "toolreel_score",
)
"""The names of all fixtures."""
