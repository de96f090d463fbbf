"""Objects of a tool's own arrive whole, and so do fields that a tool says it passes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.records.http import HttpRequest
from tests.audit.pretended_server import (
    TEXT,
    broken_rules,
    mapped,
    prompted,
    request_of,
    tool,
)

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


SENT = "Any further field of the API; it is sent as given."
LOST = {"mapping.argument-dropped": {"/quokka_field"}}


@pytest.mark.parametrize(
    ("more", "told", "lost"),
    [
        ({"description": SENT}, "", LOST),
        ({"description": "Passed on to the provider"}, "", LOST),
        ({"description": "Forwarded unchanged", "type": "string"}, "", LOST),
        (True, "Additional parameters are passed through.", LOST),
        ({"description": "Known fields are sent as given"}, "", {}),
        ({"description": "Further fields are not sent on"}, "", {}),
        ({"description": "For later use"}, "", {}),
        ({"description": SENT, "type": "integer"}, "", {}),
        (True, "", {}),
        (True, "Asks. Other parameters are passed to the API.", {}),
        (False, SENT, {}),
    ],
)
def test_a_field_that_is_told_to_be_passed_on_is(more: Any, told: str, lost: Object) -> None:
    facts = tool({"prompt": TEXT}, BASE, additionalProperties=more)
    facts = replace(facts, definition={**facts.definition, "description": told})
    assert broken_rules(mapped(facts, prompted)) == {}
    assert broken_rules(mapped(facts, lambda a: prompted({"prompt": a["prompt"]}))) == lost


def test_a_field_may_be_refused_though_fields_are_passed_on() -> None:
    facts = tool({"prompt": TEXT}, BASE, additionalProperties={"description": SENT})

    def asked(a: Object) -> Object:
        return {"lost": True} if len(a) > 1 else prompted(a)

    def requests(body: Object) -> list[HttpRequest]:
        return [] if "lost" in body else [request_of(body)]

    assert broken_rules(mapped(facts, asked, requests=requests)) == {}
