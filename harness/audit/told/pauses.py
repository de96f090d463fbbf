"""Calls without an answer whose server may only wait before it asks its provider again."""

from __future__ import annotations

from harness.audit.time_limits import TRIES
from harness.records.audit import Observation
from harness.upstream.faults import parse_fault

HOPS = 20
"""Redirects that a client follows in one try (Fetch, HTTP-redirect fetch; httpx as well)."""
MOST_TRIES, SLOW = 8, 1.5
"""Requests of a call that tries again with pauses, and seconds of each: 1, 2, 4 and 8 make 15."""


def may_pause(observation: Observation, asked: int, rounds: int = 1) -> bool:
    """Whether a server that asks again after failures is in a pause, and does not hang.

    The provider asked for a slower pace and was not asked on and on (RFC 6585 §4: how long a client
    pauses is its own matter), or it was asked again, and so few times that each pause is longer
    than the one before it. Who asks in several rounds tries each of them again.

    Args:
        observation: the call, of a server that was seen to ask again after some failure.
        asked: how often it asked its provider.
        rounds: how often an ordinary call of the tool asks.
    """
    fault = parse_fault(observation.probe.upstream.fault)
    if fault.status == 429 and asked <= TRIES * rounds:
        return True
    if fault.kind == "redirect-loop" and rounds > 1:
        rounds *= HOPS
    is_slow = rounds > 1 or observation.call.seconds > asked * SLOW
    return 1 < asked <= MOST_TRIES * rounds and is_slow
