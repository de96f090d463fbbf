import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonpointer import JsonPointer

from harness.canonical import canonical
from harness.difference_text import SHOWN_DIFFERENCES, WINDOW, describe_differences
from harness.differences import differences, subset_differences
from harness.records.call import Difference

keys = st.text(max_size=4) | st.sampled_from(["__a", "a/b", "~", "'", '"', "", "0", "1.0"])
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from([0.0, 1.0, -1.0, 0.5])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.sampled_from(["", "a", "1", "true"])
    | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


def places(recorded: Any, actual: Any, **more: Any) -> list[tuple[str, str]]:
    return [(item.pointer, item.change) for item in differences(recorded, actual, **more)]


def same_json(one: Any, other: Any) -> bool:
    return json.dumps(canonical(one), sort_keys=True) == json.dumps(
        canonical(other), sort_keys=True
    )


@given(json_values)
@example({"__private": math.nan, "x": [float("nan")]})
def test_a_value_does_not_differ_from_itself(value: Any) -> None:
    assert differences(value, value) == []
    assert subset_differences(value, value) == []


@given(json_values, json_values)
@example({"__a": 1}, {"__a": 2})
@example([True], [1])
@example({"a": None}, {})
@example([], {})
def test_values_differ_exactly_when_their_json_differs(one: Any, other: Any) -> None:
    assert (differences(one, other) == []) == same_json(one, other)


@given(json_values, json_values)
def test_one_side_differs_when_the_other_does(one: Any, other: Any) -> None:
    assert bool(differences(one, other)) == bool(differences(other, one))


@given(json_values, json_values)
def test_each_pointer_leads_to_the_values_it_tells(one: Any, other: Any) -> None:
    for item in differences(one, other):
        pointer = JsonPointer(item.pointer)
        if item.change != "added":
            assert same_json(pointer.resolve(one), item.recorded)
        if item.change != "removed":
            assert same_json(pointer.resolve(other), item.actual)


@given(json_values, json_values)
def test_differences_come_in_the_order_of_their_pointers(one: Any, other: Any) -> None:
    pointers = [item.pointer for item in differences(one, other)]
    assert pointers == sorted(pointers)


@pytest.mark.parametrize(
    ("recorded", "actual"),
    [(1, 1.0), (0, -0.0), (10**16, 1e16), ({"a": [2]}, {"a": [2.0]}), (math.nan, float("nan"))],
)
def test_one_number_written_in_two_ways_does_not_differ(recorded: Any, actual: Any) -> None:
    assert places(recorded, actual) == []


@pytest.mark.parametrize(
    ("recorded", "actual"),
    [
        (True, 1),
        (False, 0),
        (1.0, True),
        (1, "1"),
        (None, False),
        ("", None),
        ([], {}),
        (math.inf, -math.inf),
        (0.1, 0.1 + 1e-17 + 1e-16),
        (10**30, 10**30 + 1),
    ],
)
def test_different_values_differ_as_a_whole(recorded: Any, actual: Any) -> None:
    assert places(recorded, actual) == [("", "changed")]
    assert places([recorded], [actual]) == [("/0", "changed")]


def test_pointers_escape_what_means_something_in_them() -> None:
    recorded = {"a/b": 1, "c~d": {"": 1}, "e'\"]": 1}
    actual = {"a/b": 2, "c~d": {"": 2}, "e'\"]": 2}
    assert [place for place, _ in places(recorded, actual)] == ["/a~1b", "/c~0d/", "/e'\"]"]


def test_added_and_removed_are_seen_from_the_recorded_side() -> None:
    assert places({"a": 1, "l": [1]}, {"b": 1, "l": [1, 2]}) == [
        ("/a", "removed"),
        ("/b", "added"),
        ("/l/1", "added"),
    ]


def test_an_ignored_pointer_takes_its_subtree_and_nothing_else() -> None:
    recorded = {"a": {"x": 1}, "ab": 1, "l": [1, 2]}
    actual = {"a": {"x": 2}, "ab": 2, "l": [1, 3]}
    assert places(recorded, actual, ignore=["/a", "/l/1"]) == [("/ab", "changed")]
    assert places(recorded, actual, ignore=[""]) == []


def test_a_subset_may_leave_keys_out_but_no_list_items() -> None:
    actual = {"a": 1, "b": {"c": 2, "d": 3}, "l": [{"x": 1, "y": 2}]}
    assert subset_differences({"b": {"d": 3}, "l": [{"y": 2}]}, actual) == []
    found = subset_differences({"l": [], "b": {"d": 4, "e": 1}}, actual)
    assert [(item.pointer, item.change) for item in found] == [
        ("/b/d", "changed"),
        ("/b/e", "removed"),
        ("/l/0", "added"),
    ]
    assert subset_differences({"a": 2}, actual, ignore=["/a"]) == []


@given(st.dictionaries(keys, json_values, max_size=3), st.dictionaries(keys, json_values))
def test_a_document_holds_every_part_of_itself(part: Any, rest: Any) -> None:
    assert subset_differences(part, {**rest, **part}) == []


@given(json_values)
def test_canonical_form_is_stable_and_equal_to_the_value(value: Any) -> None:
    assert canonical(canonical(value)) == canonical(value) == value


def changed(recorded: Any, actual: Any) -> tuple[Difference, ...]:
    return tuple(differences(recorded, actual))


def test_a_description_says_what_was_expected_and_what_is() -> None:
    assert describe_differences(changed({"a": 1, "b": 2}, {"a": "x", "c": 3})) == [
        '/a: expected 1, is "x"',
        "/b: expected 2, is not there",
        "/c: not expected, is 3",
    ]


def test_a_description_of_long_texts_shows_the_place_where_they_part() -> None:
    same = "a" * 500
    (line,) = describe_differences(changed(f"{same}X{same}", f"{same}Y{same}"))
    assert "X" in line
    assert "Y" in line
    assert line.startswith("/: expected …")
    assert len(line) < 3 * WINDOW


def test_a_description_counts_what_it_does_not_show() -> None:
    lines = describe_differences(changed([0] * 10, [1] * 10))
    assert len(lines) == SHOWN_DIFFERENCES + 1
    assert lines[-1] == "(+4 more differences)"
