"""Finding the value that an expectation or a capture points to."""

from __future__ import annotations

from typing import Any, NamedTuple, assert_never

from jsonpointer import EndOfList, JsonPointer, JsonPointerException

from harness.records.call import Outcome, ToolCall
from harness.scenario.expectation import Place
from harness.scenario.verdict import Verdict, broken, excerpt


class Found(NamedTuple):
    """A value that is there."""

    value: Any


def document_of(call: ToolCall, place: Place, pointer: str = "") -> Found | Verdict:
    """Return the value at `pointer` in that place of the answer, or the verdict that it lacks."""
    try:
        document = _whole(call.outcome, place)
    except ValueError:
        return broken(
            f"the answer ({call.outcome.plane}) is not JSON: {excerpt(call.outcome.text)}"
        )
    try:
        value = JsonPointer(pointer).resolve(document)
    except JsonPointerException as error:
        return broken(f"nothing at {pointer!r} of the {place}: {error}{_neighbours(document)}")
    if isinstance(value, EndOfList):  # "-" is the place after the last item, RFC 6901 §4
        return broken(f"nothing at {pointer!r} of the {place}: it is after the end of the list")
    return Found(value)


def _whole(outcome: Outcome, place: Place) -> Any:
    if place == "document":
        return outcome.document
    if place == "structured":
        return outcome.structured
    if place == "meta":
        return outcome.meta
    if place == "error_data":
        return outcome.data
    assert_never(place)


def _neighbours(document: Any) -> str:
    if not isinstance(document, dict):
        return ""
    return f" (top-level keys: {', '.join(map(str, document)) or 'none'})"
