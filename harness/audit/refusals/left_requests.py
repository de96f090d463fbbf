"""Requests that are seen beside a call and are not of it: an earlier one asks in the background."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from harness.audit.mapped.requests import asked
from harness.audit.refusals.causes import BEGINNING, LEAST_ALIKE, place_of
from harness.audit.refusals.wording import refusal_text, shape
from harness.records.audit import Observation, Violation


def meeting_left_requests(observations: Sequence[Observation]) -> frozenset[str]:
    """Return the ids of the refused probes of one tool whose requests are not of their calls.

    One refusal, of the same thing and in the same words, came without a request as well, so it
    comes before the provider is asked. Where that is seen, one or two refusals that are never met
    without a request show nothing either.
    """
    alike: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for item in observations:
        violation = item.probe.violation
        if violation is not None and item.call.outcome.plane in ("tool_error", "protocol_error"):
            alike[_refusal(item, violation)].append(item)
    asking = [[item for item in own if asked(item) is not None] for own in alike.values()]
    pairs = list(zip(asking, alike.values(), strict=True))
    if not any(0 < len(late) < len(own) for late, own in pairs):
        return frozenset()
    return frozenset(
        item.probe.id
        for late, own in pairs
        for item in late
        if len(late) < len(own) or len(own) < LEAST_ALIKE
    )


def _refusal(item: Observation, violation: Violation) -> tuple[str, str, str]:
    """Return what a call breaks, where, and how the words begin in which it is refused."""
    return violation.keyword, place_of(violation), shape(refusal_text(item))[:BEGINNING]
