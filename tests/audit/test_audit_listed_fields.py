"""The types of what is listed of a tool, as it came: each right and wrong."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.listed_fields import invalid_fields, without_invalid

REVISION = "2025-11-25"
RIGHT: dict[str, Any] = {
    "name": "ask",
    "title": "Ask",
    "description": "",
    "inputSchema": {"type": "object"},
    "outputSchema": {"type": "object", "title": None},
    "annotations": {"title": "Ask", "readOnlyHint": True, "openWorldHint": False, "cost": 5},
    "icons": [],
    "execution": {"taskSupport": "optional"},
    "_meta": {},
    "version": 3,
}


def pointers(revision: str = REVISION, **members: Any) -> list[str]:
    return [item.pointer for item in invalid_fields({**RIGHT, **members}, revision)]


def test_right_types_are_no_finding_and_nothing_has_to_be_there() -> None:
    assert pointers() == pointers(annotations={}) == []
    assert list(invalid_fields({"name": "ask", "inputSchema": {}}, REVISION)) == []
    assert without_invalid(RIGHT, REVISION) == RIGHT


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"annotations": {"destructiveHint": "no"}}, "/annotations/destructiveHint"),
        ({"annotations": {"readOnlyHint": 1}}, "/annotations/readOnlyHint"),
        ({"annotations": {"idempotentHint": 0.0}}, "/annotations/idempotentHint"),
        ({"annotations": {"openWorldHint": None}}, "/annotations/openWorldHint"),
        ({"annotations": {"title": False}}, "/annotations/title"),
        ({"annotations": ["readOnlyHint"]}, "/annotations"),
        ({"title": 5}, "/title"),
        ({"title": None}, "/title"),
        ({"description": {}}, "/description"),
        ({"outputSchema": "object"}, "/outputSchema"),
        ({"icons": {}}, "/icons"),
        ({"execution": "optional"}, "/execution"),
        ({"_meta": []}, "/_meta"),
    ],
)
def test_a_wrong_type_is_found_at_its_place_and_can_be_left_out(
    members: dict[str, Any], pointer: str
) -> None:
    assert pointers(**members) == [pointer]
    kept = without_invalid({**RIGHT, **members}, REVISION)
    assert list(invalid_fields(kept, REVISION)) == []
    assert set(RIGHT) - set(kept) <= set(members)


def test_all_nulls_of_a_tool_are_one_finding() -> None:
    hints = {"title": None, "readOnlyHint": None, "destructiveHint": True}
    (found,) = invalid_fields({**RIGHT, "title": None, "annotations": hints}, REVISION)
    assert "annotations.title, annotations.readOnlyHint, title" in found.message
    kept = without_invalid({**RIGHT, "annotations": hints}, REVISION)
    assert kept["annotations"] == {"destructiveHint": True}


@pytest.mark.parametrize(
    ("revision", "found"),
    [
        ("2024-11-05", ["/description"]),
        ("2025-06-18", ["/description", "/title"]),
        ("2025-11-25", ["/description", "/title", "/execution"]),
        ("2026-07-28", ["/description", "/title"]),
    ],
)
def test_what_a_revision_does_not_define_may_be_anything(revision: str, found: list[str]) -> None:
    assert pointers(revision, title=1, description=2, execution=3) == found
