import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servers.json_text import NotJSON, encodable, parse, render, request_body

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_rendered_is_read_back_as_the_same_value(value: object) -> None:
    assert parse(render(value)) == value


@given(VALUES)
def test_the_layout_is_that_of_the_standard_library(value: object) -> None:
    assert render(value) == encodable(json.dumps(value, indent=2, ensure_ascii=False))


@pytest.mark.parametrize("literal", ["1.0", "1e400", "0.1000000000000000055511", "-0.0", "1E5"])
def test_number_literals_stay_as_the_provider_wrote_them(literal: str) -> None:
    assert render(parse(f'{{"n": {literal}}}')) == f'{{\n  "n": {literal}\n}}'


def test_big_integers_and_key_order_are_kept() -> None:
    text = '{"b": 123456789012345678901234567890, "a": 1}'
    assert json.loads(render(parse(text))) == json.loads(text)
    assert render(parse(text)).index("b") < render(parse(text)).index('"a"')


def test_a_lone_surrogate_stays_in_the_text_as_an_escape() -> None:
    text = render(parse(r'{"a": "\ud83d", "b": "ž"}'))
    assert text.encode() == '{\n  "a": "\\ud83d",\n  "b": "ž"\n}'.encode()
    assert json.loads(text) == {"a": "\ud83d", "b": "ž"}


def test_halves_of_a_pair_that_came_apart_read_as_one_character() -> None:
    assert json.loads(render("\ud83d" + "\ude00")) == "😀"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "not JSON"),
        (b'{"a": 1', "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b"[-Infinity]", "-Infinity is not a number"),
        (b'"\xff"', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 5000, "too many digits"),
    ],
)
def test_what_is_not_json_is_refused_with_a_reason(text: bytes, why: str) -> None:
    with pytest.raises(NotJSON, match=why):
        parse(text)


def test_a_byte_order_mark_is_tolerated() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_what_is_nested_too_deeply_to_print_is_refused() -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(NotJSON, match="nested too deeply"):
        render(deep)


def test_a_request_body_is_utf_8_and_falls_back_to_ascii_for_surrogates() -> None:
    assert request_body({"a": "ž"}) == '{"a":"ž"}'.encode()
    assert request_body({"a": "ž\ud800"}) == b'{"a":"\\u017e\\ud800"}'


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_request_body_never_holds_a_number_that_json_lacks(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        request_body({"n": number})
