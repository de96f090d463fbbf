"""YAML from strangers: the same data as a safe loader's, without its dangers."""

from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from harness.cassette import yaml_limits
from harness.cassette.yaml_limits import YamlRefused, checked_yaml

PRINTABLE = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | PRINTABLE
    | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(PRINTABLE, inner),
    max_leaves=12,
)


def only(data: bytes | str) -> Any:
    (document,) = checked_yaml(data.encode() if isinstance(data, str) else data).documents
    return document


@given(VALUES)
def test_what_a_safe_dumper_writes_is_read_back(value: Any) -> None:
    assert only(yaml.safe_dump(value, allow_unicode=True)) == value


def refusal(data: bytes) -> YamlRefused:
    with pytest.raises(YamlRefused) as caught:
        checked_yaml(data)
    return caught.value


def levels(first: bytes, level: bytes) -> bytes:
    text = b"a0: &a0 " + first
    for number in range(1, 40):
        text += b"\na%d: &a%d " % (number, number) + level.replace(b"*", b"*a%d" % (number - 1))
    return text


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (levels(b"[x]", b"[*, *]"), "more than 2000000 values with its aliases written out", 20),
        (levels(b"{x: 1}", b"{<<: [*, *]}"), "with its aliases written out", 19),
        (levels(b"[x]", b"[*]"), None, None),
        (levels(b"[" * 65 + b"]" * 65, b"[*]"), "nested deeper than 100 by alias *a34", 36),
        (b"&a [*a]", "alias *a of its own parent", 1),
        (b"- *a", "alias *a of nothing", 1),
        (b"[" * 100 + b"]" * 100, None, None),
        (b"[" * 101 + b"]" * 101, "nested deeper than 100", 1),
        (b"[" * 300_000, "nested deeper than 100", 1),
        (b"- " * 300_000, "nested deeper than 100", 1),
        (b"{a: " * 300_000, "nested deeper than 100", 1),
        (b"? " * 300_000, "nested deeper than 100", 1),
        (b"a: &a " + b"x" * (1 << 20) + b"\nb: [" + b"*a, " * 256 + b"]",
         "more than 256 MiB of text with its aliases written out", 2),
        (b"a: 1\n? [b]\n: 2", "a key must be text", 2),
        (b"a: 1\n<<: 2", "a merge key names something that is no mapping", 2),
        (b"\na: !!python/object/apply:os.system [ls]", "apply:os.system is not", 2),
        (b"\na: !thing 1", "the tag !thing is not read here", 2),
        (b"\na: !!binary '*'", "this is no !!binary", 2),
        (b"\na: !!map [1]", "this is no !!map", 2),
        (b"".join(b"\n%%TAG !t%d! t" % number for number in range(200_000)) + b"\n--- a",
         "more than 100 %TAG directives", None),
        (b"a: b\n\tc", "not YAML", 2),
        (b"a: \x00", "not YAML: control characters are not allowed", 1),
        (b"a: b\n\xff", "not UTF-8 at byte 5", 2),
    ],
)  # fmt: skip
def test_what_is_out_of_all_proportion_is_refused_by_name_and_line(
    data: bytes, reason: str | None, line: int | None
) -> None:
    if reason is None:
        assert checked_yaml(data).documents
        return
    error = refusal(data)
    assert reason in error.message
    assert error.line == line


def test_a_file_beyond_the_byte_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_limits, "BYTE_LIMIT", 1 << 20)
    assert checked_yaml(b"#" * (1 << 20)).documents == []
    assert refusal(b"\xff" * ((1 << 20) + 1)).message == "larger than 1 MiB: 1048577 bytes"


def test_many_values_are_refused_without_any_alias(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_limits, "NODE_LIMIT", 10)
    assert len(only("[" + "a," * 9 + "]")) == 9
    assert refusal(b"[" + b"a," * 10 + b"]").message == "more than 10 values"


def test_words_dates_and_odd_numbers_stay_text() -> None:
    text = "[on, no, 2026-08-02 22:26:41, 1:30, 1_000, 017, 0x1f, 1e3, -, .5, =]"
    assert only(text) == text[1:-1].split(", ")


def test_numbers_and_names_of_nothing_are_read() -> None:
    assert only("[~, null, true, FALSE, 0, -12, +3, 1.5, -2.0e+3, .inf, -.INF]") == [
        None, None, True, False, 0, -12, 3, 1.5, -2000.0, math.inf, -math.inf,
    ]  # fmt: skip
    assert math.isnan(only(".NaN"))
    assert only("1" * 2000) == "1" * 2000


def test_merge_keys_keep_what_stands_nearer() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: {<<: [*a, *b], y: 3}\nd: {y: 4, <<: *a}"
    assert only(text)["c"] == {"x": 1, "y": 3, "z": 2}
    assert only(text)["d"] == {"x": 1, "y": 4}


def test_keys_that_are_no_text_become_text() -> None:
    assert only("{1: a, true: b, ~: c, !!binary 'eA==': d}") == {
        "1": "a", "true": "b", "null": "c", "x": "d",
    }  # fmt: skip


def test_a_key_that_stands_twice_is_remarked() -> None:
    found = checked_yaml(b"a: 1\nb: 2\na: 3\n")
    assert found.documents == [{"a": 3, "b": 2}]
    assert [(remark.line, "'a'" in remark.text) for remark in found.remarks] == [(3, True)]


def test_tags_of_the_caller_are_read() -> None:
    assert checked_yaml(b"!upper abc", tags={"!upper": str.upper}).documents == ["ABC"]
