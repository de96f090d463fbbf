import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonpointer import JsonPointer

from harness.scenario.strict_yaml import DEPTH_LIMIT, YamlError, parse


def value(text: str) -> Any:
    return parse(f"x: {text}").data["x"]


@pytest.mark.parametrize(
    "text",
    [
        *("on", "off", "yes", "No", "y", "n"),
        *("2026-11-21", "2026-11-21T10:00:00Z", "12:30:45", "1:20"),
        *("1_000", "0b11", "0o8", "1.2.3", "1e", ".", "+", "nan", "inf", "tRue", "nUll", "0x"),
        *("=", "١"),
    ],
)
def test_what_the_core_schema_does_not_know_stays_text(text: str) -> None:
    assert value(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("1", 1), ("-12", -12), ("+3", 3), ("007", 7), ("0o17", 15), ("0x1f", 31)),
        *(("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("-1e-3", -0.001), ("1E2", 100.0)),
        *((".inf", math.inf), ("-.INF", -math.inf), ("+.Inf", math.inf)),
        *(("true", True), ("FALSE", False)),
        *(("null", None), ("~", None), ("", None), ("NULL", None)),
    ],
)
def test_the_core_schema_is_read(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


def test_not_a_number_is_read() -> None:
    assert math.isnan(value(".nan"))


@pytest.mark.parametrize("text", ["'1'", '"1"', "|-\n  1", ">-\n  1"])
def test_what_is_quoted_or_a_block_is_text(text: str) -> None:
    assert value(text) == "1"


@pytest.mark.parametrize("key", ["on", "1", "null", "<<", "2026-01-01", "true"])
def test_keys_are_text(key: str) -> None:
    assert parse(f"{key}: {{a: 1}}").data == {key: {"a": 1}}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    st.booleans(),
)
def test_what_pyyaml_writes_is_read_back(data: Any, flow: bool) -> None:
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True)
    assert repr(parse(text).data) == repr(yaml.safe_load(text))


@given(st.text(max_size=40) | st.text("[]{}:,-&*!|>'\"#%@` \nab1<", max_size=40))
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    refused = None
    try:
        parse(text)
    except YamlError as error:
        refused = error
    assert refused is None or (min(refused.line, refused.column) >= 1 and refused.message)


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("a: 1\nb: 2\na: 3", (3, 1), "duplicate key 'a'"),
        ("{a: 1, 'a': 2}", (1, 8), "duplicate key 'a'"),
        ("a:\n  b: !custom x", (2, 6), "!custom"),
        ("a: !!python/object/apply:os.system [x]", (1, 4), "python/object"),
        ("!!python/name:os.system a: 1", (1, 1), "python/name"),
        ("a: !!int '1'", (1, 4), "tag"),
        ("a: !!str 12", (1, 4), "tag"),
        ("a: ! 12", (1, 4), "tag"),
        ("!!set {a, b}", (1, 1), "tag"),
        ("? [1]\n: 2", (1, 3), "key must be text"),
        ("a: 1\n--- \nb: 2", (2, 1), ""),
        ("a: *nowhere", (1, 4), ""),
        ("a: [1, 2", (2, 1), ""),
        ("a: &x [*x]", (1, 4), "alias of its own parent"),
        ("a: 'open", (1, 9), ""),
        (f"a: {'1' * 5000}", (1, 4), "too long"),
        ("a: \x00", (1, 1), ""),
    ],
    ids=lambda item: repr(item)[:25],
)
def test_a_mistake_is_told_with_its_place(text: str, place: tuple[int, int], word: str) -> None:
    with pytest.raises(YamlError) as caught:
        parse(text)
    assert word in caught.value.message
    assert (caught.value.line, caught.value.column) == place


def test_aliases_cannot_blow_a_small_file_up() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(YamlError, match="too large"):
        parse("\n".join(lines))


def test_an_alias_that_stays_small_is_its_value() -> None:
    assert parse("a: &x {k: 1}\nb: *x").data == {"a": {"k": 1}, "b": {"k": 1}}


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
@pytest.mark.parametrize("depth", [DEPTH_LIMIT + 1, 50_000])
def test_deep_nesting_is_refused_and_kills_nobody(opening: str, depth: int) -> None:
    with pytest.raises(YamlError, match="too deep"):
        parse(opening * depth)


def test_nesting_up_to_the_limit_is_read() -> None:
    assert parse("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT).data is not None


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_document_is_null(text: str) -> None:
    assert parse(text).data is None


BLOCK = """\
target: grok
list:
  - one
  - two: 2
    three: [a, {b/c: d}]
"""


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/target", (1, 1)),
        ("/list", (2, 1)),
        ("/list/0", (3, 5)),
        ("/list/1", (4, 5)),
        ("/list/1/three", (5, 5)),
        ("/list/1/three/0", (5, 13)),
        ("/list/1/three/1/b~1c", (5, 17)),
        ("/list/1/absent", (4, 5)),
        ("/absent/deep", (1, 1)),
        ("", (1, 1)),
    ],
)
def test_positions_are_those_of_the_key_or_of_the_nearest_parent(
    pointer: str, place: tuple[int, int]
) -> None:
    assert parse(BLOCK).position(pointer) == place


def test_positions_of_values_are_kept_beside_those_of_keys() -> None:
    document = parse("{a:   [1,   2], b: 3}")
    assert document.keys["/a"] == (1, 2)
    assert document.values["/a"] == (1, 7)
    assert document.values["/a/1"] == (1, 13)
    assert document.keys["/b"] == (1, 17)


@given(
    st.dictionaries(
        st.text("ab/~.é", max_size=3), st.lists(st.integers() | st.text("xy"), max_size=2)
    )
)
def test_every_place_has_a_position_that_shows_it(data: dict[str, list[Any]]) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=1)
    lines = text.splitlines()
    document = parse(text)
    for pointer, (line, column) in document.keys.items():
        key = JsonPointer(pointer).parts[0]
        assert lines[line - 1][column - 1 :].startswith(json.dumps(key, ensure_ascii=False))
    for pointer, (line, column) in document.values.items():
        found = JsonPointer(pointer).resolve(data)
        shown = json.dumps(found, ensure_ascii=False)[:1]
        assert lines[line - 1][column - 1 :].startswith(shown)
