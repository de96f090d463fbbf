import json
import math
from typing import Any, NoReturn

import pytest
from hypothesis import example, given
from pydantic import ValidationError
from record_strategies import bodies, calls, json_values, runs

from harness.records.body import from_json_form, to_json_form
from harness.records.call import ArgumentsOrigin, Outcome, ToolCall
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.records.json_value import decode, encode, from_json, to_json
from harness.records.results import RunResult


def refuse(name: str) -> NoReturn:
    raise AssertionError(f"{name} is not strict JSON")


def call_with(arguments: Any) -> ToolCall:
    return ToolCall(
        id="t/s#1",
        target="t",
        tool="chat",
        arguments=arguments,
        origin=ArgumentsOrigin(kind="given"),
        outcome=Outcome(plane="result"),
    )


@given(calls)
def test_a_call_read_back_is_the_call_that_was_written(call: ToolCall) -> None:
    # repr tells True from 1, 0.0 from -0.0, and has one word for NaN, which equals nothing.
    assert repr(from_json(ToolCall, to_json(call))) == repr(call)


@given(runs)
def test_a_run_read_back_has_the_same_parts_statuses_and_scores(run: RunResult) -> None:
    again = from_json(RunResult, to_json(run))
    assert repr(again) == repr(run)
    assert again.totals == run.totals
    assert [item.score for item in again.scenarios] == [item.score for item in run.scenarios]


@given(calls)
def test_the_written_form_is_strict_json_in_ascii(call: ToolCall) -> None:
    text = to_json(call)
    assert text.isascii()
    json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        -0.0,
        10**400,
        True,
        1,
        1.0,
        "\ud800",
        {"$float": "NaN"},
        {"$float": math.nan},
        {"$float": 3},
        {"$object": {"$object": {"$float": "Infinity"}}},
        {"$object": {"a": 1}, "b": 1},
        {"$float": "NaN", "$object": {}},
        [{"deep": [math.nan, {"$float": "-Infinity"}]}],
    ],
    ids=repr,
)
def test_a_value_that_json_has_no_word_for_survives(value: Any) -> None:
    call = from_json(ToolCall, to_json(call_with({"x": value})))
    assert repr(call.arguments) == repr({"x": value})


@given(json_values)
@example({"$float": {"$float": "NaN"}})
@example({"$object": {"$object": 1}})
def test_decoding_undoes_encoding(value: Any) -> None:
    assert repr(decode(encode(value))) == repr(value)


def test_a_value_given_in_memory_is_taken_as_it_is() -> None:
    assert call_with({"$float": "NaN"}).arguments == {"$float": "NaN"}


def test_non_finite_numbers_are_written_by_name() -> None:
    written = json.loads(to_json(call_with([math.nan, math.inf, -math.inf])))
    assert written["arguments"] == [
        {"$float": "NaN"},
        {"$float": "Infinity"},
        {"$float": "-Infinity"},
    ]


@given(bodies)
def test_a_body_read_back_is_the_same_bytes(body: bytes) -> None:
    assert from_json_form(json.loads(json.dumps(to_json_form(body)))) == body


def test_a_text_body_stays_readable_and_a_binary_one_says_so() -> None:
    text = HttpRequest(method="POST", url="https://a/", body="žluť".encode())
    binary = HttpResponse(status=200, body=b"\xff\x00")
    written = json.loads(to_json(Interaction(request=text, response=binary)))
    assert written["request"]["body"] == "žluť"
    assert written["response"]["body"] == {"base64": "/wA="}


@pytest.mark.parametrize(
    "value", [{"base64": "%%"}, {"base64": 3}, {"base64": "AA==", "x": 1}, {}, 3, None, ["a"]]
)
def test_what_is_no_body_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        HttpResponse.model_validate({"status": 200, "body": value})


@pytest.mark.parametrize("text", ["", "{", "[]", '{"id": 1}', '{"nonsense": true}'])
def test_what_is_no_record_is_refused_as_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        from_json(ToolCall, text)
