from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from harness.records.call import ArgumentsOrigin, Outcome, ToolCall
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.records.json_value import from_json, to_json
from harness.records.output_score import OutputScore
from harness.records.results import RunResult, ScenarioResult, StepResult
from harness.scenario.loader import load_file
from harness.scoring.outputs.score import MEASURES, score
from harness.scoring.outputs.scorer import SCORERS, AnyScorer
from harness.scoring.outputs.step import score_none, score_step

ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyScorer)
USED = {"prompt_tokens": 80, "completion_tokens": 20, "total_tokens": 100}


def _call(text: str, *, seconds: float = 0.0, provided: Any = None) -> ToolCall:
    request = HttpRequest(method="POST", url="https://api.example.com/v1", headers=(), body=b"")
    body = json.dumps(provided).encode()
    response = HttpResponse(status=200, headers=(), body=body)
    return ToolCall(
        id="s#1",
        target="t",
        tool="chat",
        arguments={},
        origin=ArgumentsOrigin(kind="given"),
        outcome=Outcome(plane="result", content=[{"type": "text", "text": text}]),
        interactions=(Interaction(request=request, response=response),) if provided else (),
        seconds=seconds,
    )


def _value(written: dict[str, Any], call: ToolCall) -> float:
    return score(ADAPTER.validate_python(written), call).value


def _answer(**message: Any) -> str:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}
    return json.dumps({"choices": [choice], "usage": USED})


def _making(*calls: tuple[str, dict[str, Any]]) -> ToolCall:
    made = [
        {"type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
        for name, arguments in calls
    ]
    return _call(_answer(content=None, tool_calls=made))


def test_every_scorer_has_a_measure() -> None:
    assert set(SCORERS) == set(MEASURES)


@pytest.mark.parametrize(
    ("written", "text", "expected"),
    [
        ({"exact": {"a": 1}}, '{"a": 1.0}', 1),
        ({"exact": {"a": 1}}, '{"a": 2}', 0),
        ({"exact": {"a": 1}, "ignore": ["/b"]}, '{"a": 1, "b": 2}', 1),
        ({"exact": 3, "pointer": "/a/0"}, '{"a": [3]}', 1),
        ({"exact": 3, "pointer": "/none"}, '{"a": [3]}', 0),
        ({"contains": "Paris"}, "It is Paris.", 1),
        ({"contains": ["Paris", "Rome"]}, "It is Paris.", 0.5),
        ({"contains": "paris", "ignore_case": True}, "It is PARIS.", 1),
        ({"matches": "^It .*s"}, "It is", 1),
        ({"matches": "^is"}, "It is", 0),
        ({"subset": {"a": 1, "b": 2}}, '{"a": 1, "b": 3, "c": 4}', 0.5),
        ({"subset": {"a": 1, "b": {"c": 2, "d": 3}}}, '{"a": 1}', pytest.approx(1 / 3)),
        ({"subset": {"a": 1, "b": 2}, "ignore": ["/b"]}, '{"a": 1}', 1),
        ({"tree": {"a": [1, 2]}}, '{"a": [1, 2]}', 1),
        ({"tree": {"a": 1, "id": 5}, "ignore": ["/id"]}, '{"a": 1, "id": 6}', 1),
        ({"number": 10, "tolerance": 1}, "10.5", 1),
        ({"number": 10, "tolerance": 1}, "11.5", 0.5),
        ({"number": 10, "tolerance": 1}, "12", 0),
        ({"number": 100, "relative": 0.1}, "109", 1),
        ({"number": 10}, "10", 1),
        ({"number": 10}, "10.01", 0),
        ({"number": 10}, '"10"', 0),
        ({"json_schema": {"required": ["a"]}}, '{"a": 1}', 1),
        ({"json_schema": {"type": "integer"}, "pointer": "/a"}, '{"a": 1}', 1),
        ({"json_schema": {"type": "integer"}, "pointer": "/a"}, '{"a": "1"}', 0),
        ({"similar": "the cat sat"}, "the cat sat", 1),
        ({"similar": "sat the cat", "ignore_order": True}, "the cat sat", 1),
        ({"refusal": True}, "I'm sorry, but I can't help with that.", 1),
        ({"refusal": True}, "I cannot provide instructions for this.", 1),
        ({"refusal": False}, "Paris is the capital. I can help with more.", 1),
        ({"refusal": False}, "As an AI language model, I am unable to do so.", 0),
    ],
)
def test_a_scorer_gives_its_value(written: dict[str, Any], text: str, expected: Any) -> None:
    assert _value(written, _call(text)) == expected


PROOFS: dict[str, tuple[dict[str, Any], ToolCall, ToolCall]] = {
    "exact": ({"exact": {"a": 1}}, _call('{"a": 1}'), _call('{"a": 1, "b": 2}')),
    "contains": ({"contains": "Paris"}, _call("It is Paris."), _call("It is Rome.")),
    "matches": ({"matches": "^[0-9]+$"}, _call("42"), _call("forty-two")),
    "subset": ({"subset": {"a": 1}}, _call('{"a": 1, "b": 2}'), _call('{"a": 2, "b": 2}')),
    "tree": ({"tree": {"a": [1, 2]}}, _call('{"a": [1, 2]}'), _call('{"a": [1, 3]}')),
    "number": ({"number": 10, "tolerance": 1}, _call("10.9"), _call("11.1")),
    "json_schema": ({"json_schema": {"type": "object"}}, _call("{}"), _call("[]")),
    "tool_calls": ({"tool_calls": [{"name": "a"}]}, _making(("a", {})), _making(("b", {}))),
    "similar": ({"similar": "the cat sat"}, _call("the cat sat"), _call("the cat ran")),
    "refusal": ({"refusal": True}, _call("I can't help with that."), _call("With pleasure: 4.")),
    "latency": ({"latency": 1, "worst": 2}, _call("", seconds=1), _call("", seconds=2)),
    "tokens": ({"tokens": 100}, _call(_answer(content="x")), _call("no usage told")),
    "cost": (
        {"cost": 0.0002, "input_price": 1, "output_price": 6},
        _call(_answer(content="x")),
        _call("no usage told"),
    ),
}
"""Scorer → what it is given, a call that it finds perfect, the same with exactly that defect."""


@pytest.mark.parametrize("name", SCORERS)
def test_every_scorer_is_full_for_a_right_answer_lower_for_a_wrong_one_and_says_why(
    name: str,
) -> None:
    written, right, wrong = PROOFS[name]
    scorer = ADAPTER.validate_python({**written, "threshold": 1, "weight": 2})
    good, bad = score(scorer, right), score(scorer, wrong)
    assert (good.value, good.is_enough) == (1, True)
    assert 0 <= bad.value < 1
    assert not bad.is_enough
    assert good.explanation
    assert bad.explanation
    assert good.explanation != bad.explanation or name == "refusal"
    assert good.details is not None


def test_a_tree_is_the_more_like_another_the_less_differs() -> None:
    wanted = {"tree": {"a": [1, 2, 3], "b": {"c": "x", "d": "y"}}}
    near = _value(wanted, _call('{"a": [1, 2, 4], "b": {"c": "x", "d": "y"}}'))
    far = _value(wanted, _call('{"a": [9], "q": 1}'))
    assert 0 <= far < near < 1


@pytest.mark.parametrize(
    ("mode", "made", "expected"),
    [
        ("exact", ["a", "b"], 1),
        ("exact", ["a", "b", "c"], 0),
        ("exact", ["b", "a"], 0),
        ("in_order", ["a", "c", "b"], 1),
        ("in_order", ["b", "a"], 0.5),
        ("any_order", ["b", "a"], 1),
        ("any_order", ["b"], 0.5),
        ("any_order", ["a", "a"], 0.5),
        ("f1", ["b", "a"], 1),
        ("f1", ["a", "c"], 0.5),
        ("f1", ["a", "b", "c"], 0.8),
        ("f1", [], 0),
    ],
)
def test_tool_calls_are_matched_by_mode(mode: str, made: list[str], expected: float) -> None:
    written = {"tool_calls": [{"name": "a"}, {"name": "b"}], "mode": mode}
    assert _value(written, _making(*((name, {"x": 1}) for name in made))) == expected


def test_arguments_of_tool_calls_count_where_they_are_named() -> None:
    wanted = {"tool_calls": [{"name": "a", "arguments": {"city": "Rome"}}, {"name": "a"}]}
    assert _value(wanted, _making(("a", {"city": "Rome", "unit": "C"}), ("a", {}))) == 1
    assert _value(wanted, _making(("a", {}), ("a", {"city": "Rome"}))) == 1
    assert _value(wanted, _making(("a", {"city": "Oslo"}), ("a", {}))) == 0.5
    assert _value({"tool_calls": []}, _making(("a", {}))) == 0


def test_tool_calls_of_anthropic_are_found_too() -> None:
    block = {"type": "tool_use", "id": "1", "name": "a", "input": {"x": 1}}
    answer = {"role": "assistant", "content": [block], "stop_reason": "tool_use"}
    wanted = {"tool_calls": [{"name": "a", "arguments": {"x": 1}}]}
    assert _value(wanted, _call("done", provided=answer)) == 1


def test_a_refusal_in_a_field_of_the_provider_counts() -> None:
    assert _value({"refusal": True}, _call(_answer(content=None, refusal="No."))) == 1
    quoted = "Here is the story. " + "x " * 200 + "I cannot help you, he said."
    assert _value({"refusal": False}, _call(_answer(content=quoted))) == 1


def test_time_tokens_and_cost_have_a_limit() -> None:
    assert _value({"latency": 1}, _call("", seconds=1)) == 1
    assert _value({"latency": 1, "worst": 5}, _call("", seconds=3)) == 0.5
    call = _call("plain", provided=json.loads(_answer(content="x")))
    assert _value({"tokens": 100}, call) == 1
    assert _value({"tokens": 50}, call) == 0.5
    assert _value({"tokens": 20, "of": "output"}, call) == 1
    priced = {"cost": 0.0001, "input_price": 1, "output_price": 6}
    assert _value(priced, call) == pytest.approx(0.5)
    assert _value({"tokens": 100}, _call("plain")) == 0


def test_a_misspelt_scorer_is_told_with_the_nearest() -> None:
    with pytest.raises(ValidationError, match="unknown key 'exat'; did you mean 'exact'"):
        ADAPTER.validate_python({"exat": 1})
    with pytest.raises(ValidationError, match="no scorer is named here"):
        ADAPTER.validate_python({"zzz": 1})
    with pytest.raises(ValidationError, match="worst is more than latency"):
        ADAPTER.validate_python({"latency": 2, "worst": 1})


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x), max_leaves=6))  # fmt: skip  # noqa: E501
def test_a_value_is_all_like_itself(value: Any) -> None:
    call = _call(json.dumps({"v": value}))
    for name in ("exact", "subset", "tree"):
        assert _value({name: value, "pointer": "/v"}, call) == 1


def _step(*values: float, tool: str = "chat", threshold: float | None = None) -> StepResult:
    scores = tuple(
        OutputScore(label="x", value=value, explanation="", weight=at, threshold=threshold)
        for at, value in enumerate(values, 1)
    )
    return StepResult(tool=tool, scores=scores)


def _run(*steps: StepResult) -> RunResult:
    scenario = ScenarioResult(name="s", target="t", file="f", line=1, steps=steps)
    return RunResult(scenarios=(scenario,))


def test_scores_add_up_by_step_scenario_tool_and_target() -> None:
    run = _run(_step(1, 0.5), _step(0, tool="other"))
    (scenario,) = run.scenarios
    assert scenario.steps[0].score == pytest.approx(2 / 3)
    assert scenario.score == pytest.approx(0.5)
    means = {(mean.target, mean.tool): mean.score for mean in run.scores}
    assert means == {
        ("t", None): pytest.approx(0.5),
        ("t", "chat"): pytest.approx(2 / 3),
        ("t", "other"): 0,
    }
    assert from_json(RunResult, to_json(run)) == run


def test_only_a_threshold_makes_a_low_score_a_failure() -> None:
    assert _run(_step(0)).scenarios[0].status == "passed"
    assert _run(_step(0.4, threshold=0.5)).scenarios[0].status == "failed"
    assert _run(_step(0.5, threshold=0.5)).scenarios[0].status == "passed"


SCENARIO = """\
target: t
scenarios:
  - name: one
    steps:
      - tool: chat
        expect: [{plane: result}]
        score:
          - {exact: "${wanted}", pointer: /a, weight: 3}
          - {matches: "${odd}", threshold: 0.5}
"""


def test_a_scenario_scores_with_captured_values(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    (step,) = load_file(path)[0].scenario.steps
    captures = {"wanted": 7, "odd": "7"}
    good = score_step(step, _call('{"a": 7}'), captures)
    assert [(item.value, item.weight, item.is_enough) for item in good] == [
        (1, 3, True),
        (1, 1, True),
    ]
    odd = score_step(step, _call('{"a": 7}'), {**captures, "odd": "["})
    assert (odd[1].value, odd[1].is_enough) == (0, False)
    assert "does not fit here" in odd[1].explanation
    assert [item.value for item in score_none(step, "not called")] == [0, 0]
