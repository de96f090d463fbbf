"""What became of a wrong value, as the request to the provider shows it; and what is one cause."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.found import Found
from harness.audit.refusals.causes import conversion_of, place_of, with_common_causes
from harness.audit.refusals.fates import fate
from harness.records.audit import Probe, Violation
from tests.audit.judged_server import answered, observed


def wrong(pointer: str, now: Any, keyword: str = "type", was: Any = None) -> Violation:
    return Violation(keyword=keyword, pointer=pointer, was=was, now=now)


@pytest.mark.parametrize(
    ("violation", "body", "expected"),
    [
        (wrong("/n", "1"), {"n": "1"}, "sent"),
        (wrong("/n", "1"), {"n": 1}, "converted"),
        (wrong("/n", 1.5), {"n": 1}, "converted"),
        (wrong("/n", 5.5, "maximum"), {"n": 5}, "unsent"),
        (wrong("/n", 5, "maximum"), {"n": 4}, "unsent"),
        (wrong("/n", True), {"n": 1}, "converted"),
        (wrong("/stream", 0), {"stream": False}, "converted"),
        (wrong("/n", None), {"n": None}, "sent"),
        (wrong("/n", None), {}, "converted"),
        (wrong("/n", "x"), {}, "unsent"),
        (wrong("/mode", "FAST", "enum"), {"mode": "fast"}, "converted"),
        (wrong("/stop/1", 5), {"stop": ["a", "5"]}, "converted"),
        (wrong("/stop", "a"), {"stop": ["a"]}, "converted"),
        (wrong("/model_name", 5), {"model": 5}, "sent"),
        (wrong("/request/n", "1"), {"n": 1}, "converted"),
        (wrong("/x", "surprise", "additionalProperties"), {"a": {"x": "surprise"}}, "sent"),
        (wrong("/x", "surprise", "additionalProperties"), {"a": {"x": 1}}, "dropped"),
        (wrong("/x", "surprise", "additionalProperties"), {"a": 1}, "dropped"),
        (wrong("/model", None, "required"), {"model": "default"}, "unsent"),
    ],
)
def test_the_request_shows_what_became_of_a_value(
    violation: Violation, body: dict[str, Any], expected: str
) -> None:
    assert fate(violation, body, "chat") == expected


@pytest.mark.parametrize(
    ("violation", "place"),
    [
        (wrong("/messages/3/role", 1), "/messages/*/role"),
        (wrong("/stop/0", 1), "/stop"),
        (wrong("/a~1b", 1), "/a~1b"),
        (wrong("/messages/0/x", 1, "additionalProperties"), "/messages/*/(unknown key)"),
        (wrong("", 1), ""),
    ],
)
def test_a_place_is_without_numbers(violation: Violation, place: str) -> None:
    assert place_of(violation) == place


def breach(pointer: str, keyword: str) -> Found:
    probe = Probe(
        id=pointer, phase="invalid", tool="t", arguments={}, violation=wrong(pointer, 1, keyword)
    )
    return Found("validation.invalid-accepted", "", "t", observed(probe, answered({})))


def causes(broken: dict[str, str], tried: dict[str, set[str]]) -> set[str]:
    found = [breach(pointer, keyword) for pointer, keyword in broken.items()]
    return {item.cause for item in with_common_causes(found, tried, {})}


def test_a_type_that_is_taken_for_another_one_everywhere_is_one_cause() -> None:
    places = {"/a", "/b", "/c"}
    found = [breach(pointer, "type") for pointer in sorted(places)]
    tried = {"type": {*places, "/d", "/e"}}
    one = conversion_of(wrong("/a", 1, "type"))
    everywhere = with_common_causes(found, tried, {one: places})
    assert {item.cause for item in everywhere} == {one}
    mostly = with_common_causes(found, tried, {one: {*places, "/d"}})
    assert {item.cause for item in mostly} == places


def test_few_places_are_causes_of_their_own() -> None:
    assert causes({"/a": "type", "/b": "type"}, {"type": {"/a", "/b"}}) == {"/a", "/b"}


def test_a_keyword_that_is_held_nowhere_is_one_cause() -> None:
    places = {f"/{letter}" for letter in "abcde"}
    tried = {"type": places, "enum": {"/a"}}
    assert causes(dict.fromkeys(places, "type"), tried) == {"type"}
    assert causes(dict.fromkeys(places, "type"), {"type": places}) == {"everywhere"}
    assert len(causes(dict.fromkeys(places, "type"), {"type": {*places, "/f"}})) == 5
