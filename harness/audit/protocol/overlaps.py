"""Calls that overlapped: each has its own sentinel, and the provider's answer names it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.audit.found import Found, Verdict
from harness.audit.protocol.places import answer_to, holds, sentinel_in
from harness.audit.refusals.pace import is_of_pace
from harness.audit.refusals.wording import tells_failure
from harness.records.audit import NotTested, Observation

MIXED = "protocol.concurrent-mixed"
SLACK = 3.0
"""How much longer calls may take together than one after the other, with the provider's pauses."""
STEP_SECONDS, LONGEST_STEP = 0.02, 0.5
"""Between the provider's answers, which come in the opposite order of the questions."""


def judge_overlaps(observations: Sequence[Observation]) -> Iterator[Verdict]:
    """Yield what calls show that were made at the same time, each with a sentinel of its own."""
    asked = [_asked(item) for item in observations]
    for item, own in zip(observations, asked, strict=True):
        yield from _one(item, own, [other for other in asked if other != own])


def _one(item: Observation, own: str, others: Sequence[str]) -> Iterator[Verdict]:
    outcome = item.call.outcome
    seen = outcome.model_dump(mode="json")
    foreign = next((other for other in others if holds(seen, answer_to(other))), None)
    if foreign is not None:
        message = f"of calls that overlap, the one that asked {own!r} got the answer to {foreign!r}"
        yield Found(MIXED, message, observation=item)
    elif outcome.plane in ("timeout", "transport_error"):
        message = (
            f"of calls that overlap, one gets no answer, as a call alone does: {outcome.plane}: "
            f"{outcome.text}"
        )
        yield Found(MIXED, message, observation=item, cause="unanswered")
    elif is_of_pace(item):
        reason = f"it refuses the pace of the calls: {outcome.text[:120]}"
        yield NotTested(tool=item.probe.tool, what=MIXED, reason=reason)
    elif outcome.plane == "result" and tells_failure(item):
        reason = f"it refuses calls that overlap, in a result: {outcome.text[:120]}"
        yield NotTested(tool=item.probe.tool, what=MIXED, reason=reason)
    elif outcome.plane == "result" and not holds(seen, answer_to(own)):
        message = f"of calls that overlap, the one that asked {own!r} did not get its own answer"
        yield Found(MIXED, message, observation=item)
    elif outcome.plane != "result":
        reason = f"it refuses calls that overlap: {outcome.text[:120]}"
        yield NotTested(tool=item.probe.tool, what=MIXED, reason=reason)


def patience(seconds: float, alone: float, number: int) -> float:
    """Return how many seconds `number` calls that overlap may take.

    `seconds` is what any call may take, `alone` what the slowest took alone: a server may work on
    one call after the other, and the machine may be busy.
    """
    return seconds + SLACK * number * alone


def step(alone: float) -> float:
    """Return how many seconds stand between the provider's answers.

    The first of them waits for eight, so that a server that takes long over a call of its own
    still asks for the second while the first waits.
    """
    return min(max(STEP_SECONDS, alone / 4), LONGEST_STEP)


def _asked(item: Observation) -> str:
    return sentinel_in(item.probe.arguments)
