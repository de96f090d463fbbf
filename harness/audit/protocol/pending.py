"""A call that waits for its provider: what it does to others, and what its client may still get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from harness.audit.found import Found

ONE_AT_A_TIME = "protocol.one-at-a-time"
BROKEN = "protocol.cancellation-broken"
NOTICED = 0.1
"""Seconds."""
CANCELLED = "protocol.cancelled-answered"


class Wait(NamedTuple):
    """When a provider was asked and when it answered, in seconds of one clock."""

    since: float
    until: float


def judge_waits(waits: Sequence[Wait]) -> Found | None:
    """Judge calls that were made at once, by how long each kept its provider busy.

    No server has to ask twice at a time. One that never does lets each caller wait for all others.
    Waits that are over before a client is made for the next request show nothing.
    """
    ordered = sorted(waits)
    longest = max((wait.until - wait.since for wait in waits), default=0.0)
    if len(ordered) < 2 or longest < NOTICED:
        return None
    if any(after.since < before.until for before, after in pairwise(ordered)):
        return None
    message = (
        f"of {len(ordered)} calls made at once, each asks the provider only after the answer to "
        "the one before"
    )
    return Found(ONE_AT_A_TIME, message)


def judge_other(asked: int | str, messages: Sequence[Mapping[str, Any]]) -> Found | None:
    """Judge the call `asked`, which was under way beside one that was cancelled.

    `messages` are those that came until long after its provider had answered.
    """
    if any(one.get("id") == asked for one in messages):
        return None
    return Found(BROKEN, "when one of two calls is cancelled, the other one gets no response")


def judge_cancelled(
    asked: int | str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Found | None:
    """Judge what came of a call that was cancelled while its provider thought.

    MCP 2025-11-25, basic/utilities/cancellation: the receiver SHOULD stop and not send a response,
    and MAY ignore what comes too late. So the server had to be seen at work after the cancellation,
    by the answer to a later request: what came `before` that answer is no sign. Errors that tell of
    the cancellation, as some SDKs send them, count as none.
    """
    answered = [one for one in before if one.get("id") == asked]
    late = next((one for one in after if one.get("id") == asked and "result" in one), None)
    if answered or late is None or late["result"].get("isError"):
        return None
    message = (
        "a call that was cancelled while the provider thought is carried on, and its result comes"
    )
    return Found(CANCELLED, message)
