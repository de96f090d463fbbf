"""Calls whose argument no provider could read: none was asked, or the request is broken JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from harness.audit.mapped.argument import says_nothing
from harness.audit.mapped.argument_places import MISSING
from harness.audit.mapped.given import Given
from harness.records.http import HttpRequest


class Unread(NamedTuple):
    """One call, and what is wrong with it."""

    rule: str
    given: Given
    what: str


def unread(given: Sequence[Given]) -> Iterator[Unread]:
    """Yield the calls that got the base call's answer without a request, and broken requests.

    The base call asked the provider; another value of an argument that asks for the same may be
    answered out of a cache.
    """
    for one in given:
        outcome, interactions = one.seen.call.outcome, one.seen.call.interactions
        if one.value is MISSING or interactions is None:
            continue
        is_answer = outcome.plane == "result" and outcome.text == one.base.call.outcome.text
        if not interactions and is_answer and outcome.text and not says_nothing(one):
            yield Unread("argument-dropped", one, "is answered without asking the provider")
        elif any(_is_broken(item.request) for item in interactions):
            yield Unread("argument-changed", one, "makes a request that is no whole JSON")


def _is_broken(request: HttpRequest) -> bool:
    if "json" not in (request.header("content-type") or "") or not request.body:
        return False
    try:
        request.json_body()
    except ValueError:
        return True
    return False
