"""Servers that ask their provider no more once it has failed, as circuit breakers do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.audit.found import Found, Verdict
from harness.audit.protocol.repeats import STATE_KEPT
from harness.records.audit import NotTested, Observation

LEAST = 3
"""Calls without a request, after which it is no chance."""
RESTS = "since its provider has failed, the server asks it no more"


def without_rests(
    verdicts: Iterable[Verdict], observations: Sequence[Observation]
) -> Iterator[Verdict]:
    """Yield the verdicts on state, none where calls asked nobody since the failures of a phase.

    Whether a rest is too long is judged by the rules `errors.*`.
    """
    for verdict in verdicts:
        is_unasked = isinstance(verdict, Found) and verdict.cause == "unasked"
        if is_unasked and isinstance(verdict, Found) and _rests(verdict.of_tool, observations):
            yield NotTested(tool=verdict.of_tool, what=STATE_KEPT, reason=RESTS)
        else:
            yield verdict


def _rests(tool: str, observations: Sequence[Observation]) -> bool:
    """Whether the last calls with failures asked nobody, though earlier ones did."""
    failing = [
        bool(item.call.interactions)
        for item in observations
        if item.probe.tool == tool and item.probe.phase == "errors"
    ]
    return any(failing) and len(failing) > LEAST and not any(failing[-LEAST:])
