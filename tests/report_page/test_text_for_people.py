from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.page.highlights import segments
from harness.report.page.packing import BLOCK_CHARACTERS, packed_blocks
from harness.report.page.shown import (
    TOO_DEEP,
    WIDTH,
    body_text,
    json_text,
    laid_out,
    seconds_text,
    short_json,
    shown,
)
from harness.report.page.text_changes import MOST_WORDS, changed_words
from tests.report_page.page_reader import unpacked

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=30),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text("abc"), inner, max_size=5),
    max_leaves=30,
)


@given(JSON)
def test_json_that_is_laid_out_means_the_same(value: object) -> None:
    assert json.loads(json_text(value)) == value


def test_json_that_fits_stays_in_one_line_and_the_rest_is_spread() -> None:
    assert json_text({"a": [1, 2], "b": None}) == '{"a": [1, 2], "b": null}'
    lines = json_text({"short": [1, 2], "long": "x" * WIDTH}).splitlines()
    assert lines == ["{", '  "short": [1, 2],', f'  "long": "{"x" * WIDTH}"', "}"]


def test_numbers_that_json_does_not_have_are_named() -> None:
    assert json_text([float("nan"), float("-inf")]) == "[NaN, -Infinity]"


def test_a_value_that_is_nested_too_deeply_is_told() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    assert json_text(value) == short_json(value) == TOO_DEEP


@given(st.text(st.characters()))
def test_what_is_shown_can_be_encoded_and_hides_nothing(text: str) -> None:
    found = shown(text)
    assert found.encode("utf-8")[:0] == b""
    assert not {"\u202e", "\u2028", "\x00", "\ud800"} & set(found)
    assert shown(found) == found


def test_emoji_and_right_to_left_scripts_stay_as_they_are() -> None:
    text = "👩\u200d🔬 שלום नमस्ते\n\tend"
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a":1}', ('{"a": 1}', True)),
        ('{"a":1,"a":2}', ('{"a":1,"a":2}', False)),
        ("[1", ("[1", False)),
        ("true", ("true", False)),
    ],
)
def test_only_whole_objects_and_arrays_without_double_keys_are_laid_out(
    text: str, expected: tuple[str, bool]
) -> None:
    assert laid_out(text) == expected


def test_a_body_that_is_no_text_keeps_every_byte_in_sight() -> None:
    assert body_text(b"\xff\x00ok") == "\\xff\x00ok"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0 ms"), (0.0124, "12 ms"), (1.5, "1.50 s"), (90, "1.5 min")],
)
def test_durations_have_the_unit_that_suits_them(seconds: float, expected: str) -> None:
    assert seconds_text(seconds) == expected


def test_overlapping_and_touching_marks_are_cut_where_they_begin_and_end() -> None:
    found = segments("abcdefg", [(0, 3, 1), (2, 5, 2), (5, 6, 3)])
    assert found == [("ab", [1]), ("c", [1, 2]), ("de", [2]), ("f", [3]), ("g", [])]


@given(
    st.text(max_size=20),
    st.lists(st.tuples(st.integers(-3, 25), st.integers(-3, 25), st.integers(1, 9)), max_size=8),
)
def test_segments_keep_the_text_and_carry_exactly_the_marks_over_them(
    text: str, marks: list[tuple[int, int, int]]
) -> None:
    found = segments(text, marks)
    assert "".join(part for part, _ in found) == text
    for at in range(len(text)):
        over = {number for start, end, number in marks if start <= at < end}
        start = 0
        for part, numbers in found:
            if start <= at < start + len(part):
                assert set(numbers) == over
            start += len(part)


def test_changed_words_are_marked_on_their_side() -> None:
    before, after = changed_words("Reads a file.", "Writes a file now.")
    assert before == [("Reads", True), (" a file", False), (".", False)]
    assert after == [("Writes", True), (" a file", False), (" now", True), (".", False)]


def test_very_long_texts_are_marked_as_a_whole() -> None:
    before, after = changed_words("a " * MOST_WORDS, "b")
    assert [flag for _, flag in (*before, *after)] == [True, True]


def test_details_are_found_at_their_places_in_blocks_of_bounded_size() -> None:
    details = [f"{number}" * (BLOCK_CHARACTERS // 4) for number in range(9)]
    found, places = packed_blocks(details)
    assert len(found) > 1
    assert [unpacked(found[place.block])[place.part] for place in places] == details
