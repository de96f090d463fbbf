from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.comparison.paired import bootstrap_interval, conclude, mcnemar
from harness.comparison.runs import compare_runs
from harness.records.call import ArgumentsOrigin, Outcome, ToolCall
from harness.records.http import HttpRequest, Interaction
from harness.records.output_score import OutputScore
from harness.records.results import ExpectationResult, RunResult, ScenarioResult, StepResult
from harness.runner.compare import compare_sides, exit_code
from harness.runner.compare_side import Side

REQUEST = HttpRequest(
    method="POST",
    url="https://api.x.ai/v1/chat/completions",
    headers=(("content-type", "application/json"), ("user-agent", "one")),
    body=b'{"model": "grok-3", "temperature": 0.5}',
)


def _call(document: str, *, plane: Any = "result", request: HttpRequest = REQUEST) -> ToolCall:
    return ToolCall(
        id="x#1",
        target="t",
        tool="chat",
        arguments={},
        origin=ArgumentsOrigin(kind="given"),
        outcome=Outcome(plane=plane, content=[{"type": "text", "text": document}]),
        interactions=(Interaction(request=request),),
    )


def _run(*calls: ToolCall, status: Any = "passed", names: str = "abcdefghij") -> RunResult:
    return RunResult(
        scenarios=tuple(
            ScenarioResult(
                name=name,
                target="t",
                file="f.yaml",
                line=1,
                steps=(
                    StepResult(
                        tool="chat",
                        call=call,
                        expectations=(ExpectationResult(label="plane: result", status=status),),
                    ),
                ),
            )
            for name, call in zip(names, calls, strict=False)
        )
    )


def _kinds(before: ToolCall, after: ToolCall) -> list[str]:
    return [item.kind for item in compare_runs(_run(before), _run(after)).by_tool.get("chat", [])]


def test_a_run_beside_itself_shows_nothing() -> None:
    run = _run(_call("{}"), _call('{"a": 1}'))
    found = compare_runs(run, run)
    assert found.by_tool == {}
    assert found.statistics is not None
    assert found.statistics.conclusion == "no difference shown"


def test_identifiers_and_times_of_an_answer_are_no_difference() -> None:
    one = '{"id": "chatcmpl-1", "created": 1, "choices": [{"index": 0, "finish_reason": "stop"}]}'
    other = '{"id": "chatcmpl-2", "created": 2, "choices": [{"index": 0, "finish_reason": "stop"}]}'
    assert _kinds(_call(one), _call(other)) == []
    assert _kinds(_call(one), _call(other.replace("stop", "length"))) == ["output"]


def test_outcome_output_and_upstream_requests_are_told_apart() -> None:
    assert _kinds(_call("{}"), _call("{}", plane="tool_error")) == ["outcome"]
    assert _kinds(_call('{"a": 1}'), _call('{"a": 2}')) == ["output"]
    hotter = REQUEST.model_copy(update={"body": b'{"model": "grok-3", "temperature": 0.7}'})
    assert _kinds(_call("{}"), _call("{}", request=hotter)) == ["upstream"]
    other_client = REQUEST.model_copy(
        update={"headers": (("content-type", "application/json"), ("user-agent", "two"))}
    )
    assert _kinds(_call("{}"), _call("{}", request=other_client)) == []


def test_a_scenario_that_one_side_lacks_is_told() -> None:
    found = compare_runs(_run(_call("{}"), _call("{}")), _run(_call("{}")))
    assert [item.kind for item in found.by_tool["chat"]] == ["missing"]


def test_a_score_that_moved_is_told_by_its_scorer() -> None:
    def scored(value: float) -> RunResult:
        found = OutputScore(label="similar: x", value=value, explanation="why")
        run = _run(_call("{}"))
        step = run.scenarios[0].steps[0].model_copy(update={"scores": (found,)})
        scenario = run.scenarios[0].model_copy(update={"steps": (step,)})
        return RunResult(scenarios=(scenario,))

    assert compare_runs(scored(0.5), scored(0.5)).by_tool == {}
    changes = compare_runs(scored(0.5), scored(0.75)).by_tool["chat"]
    assert [item.kind for item in changes] == ["score", "score"]
    assert changes[0].message == "similar: x: 0.50 → 0.75: why"


def test_ten_failures_in_a_row_are_worse_and_one_shows_no_difference() -> None:
    good = _run(*[_call("{}")] * 10)
    bad = _run(*[_call("{}")] * 10, status="failed")
    worse = compare_runs(good, bad).statistics
    assert worse is not None
    assert (worse.conclusion, worse.only_baseline_passed) == ("worse", 10)
    better = compare_runs(bad, good).statistics
    assert better is not None
    assert better.conclusion == "better"
    one = compare_runs(_run(_call("{}")), _run(_call("{}"), status="failed")).statistics
    assert one is not None
    assert (one.conclusion, one.low) == ("no difference shown", None)


def test_mcnemar_is_the_exact_test_of_discordant_pairs() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(0, 6) == pytest.approx(2 * 0.5**6)
    assert mcnemar(3, 3) == 1.0


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=12))
def test_the_interval_lies_among_the_changes_and_is_the_same_again(changes: list[float]) -> None:
    interval = bootstrap_interval(changes)
    assert interval is not None
    assert min(changes) - 1e-9 <= interval.low <= interval.high <= max(changes) + 1e-9
    assert interval == bootstrap_interval(changes)


@given(st.integers(0, 30), st.integers(0, 30))
def test_better_for_one_is_worse_for_the_other(first: int, second: int) -> None:
    opposite = {"better": "worse", "worse": "better"}
    there = conclude(first, second, mcnemar(first, second), None)
    back = conclude(second, first, mcnemar(second, first), None)
    assert opposite.get(there, there) == back


def _verdict(before: RunResult, after: RunResult, tolerance: float = 0.0) -> tuple[str, int]:
    found = compare_sides(
        Side(name="a", run=before), Side(name="b", run=after), tolerance=tolerance
    )
    return found.verdict, exit_code(found)


def _unjudged(run: RunResult, count: int) -> RunResult:
    broken = [item.model_copy(update={"error": "no answer recorded"}) for item in run.scenarios]
    return RunResult(scenarios=(*broken[:count], *run.scenarios[count:]))


def test_what_cannot_be_judged_is_unknown_not_green() -> None:
    run = _run(*[_call("{}")] * 3)
    assert _verdict(run, run) == ("equal", 0)
    assert _verdict(run, _unjudged(run, 3)) == ("unknown", 1)
    assert _verdict(run, _unjudged(run, 1)) == ("unknown", 1)
    assert _verdict(_unjudged(run, 1), run) == ("compatible", 0)
    assert _verdict(RunResult(scenarios=()), RunResult(scenarios=())) == ("unknown", 1)


def test_only_a_drop_beyond_the_tolerance_makes_a_run_worse() -> None:
    good = _run(*[_call("{}")] * 4)
    one_lost = RunResult(
        scenarios=(*_run(_call("{}"), status="failed").scenarios, *good.scenarios[1:])
    )
    assert _verdict(good, one_lost) == ("worse", 1)
    assert _verdict(good, one_lost, tolerance=0.25) == ("compatible", 0)
    assert _verdict(one_lost, good) == ("compatible", 0)
