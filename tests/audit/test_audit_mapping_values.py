"""Values and names as the provider may have them: equal ones, held ones, other names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audit.mapped.held import is_held
from harness.audit.mapped.unequal import is_equal, unequal
from harness.audit.parameters import parameter_of, parameters

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(JSON)
def test_every_value_is_equal_to_itself(value: Any) -> None:
    assert is_equal(value, value)


@given(JSON, JSON)
def test_a_difference_has_two_sides_that_are_not_one_value(one: Any, other: Any) -> None:
    for item in unequal({"x": one}, {"x": other}):
        assert not is_equal(item.given, item.arrived)


@given(JSON.filter(lambda value: value not in (None, "", [], {})), st.text(min_size=1))
def test_a_value_is_held_wherever_it_was_put(value: Any, name: str) -> None:
    assert is_held(value, {"a": [{name: value}]}, {})


@pytest.mark.parametrize("name", ["maxTokens", "max-tokens", "MaxTokens", "max_output_tokens"])
def test_a_parameter_is_known_by_its_other_names(name: str) -> None:
    assert parameter_of(name) is parameters()["max_tokens"]
