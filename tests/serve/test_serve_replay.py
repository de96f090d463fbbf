"""One recording, replayed to clients of both eras, whatever era recorded it."""

import shlex
import sys
from functools import partial
from pathlib import Path

import anyio
import pytest

from harness.cassette.mcp_side import call_line, read_mcp_side, tools_line
from harness.cassette.played_calls import PlayedCalls
from harness.cassette.store import load_entries, load_mcp_side
from harness.configuration import load_configuration
from harness.records.call import Outcome, Progress
from harness.records.recorded_call import McpSide, RecordedCall
from harness.runner.options import RunOptions
from harness.runner.run import run_scenarios
from harness.scenario.loader import load_paths
from harness.targets import Era

ROOT = Path(__file__).parents[2]
PYTHON = shlex.quote(sys.executable)
SERVE = f"{PYTHON} -m harness.cli.main serve"
OF_THE_UPSTREAM = ("upstream_calls", "upstream_request")


def call(arguments: object, text: str) -> RecordedCall:
    outcome = Outcome(plane="result", content=[{"type": "text", "text": text}])
    return RecordedCall(tool="t", arguments=arguments, outcome=outcome)


def test_the_mcp_side_is_read_as_it_was_written() -> None:
    odd = RecordedCall(
        tool="t",
        arguments={"a": float("inf"), "b": "\ud800\u2028"},
        outcome=Outcome(plane="protocol_error", code=-32602, message="no\nwonder", data=[1]),
        progress=(Progress(progress=1, message="x"),),
        interactions=(0, 3),
        protocol="2025-11-25",
        origin="simulated",
    )
    tools = [{"name": "t", "inputSchema": {"type": "object"}}]
    data = b"version: 1\n" + (tools_line(tools) + call_line(odd)).encode()
    assert read_mcp_side(data) == McpSide(tools=tuple(tools), calls=(odd,))


def test_a_broken_line_is_named_by_its_number() -> None:
    with pytest.raises(ValueError, match="line 2 is no toolreel line"):
        read_mcp_side(b"version: 1\n# toolreel call: {\n")


def test_the_same_call_is_answered_in_recorded_order_and_the_last_answer_repeats() -> None:
    played = PlayedCalls([McpSide(calls=(call({"n": 1}, "a"), call({"n": 1.0}, "b")))])
    texts = [found.outcome.text for _ in range(3) if (found := played.play("t", {"n": 1}))]
    assert texts == ["a", "b", "b"]


def test_a_call_that_was_not_recorded_is_explained_by_the_nearest() -> None:
    played = PlayedCalls([McpSide(calls=(call({"q": "old words"}, "a"),))])
    assert played.play("t", {"q": "new words"}) is None
    reason = played.explain("t", {"q": "new words"})
    assert "/q" in reason
    assert "old words" in reason
    assert "recorded: t" in played.explain("u", {})


def test_every_shipped_call_names_the_interactions_that_it_caused() -> None:
    for path in (ROOT / "cassettes").rglob("*.yaml"):
        side = load_mcp_side(path)
        linked = [number for one in side.calls for number in one.interactions]
        assert side.calls, path
        assert sorted(linked) == list(range(len(load_entries(path) or ()))), path


@pytest.mark.parametrize(
    ("era", "transport"),
    [
        ("modern", "http"),
        ("handshake", "stdio"),
        pytest.param("modern", "stdio", marks=pytest.mark.long),
        pytest.param("handshake", "http", marks=pytest.mark.long),
    ],
)
def test_clients_of_both_eras_see_what_was_recorded(era: Era, transport: str) -> None:
    served = "cassettes/acedata" + (" --http {port}" if transport == "http" else "")
    configuration = load_configuration(ROOT)
    files = ("chat", "streaming", "unicode", "validation")
    scenarios = load_paths([ROOT / "scenarios" / "acedata" / f"{name}.yaml" for name in files])
    options = RunOptions(targets={"": f"{SERVE} {served}"}, era=era)
    result = anyio.run(partial(run_scenarios, scenarios, configuration, options, lambda _: None))
    failed = [
        f"{one.name}: {item.label}: {item.message}"
        for one in result.scenarios
        for step in one.steps
        for item in step.expectations
        if item.status != "passed" and not item.label.startswith(OF_THE_UPSTREAM)
    ]
    assert failed == []
    assert result.totals.calls > 5
    assert not [one.error for one in result.scenarios if one.error]
