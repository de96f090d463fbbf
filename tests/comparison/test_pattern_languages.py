from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.comparison.languages import is_within
from harness.comparison.schemas import compare_schemas


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("^a+$", "^aa*$", True),
        ("^aa*$", "^a+$", True),
        ("^a*$", "^a+$", False),
        ("abc", "b", True),
        ("^abc", "c", True),
        ("b", "^b", False),
        ("^(foo|bar)$", "^[a-z]+$", True),
        ("^[a-z]+$", "^(foo|bar)$", False),
        ("^[a-z]{1,64}$", "^[a-z0-9_-]{1,64}$", True),
        ("^[a-z]{1,64}$", "^[a-z]{1,128}$", True),
        ("^[a-z]{1,128}$", "^[a-z]{1,64}$", False),
        ("^[a-z]{2,64}$", "[a-z]{2,80}", True),
        ("^\\d{4}-\\d{2}$", "^[0-9]{4}-[0-9]{2}$", True),
        ("^a$", "^a(?=b)$", False),
        ("(", "a", False),
        ("^\\S+$", "^[^ ]+$", True),
        ("^.$", "^[^\\n]$", True),
    ],
)
def test_containment_of_expressions(one: str, other: str, expected: bool) -> None:
    assert is_within(one, other) is expected


PIECES = st.lists(
    st.sampled_from(["a", "b", "[ab]", "a*", "b+", "[ab]?", "a{2}", "(a|b)", "(?:ab)*", "."]),
    min_size=1,
    max_size=4,
).map("".join)
TEXT = st.text(alphabet="abc", max_size=6)


@given(PIECES, PIECES, st.booleans(), st.booleans(), st.lists(TEXT, min_size=5, max_size=30))
def test_what_is_proven_holds_for_every_text(
    one: str, other: str, first: bool, second: bool, texts: list[str]
) -> None:
    one, other = (f"^{body}$" if tied else body for body, tied in ((one, first), (other, second)))
    if is_within(one, other):
        assert not [text for text in texts if re.search(one, text) and not re.search(other, text)]


def test_long_patterns_of_names_are_compared() -> None:
    def named(pattern: str) -> dict[str, object]:
        return {"properties": {"a": {"type": "string", "pattern": pattern}}}

    change = compare_schemas(named("^[a-z]{1,64}$"), named("^[a-z0-9-]{1,64}$"))
    assert change.relation == "widening"
    assert change.gained is not None
