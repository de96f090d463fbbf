"""How a tool took the arguments of one call."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal

from harness.audit.context import ToolFacts
from harness.audit.mapped.requests import asked
from harness.audit.refusals.wording import (
    INTERNAL_ERROR,
    is_internal,
    is_named,
    refusal_text,
    says_refused,
    tells_failure,
)
from harness.records.audit import Observation

Reply = Literal["accepted", "refused", "refused late", "refused as success", "crashed"]

_ID = re.compile(r"[0-9a-fA-F-]*\d[0-9a-fA-F-]*")
_BEGINNING = 80
"""Characters by which two answers are known for the same."""
_LONGEST_REFUSAL = 600
"""Characters; what is longer is an answer that happens to speak of errors."""


def asks_provider(tool: ToolFacts, observations: Sequence[Observation]) -> bool:
    """Whether an ordinary call of the tool is known to ask a provider."""
    return tool.dialect is not None or any(
        item.probe.violation is None and asked(item) is not None for item in observations
    )


def usual_answers(observations: Sequence[Observation]) -> frozenset[str]:
    """Return how the results begin that calls with valid arguments get without a provider."""
    return frozenset(
        _begin(item)
        for item in observations
        if item.probe.violation is None
        and item.call.outcome.plane == "result"
        and asked(item) is None
        and not tells_failure(item)
    )


def _begin(item: Observation) -> str:
    return _ID.sub("#", refusal_text(item))[:_BEGINNING]


def reply_to(
    item: Observation, usual: Collection[str] = (), left: Collection[str] = (), *, asks: bool
) -> Reply:
    """Return how a call with wrong arguments was taken.

    Args:
        item: the call; its probe has a violation.
        usual: what `usual_answers` gives for the tool: to begin so refuses nothing.
        left: what `meeting_left_requests` gives for the tool.
        asks: whether an ordinary call asks the provider.

    A failure after the provider was asked refuses the arguments only when it names them; else they
    were let through, and something failed over them. A result without the provider being asked,
    where an ordinary call asks it, is a refusal when it speaks like one.
    """
    outcome, is_late = item.call.outcome, asked(item) is not None
    if outcome.plane in ("transport_error", "timeout"):
        return "crashed"
    if outcome.plane == "result":
        is_usual = is_late or _begin(item) in usual
        return "refused as success" if not is_usual and _is_refusal(item, asks) else "accepted"
    if is_late and item.probe.id not in left:
        return "refused late" if _is_named(item) else "accepted"
    if is_internal(item) or (outcome.code == INTERNAL_ERROR and not _is_named(item)):
        return "crashed"
    return "refused"


def _is_refusal(item: Observation, asks: bool) -> bool:
    if not says_refused(item):
        return False
    if asks and item.call.interactions is not None:
        return True
    return _is_named(item) and len(refusal_text(item)) <= _LONGEST_REFUSAL


def _is_named(item: Observation) -> bool:
    violation = item.probe.violation
    return violation is not None and is_named(violation, item)
