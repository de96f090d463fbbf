"""Objects of a tool's own arrive whole, and so do fields that a tool says it passes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.audit.pretended_server import TEXT, broken_rules, mapped, prompted, tool

BASE = {"prompt": "hello"}
Object = dict[str, Any]
CHANGED = {"mapping.argument-changed": {"/extra"}}


def _flat(extra: Object) -> Object:
    return {key: value for key, value in extra.items() if not isinstance(value, dict)}


def _spelled(extra: Object) -> Object:
    return {key: str(value) if isinstance(value, dict) else value for key, value in extra.items()}


def _first(extra: Object) -> Object:
    return dict(list(extra.items())[:1])


@pytest.mark.parametrize(
    ("change", "described", "found"),
    [
        (dict, "", {}),
        (_flat, "", CHANGED),
        (_flat, "More fields for the text's request", CHANGED),
        (lambda extra: {"extra": _flat(extra)}, "", CHANGED),
        (_flat, "Flat values are sent", {}),
        (_flat, "Only texts and lists are sent", {}),
        (_spelled, "", {}),
        (_first, "", {}),
        (lambda extra: {}, "", {}),
    ],
)
def test_an_object_of_which_some_keys_arrive_has_to_arrive_whole(
    change: Callable[[Object], Object], described: str, found: dict[str, set[str]]
) -> None:
    facts = tool({"prompt": TEXT, "extra": {"type": "object", "description": described}}, BASE)
    assert broken_rules(mapped(facts, lambda a: prompted(a, **change(a.pop("extra", {}))))) == found
