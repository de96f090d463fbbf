"""How a tool took the arguments of one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from harness.audit.context import ToolFacts
from harness.audit.mapped.requests import asked
from harness.audit.refusals.wording import (
    INTERNAL_ERROR,
    is_internal,
    is_named,
    refusal_text,
    says_refused,
)
from harness.records.audit import Observation

Reply = Literal["accepted", "refused", "refused late", "refused as success", "crashed"]

_LONGEST_REFUSAL = 600
"""Characters; what is longer is an answer that happens to speak of errors."""


def asks_provider(tool: ToolFacts, observations: Sequence[Observation]) -> bool:
    """Whether an ordinary call of the tool is known to ask a provider."""
    return tool.dialect is not None or any(
        item.probe.violation is None and asked(item) is not None for item in observations
    )


def reply_to(item: Observation, *, asks: bool) -> Reply:
    """Return how a call with wrong arguments was taken.

    Args:
        item: the call; its probe has a violation.
        asks: whether an ordinary call asks the provider.

    A failure after the provider was asked refuses the arguments only when it names them; else they
    were let through, and something failed over them. A result without the provider being asked,
    where an ordinary call asks it, is a refusal when it speaks like one.
    """
    outcome, is_late = item.call.outcome, asked(item) is not None
    if outcome.plane in ("transport_error", "timeout"):
        return "crashed"
    if outcome.plane == "result":
        return "refused as success" if not is_late and _is_refusal(item, asks) else "accepted"
    if is_late:
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
