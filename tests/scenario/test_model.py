import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from harness.scenario.model import Step, captured_names, fill

texts = st.text(st.sampled_from("ab$ {}\n"), max_size=10)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("value", [3, None, [1], {"a": True}, "text", 1.5])
def test_a_text_that_is_one_capture_becomes_the_value_itself(value: Any) -> None:
    assert fill("${x}", {"x": value}) == value


def test_captures_within_a_text_become_text() -> None:
    assert fill("a ${x}/${y} b", {"x": "one", "y": 2}) == "a one/2 b"


def test_captures_are_filled_in_keys_and_at_any_depth() -> None:
    assert fill({"${k}": [{"a": "${v}"}]}, {"k": "key", "v": 1}) == {"key": [{"a": 1}]}


@pytest.mark.parametrize("text", ["$${x}", "a $${x} b"])
def test_a_doubled_dollar_is_the_text_itself(text: str) -> None:
    assert fill(text, {}) == text.replace("$$", "$")
    assert captured_names(text) == set()


def test_a_filled_value_is_not_filled_again() -> None:
    assert fill("a${x}", {"x": "${y}"}) == "a${y}"


@given(values)
def test_filling_needs_exactly_the_names_that_are_used(value: Any) -> None:
    names = captured_names(value)
    fill(value, dict.fromkeys(names, "v"))
    for name in names:
        with pytest.raises(KeyError):
            fill(value, dict.fromkeys(names - {name}, "v"))


def test_values_without_captures_stay_as_they_are() -> None:
    value = {"a": [1, None, "$x", "{x}", "$ {x}", "${1}"], "b": math.inf}
    assert captured_names(value) == set()
    assert fill(value, {"x": 1}) == value


def test_a_fault_is_parsed_where_it_is_written() -> None:
    step = Step.model_validate(
        {"tool": "t", "expect": [{"code": 1}], "fault": "429; retry-after=2"}
    )
    assert step.parsed_fault is not None
    assert (step.parsed_fault.kind, step.parsed_fault.retry_after) == ("429", "2")
    with pytest.raises(ValidationError, match="did you mean 429"):
        Step.model_validate({"tool": "t", "expect": [{"code": 1}], "fault": "4299"})


def test_a_step_without_expectations_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        Step.model_validate({"tool": "t", "expect": []})
    assert caught.value.errors()[0]["type"] == "too_short"


def test_numbers_are_not_read_from_texts() -> None:
    with pytest.raises(ValidationError):
        Step.model_validate({"tool": "t", "expect": [{"code": "1"}]})
    with pytest.raises(ValidationError):
        Step.model_validate({"tool": "t", "expect": [{"upstream_calls": True}]})
