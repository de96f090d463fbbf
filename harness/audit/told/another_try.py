"""Whether failures that pass and failures that stay are told apart, and each for what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from harness.audit.dialect import recognised
from harness.audit.phases.errors import STATUS_AIM
from harness.audit.told.advice import advice_in
from harness.audit.told.leaks import FAILED
from harness.audit.told.seen import own_words, seen_text
from harness.records.audit import Observation
from harness.upstream.faults import parse_fault

FINAL = (400, 401, 403, 404, 413, 422)
PASSING = (429, 500, 503, 529)
"""The official SDKs of both providers try these again, and none of `FINAL`."""
SURELY_PASSING = (429, 500, 503)
"""Those of them that both providers document."""
OF_GATEWAYS = ("502", "504", "refused", "reset")
"""What passes as well, where a server tells those that surely do as passing."""
OVERLOADED = 529
"""Documented by Anthropic alone (`overloaded_error`); contract sheet `providers.md`."""


class Unclear(NamedTuple):
    """A failure of which a caller learns wrongly whether it passes."""

    text: str
    observation: Observation
    cause: str


def told_apart(faulty: Sequence[Observation]) -> Iterator[Unclear]:
    """Yield the failures that are told like their opposites, or as what they are not."""
    yield from _alike(faulty)
    yield from _advised(faulty)
    for tool in dict.fromkeys(item.probe.tool for item in faulty):
        yield from _unevenly([item for item in faulty if item.probe.tool == tool])


def _alike(faulty: Sequence[Observation]) -> Iterator[Unclear]:
    """Yield, for each tool, a failure that passes and is told word for word as one that stays."""
    final: dict[tuple[str, str], int] = {}
    passing: list[tuple[int, Observation]] = []
    for item in faulty:
        status = parse_fault(item.probe.upstream.fault).status
        if item.probe.aim != STATUS_AIM or item.call.outcome.plane not in FAILED:
            continue
        if status not in _answered_with(item):
            continue  # what is told is another failure, before the provider's
        if status in FINAL:
            final.setdefault((item.probe.tool, seen_text(item.call.outcome)), status)
        elif status in PASSING:
            passing.append((status, item))
    for status, item in passing:
        other = final.get((item.probe.tool, seen_text(item.call.outcome)))
        if other is not None:
            text = f"{status} is told in the same words as {other}"
            yield Unclear(text, item, "alike")


def _answered_with(item: Observation) -> set[int]:
    """Return the statuses that the provider answered the call with."""
    answers = (one.response for one in item.call.interactions or ())
    return {answer.status for answer in answers if answer is not None}


def _advised(faulty: Sequence[Observation]) -> Iterator[Unclear]:
    """Yield failures that are told as passing although they stay, and the reverse."""
    for item in faulty:
        status = parse_fault(item.probe.upstream.fault).status
        if item.probe.aim != STATUS_AIM or item.call.outcome.plane not in FAILED:
            continue
        advice = advice_in(own_words(item))
        if status in FINAL and advice == "again":
            text = f"{status}, which stays, is told as a failure that passes"
            yield Unclear(text, item, "told as passing")
        elif status in _surely_passing(item) and advice == "never":
            text = f"{status}, which passes, is told as a failure that stays"
            yield Unclear(text, item, "told as final")


def _unevenly(faulty: Sequence[Observation]) -> Iterator[Unclear]:
    """Yield failures of the way that are told as final, where the provider's own are not.

    A gateway's failure and a broken connection say nothing of the request (RFC 9110 §15.6; the
    official SDKs try both again).
    """
    told = {
        item.probe.upstream.fault: (advice_in(own_words(item)), item)
        for item in faulty
        if item.call.outcome.plane in FAILED
    }
    if not any(told.get(str(status), ("", None))[0] == "again" for status in (500, 503)):
        return
    for fault in OF_GATEWAYS:
        advice, item = told.get(fault, (None, None))
        if advice == "never" and item is not None:
            text = f"{fault}, which passes, is told as a failure that stays"
            yield Unclear(text, item, "told as final")


def _surely_passing(item: Observation) -> tuple[int, ...]:
    requests = [one.request for one in item.call.interactions or ()]
    is_message = any(recognised(request) == "messages" for request in requests)
    return (*SURELY_PASSING, OVERLOADED) if is_message else SURELY_PASSING
