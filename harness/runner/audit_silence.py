"""Calls whose provider never answers: they need to know how patient the server is."""

from __future__ import annotations

from collections.abc import Sequence

from harness.audit.time_limits import patience
from harness.records.audit import NotTested, Observation, Probe
from harness.runner.audit_calls import AuditCalls
from harness.runner.audit_session import AuditSession

LONGEST = 65.0
"""Seconds that an audit waits for one call."""
UNKNOWN = 30.0
"""Seconds that it waits when nothing says how long the server does."""


async def ask_silent_provider(
    session: AuditSession, calls: AuditCalls, probes: Sequence[Probe]
) -> list[Observation]:
    """Make the calls whose provider is silent, beside each other where that is certain.

    A server that still waits is not known to hang when its own limit may be longer: that is
    noted as not tested, and its observation is left out.
    """
    limit, times = session.limit, rounds(session)
    seconds = UNKNOWN if limit is None else patience(limit) * times
    if limit is not None and seconds > LONGEST:
        several = f", {times} times in one call," if times > 1 else ""
        why = f"the server's own limit of {limit:g} s{several} is too long to wait for"
        _note(session, probes, why)
        return []
    if session.may_overlap:
        seen = await calls.make_beside(probes, seconds=seconds)
    else:
        seen = await calls.make(probes)
    if limit is not None:
        return seen
    late = [item.probe for item in seen if item.call.outcome.plane == "timeout"]
    _note(session, late, f"no answer within {seconds:g} s, and the server's own limit is not known")
    return [item for item in seen if item.probe not in late]


def rounds(session: AuditSession) -> int:
    """Return how often an ordinary call asks the provider, each time for as long as the limit."""
    asked = [len(item.call.interactions or ()) for item in session.learned]
    return max([1, *asked])


def _note(session: AuditSession, probes: Sequence[Probe], why: str) -> None:
    reason = f"{why}; give it a shorter one, as in -e REQUEST_TIMEOUT=2"
    session.not_tested += [
        NotTested(tool=probe.tool, what=f"errors.hangs: {probe.upstream.fault}", reason=reason)
        for probe in probes
    ]
