import math
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError
from record_strategies import runs

from harness.records.call import Outcome, Plane, ToolCall
from harness.records.http import HttpRequest
from harness.records.record import Record
from harness.records.results import ExpectationResult, RunResult, ScenarioResult, StepResult


def text(value: str) -> dict[str, Any]:
    return {"type": "text", "text": value}


def scenario(*results: tuple[str, float], error: str | None = None) -> ScenarioResult:
    expectations = [
        ExpectationResult.model_validate({"label": "x", "status": status, "weight": weight})
        for status, weight in results
    ]
    return ScenarioResult(
        name="s",
        target="t",
        file="f",
        line=1,
        steps=tuple(StepResult(tool="t", expectations=(item,)) for item in expectations),
        error=error,
    )


@pytest.mark.parametrize(
    ("results", "status", "score"),
    [
        ([("passed", 1), ("passed", 3)], "passed", 1.0),
        ([("passed", 3), ("failed", 1)], "failed", 0.75),
        ([("failed", 3), ("passed", 1)], "failed", 0.25),
        ([("failed", 2)], "failed", 0.0),
        ([("error", 1), ("passed", 1)], "failed", 0.5),
        ([], "passed", 0.0),
    ],
)
def test_the_score_is_the_weighted_share_that_held(
    results: list[tuple[str, float]], status: str, score: float
) -> None:
    found = scenario(*results)
    assert (found.status, found.score) == (status, score)


def test_an_error_outweighs_everything_that_held() -> None:
    found = scenario(("passed", 1), error="no cassette")
    assert (found.status, found.score) == ("error", 0.0)


@given(runs)
def test_scores_lie_between_none_and_all(run: RunResult) -> None:
    for found in run.scenarios:
        assert 0.0 <= found.score <= 1.0
        weights = [item for step in found.steps for item in step.expectations]
        all_held = bool(weights) and found.error is None and found.status == "passed"
        assert math.isclose(found.score, 1.0) == all_held


@given(runs)
def test_every_scenario_is_counted_once(run: RunResult) -> None:
    totals = run.totals
    assert totals.scenarios == len(run.scenarios)
    assert totals.passed + totals.failed + totals.errors == totals.scenarios


def test_totals_count_calls_and_expectations() -> None:
    passed = scenario(("passed", 1), ("passed", 1))
    failed = scenario(("passed", 1), ("failed", 1))
    totals = RunResult(scenarios=(passed, failed, scenario(error="x"))).totals
    assert (totals.passed, totals.failed, totals.errors) == (1, 1, 1)
    assert (totals.expectations, totals.expectations_passed, totals.calls) == (4, 3, 0)


def kinds(kind: type[Record]) -> list[type[Record]]:
    return [kind, *(found for below in kind.__subclasses__() for found in kinds(below))]


@pytest.mark.parametrize("kind", kinds(Record), ids=lambda kind: kind.__name__)
def test_every_record_is_frozen_and_refuses_unknown_fields(kind: type[Record]) -> None:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate({"surely_unknown": 1})
    assert "extra_forbidden" in {item["type"] for item in caught.value.errors()}
    blank = kind.model_construct()
    with pytest.raises(ValidationError) as caught:
        blank.surely_unknown = 1  # type: ignore[attr-defined]
    assert caught.value.errors()[0]["type"] == "frozen_instance"


def test_all_the_records_are_looked_at() -> None:
    assert {ToolCall, RunResult, Outcome, HttpRequest} < set(kinds(Record))


@pytest.mark.parametrize("plane", ["result", "tool_error"])
def test_the_text_of_an_answer_joins_its_text_blocks(plane: Plane) -> None:
    content = [text("a"), {"type": "image", "data": "x", "text": "no"}, text("b"), "stray"]
    outcome = Outcome(plane=plane, content=content, message="not this")
    assert outcome.text == "a\nb"


@pytest.mark.parametrize("plane", ["protocol_error", "transport_error", "timeout"])
def test_the_text_of_an_absent_answer_is_its_message(plane: Plane) -> None:
    assert Outcome(plane=plane, content=[text("a")], message="why").text == "why"
    assert Outcome(plane=plane).text == ""


@pytest.mark.parametrize(
    "content", [None, "a", 3, {}, [None], [{"type": "text"}], [{"type": "text", "text": 3}]]
)
def test_content_that_breaks_the_protocol_has_no_text(content: Any) -> None:
    assert Outcome(plane="result", content=content).text == ""


def test_the_document_is_the_text_as_json_before_the_structured_content() -> None:
    outcome = Outcome(plane="result", content=[text('{"a": 1}')], structured={"a": 2})
    assert outcome.document == {"a": 1}


def test_the_document_is_the_structured_content_when_the_text_is_prose() -> None:
    outcome = Outcome(plane="result", content=[text("hello")], structured={"a": 2})
    assert outcome.document == {"a": 2}


def test_an_answer_without_json_has_no_document() -> None:
    with pytest.raises(ValueError, match=r"\S"):
        _ = Outcome(plane="result", content=[text("hello")]).document


def test_an_answer_that_is_nested_too_deeply_is_no_document() -> None:
    deep = "[" * 100_000
    with pytest.raises(ValueError, match="JSON"):
        _ = Outcome(plane="result", content=[text(deep)]).document
    request = HttpRequest(method="GET", url="https://a", body=deep.encode())
    with pytest.raises(ValueError, match="deep"):
        request.json_body()


def test_a_header_is_found_in_any_case_and_the_first_one_counts() -> None:
    request = HttpRequest(method="GET", url="https://a", headers=(("X-A", "1"), ("x-a", "2")))
    assert request.header("x-A") == "1"
    assert request.header("x-b") is None


def test_a_request_knows_the_parts_of_its_url() -> None:
    request = HttpRequest(method="GET", url="https://api.x.ai:8443?q=1")
    assert (request.origin, request.path) == ("https://api.x.ai:8443", "/")
    assert HttpRequest(method="GET", url="https://a/v1/b%2Fc?x").path == "/v1/b%2Fc"
