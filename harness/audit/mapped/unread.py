"""Calls whose argument no provider could read: none was asked, or the request is broken JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from harness.audit.mapped.argument import says_nothing
from harness.audit.mapped.argument_places import MISSING
from harness.audit.mapped.given import Given
from harness.audit.mapped.held import leaves
from harness.audit.mapped.unequal import is_equal
from harness.records.http import HttpRequest


class Unread(NamedTuple):
    """One call, and what is wrong with it."""

    rule: str
    given: Given
    what: str


def unread(given: Sequence[Given], bodies: Sequence[Mapping[str, Any]]) -> Iterator[Unread]:
    """Yield the calls that got the base call's answer without a request, and broken requests.

    The base call asked the provider. A cache may answer what was asked before, and an argument of
    the tool's own may be for the answer only, so that its call asks for the same.

    Args:
        given: one argument of several calls.
        bodies: all that ordinary calls of the tool asked.
    """
    for one in given:
        outcome, interactions = one.seen.call.outcome, one.seen.call.interactions
        if one.value is MISSING or interactions is None:
            continue
        is_answer = outcome.plane == "result" and outcome.text == one.base.call.outcome.text
        if not interactions and is_answer and outcome.text and _is_due(one, bodies):
            yield Unread("argument-dropped", one, "is answered without asking the provider")
        elif any(_is_broken(item.request) for item in interactions):
            yield Unread("argument-changed", one, "makes a request that is no whole JSON")


def _is_due(one: Given, bodies: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a call has to ask the provider anew for its value."""
    return one.parameter is not None and not says_nothing(one) and not _was_asked(one, bodies)


def _was_asked(one: Given, bodies: Sequence[Mapping[str, Any]]) -> bool:
    """Whether another call asked the provider for the same value: 1 is that of 1.0."""
    return any(is_equal(one.value, leaf) for body in bodies for leaf in leaves(body))


def _is_broken(request: HttpRequest) -> bool:
    if "json" not in (request.header("content-type") or "") or not request.body:
        return False
    try:
        request.json_body()
    except ValueError:
        return True
    return False
