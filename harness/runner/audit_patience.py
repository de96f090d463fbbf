"""Calls that were still asking their provider again when their time was over, given more of it.

A server that tries again with growing pauses ends after half a minute as surely as one that gives
up at once; one that hangs does not end at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from harness.audit.told.contracts import contract_of
from harness.records.audit import NotTested, Observation
from harness.runner.audit_calls import AuditCalls
from harness.runner.audit_session import AuditSession

SECONDS = 60.0
"""For tries with pauses of 1, 2, 4, 8 and 16 seconds, each of a client with tries of its own."""

Kind = tuple[str, str]
"""A tool, and the family of its fault."""


async def asked_patiently(
    session: AuditSession, calls: AuditCalls, seen: Sequence[Observation]
) -> list[Observation]:
    """Return `seen` with one call of each kind that was still trying made again.

    Where that ends, it stands for all calls of its kind.
    """
    waiting: defaultdict[Kind, list[Observation]] = defaultdict(list)
    for item in seen:
        if _still_tries(item):
            waiting[_kind(item)].append(item)
    firsts = [items[0].probe for items in waiting.values()]
    if session.may_overlap and firsts:
        again = await calls.make_beside(firsts, seconds=SECONDS)
    else:
        again = await calls.make(firsts, seconds=SECONDS)
    ended = [item for item in again if item.call.outcome.plane != "timeout"]
    late = [other for item in ended for other in waiting[_kind(item)]]
    for item in ended:
        _note(session, waiting[_kind(item)][1:], item.call.seconds)
    return [*(item for item in seen if item not in late), *ended]


def _still_tries(item: Observation) -> bool:
    asked = item.call.interactions or ()
    return item.call.outcome.plane == "timeout" and len(asked) > 1 and bool(_fault(item))


def _kind(item: Observation) -> Kind:
    return item.probe.tool, contract_of(_fault(item)).family


def _fault(item: Observation) -> str:
    return item.probe.upstream.fault


def _note(session: AuditSession, late: Sequence[Observation], seconds: float) -> None:
    reason = f"a call of this kind takes {seconds:.0f} s, in which it asks its provider again"
    session.not_tested += [
        NotTested(tool=item.probe.tool, what=f"errors: {_fault(item)}", reason=reason)
        for item in late
    ]
