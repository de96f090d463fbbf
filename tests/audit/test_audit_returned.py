"""Where an answer stands and how it differs, for any wrapping and any JSON."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audit.returned.damage import damage, is_related
from harness.audit.returned.documents import is_rounded, mismatches
from harness.audit.returned.seen import Seen
from harness.records.call import Outcome

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
)


def _plain(text: str) -> Outcome:
    return Outcome(plane="result", content=[{"type": "text", "text": text}])


WRAPPINGS: dict[str, Callable[[str], Outcome]] = {
    "as it is": _plain,
    "in a sentence": lambda text: _plain(f"It said: {text}. That is all."),
    "in JSON": lambda text: _plain(json.dumps({"a": [text]})),
    "in ASCII JSON in a sentence": lambda text: _plain(f"Answer: {json.dumps({'a': text})} ends"),
    "in JSON in JSON": lambda text: _plain(json.dumps({"a": json.dumps({"b": text})})),
    "as structured content": lambda text: Outcome(plane="result", structured={"a": text}),
    "in structured JSON": lambda text: Outcome(
        plane="result", structured={"result": json.dumps({"a": text})}
    ),
    "in an element": lambda text: _plain(f'<a n="1">\n<b>{html.escape(text)}</b>\n</a>'),
    "in meta": lambda text: Outcome(plane="tool_error", meta={"a": {"b": text}}),
    "in an error": lambda text: Outcome(plane="protocol_error", message=f"failed: {text}"),
    "in error data": lambda text: Outcome(plane="protocol_error", data=[text]),
}


@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS)
@given(text=TEXT)
def test_a_text_is_seen_in_any_wrapping(wrap: Callable[[str], Outcome], text: str) -> None:
    assert Seen(wrap(text)).says(text)


def test_a_text_that_is_not_there_is_not_seen() -> None:
    assert not any(Seen(wrap("hello")).says("hello world") for wrap in WRAPPINGS.values())
    assert not Seen(_plain("a &lt; b")).says("a < b")
    assert not Seen(_plain("&lt;p&gt;a &amp; b&lt;/p&gt;")).says("<p>a & b</p>")


@given(JSON)
def test_a_value_does_not_differ_from_itself(value: Any) -> None:
    assert list(mismatches(value, json.loads(json.dumps(value)))) == []


@given(st.dictionaries(TEXT, LEAVES, min_size=1, max_size=4), st.data())
def test_a_member_that_is_gone_or_another_is_told_by_its_place(
    value: dict[str, Any], data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(value)))
    other = {**value, key: ["another"]}
    if value[key] != '["another"]':
        assert [item.place for item in mismatches(value, other)] == [(key,)]
    gone = {name: item for name, item in value.items() if name != key}
    lost = [item.place for item in mismatches(value, gone)]
    assert lost == ([] if value[key] in (None, "") else [(key,)])


@pytest.mark.parametrize(
    ("sent", "seen", "kinds"),
    [
        (1.0, 1, []),
        (2**53 + 1, 2**53, ["rounded"]),
        (1e-7, 0.0, ["rounded"]),
        (1e-7, 1e-7, []),
        (3010, 3011, ["changed"]),
        (1, True, ["changed"]),
        (5, "5", ["changed"]),
        ('{"a": 1}', {"a": 1}, []),
        ('{"a": 1}', {"a": 2}, ["changed"]),
        (["a", "b"], ["a"], ["fewer"]),
        (["a"], ["a", "b"], ["changed"]),
        (None, "", []),
        (None, "a", ["changed"]),
        ("", None, []),
        ("a", None, ["lost"]),
        ({"a": 1}, {"a": 1, "b": 2}, []),
    ],
)
def test_values_are_compared_as_what_they_mean(sent: Any, seen: Any, kinds: list[str]) -> None:
    assert [item.kind for item in mismatches(sent, seen)] == kinds


def test_content_blocks_that_are_gone_are_told_by_their_type() -> None:
    text, call = {"type": "text", "text": "a"}, {"type": "tool_use", "name": "f", "input": {}}
    found = list(mismatches({"content": [text, call]}, {"content": [text]}))
    assert [(item.place, item.kind) for item in found] == [(("content", "tool_use"), "fewer")]


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 8))
def test_rounding_is_known_for_rounding(number: float, digits: int) -> None:
    kept = round(number, digits)
    assert kept == number or is_rounded(number, kept)


LONG = "".join(f"Line {number}: the fox jumps over the dog & sleeps.\n" for number in range(25))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (LONG.strip(), "blanks at the ends are gone"),
        (LONG.replace("&", "&amp;"), "it is escaped for HTML"),
        (LONG[:700], "it is cut short"),
        (LONG[300:], "its beginning is missing"),
        (LONG[::-1], "it is backwards"),
        ("something else", "unknown"),
    ],
)
def test_a_damage_has_a_name(seen: str, expected: str) -> None:
    assert damage(LONG, [f"said: {seen}"], "unknown") == expected


def test_a_damaged_text_is_related_and_another_is_not() -> None:
    text = "Seven grey herons waited in the shallow water until the evening boats had passed."
    assert is_related(text, [text.upper()])
    assert is_related(text, [text[10:60]])
    assert not is_related(text, ["positive", "{}", "Done."])
