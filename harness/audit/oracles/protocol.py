"""The rules of the protocol that single calls show; a process and its streams are judged live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeGuard

from harness.audit.context import AuditContext
from harness.audit.found import Found, Verdict
from harness.audit.protocol import aims
from harness.audit.protocol.lines import judge_texts
from harness.audit.protocol.noise import judge_noise
from harness.audit.protocol.overlaps import judge_overlaps
from harness.audit.protocol.remembered import remembered
from harness.audit.protocol.repeats import STATE_KEPT, judge_repeats
from harness.audit.protocol.resting import without_rests
from harness.audit.refusals.wording import is_bare_failure
from harness.audit.told.beyond_client import is_beyond_client
from harness.records.audit import Observation
from harness.records.call import Outcome

BROKEN = ("timeout", "transport_error")
CRASH = "protocol.bad-arguments-crash"


def judge(observations: Sequence[Observation], context: AuditContext) -> Iterator[Verdict]:
    """Yield the verdicts on the calls of the phase `protocol`, of others on their lines only."""
    noise = (judge_noise(item.noise, item) for item in observations)
    ids = (judge_texts(item.renumbered, item) for item in observations)
    yield from (found for found in (*noise, *ids) if found is not None)
    own = [item for item in observations if item.probe.phase == "protocol"]
    for item in own:
        yield from _unknown_tool(item)
        yield from _bad_arguments(item)
        yield from _huge(item)
        yield from _cancelled(item)
    yield from judge_overlaps([item for item in own if item.probe.aim == aims.OVERLAPPING])
    repeated = (aims.SAME, aims.BETWEEN, aims.SAME_LATER)
    judged = judge_repeats([item for item in own if item.probe.aim in repeated], context)
    repeats = list(without_rests(judged, observations))
    yield from repeats
    known = {item.tool for item in repeats if _is_state(item)}
    for tool in context.tools:
        if tool.dialect is not None and tool.name not in known:
            seen = [item for item in observations if item.probe.tool == tool.name]
            yield from remembered(seen, tool.dialect)


def _is_state(verdict: Verdict) -> TypeGuard[Found]:
    return isinstance(verdict, Found) and verdict.rule == STATE_KEPT


def _unknown_tool(item: Observation) -> Iterator[Found]:
    if item.probe.aim != aims.UNKNOWN_TOOL:
        return
    outcome, name = item.call.outcome, item.probe.tool
    if outcome.plane == "result":
        message = f"no tool is called {name!r}, and yet the call of it succeeds"
        yield Found("protocol.unknown-tool-accepted", message, aims.NO_SUCH_TOOL, item)
    elif is_broken(item):
        message = f"a call of {name!r}, which is no tool, {_end(item)}"
        yield Found(CRASH, message, aims.NO_SUCH_TOOL, item, cause="unknown tool")


def _bad_arguments(item: Observation) -> Iterator[Found]:
    aim = item.probe.aim
    if aim not in (*aims.NO_ARGUMENTS, *aims.NO_OBJECT):
        return
    if is_broken(item):
        yield Found(CRASH, f"a call with {aim} {_end(item)}", observation=item, cause=aim)
    elif aim in aims.NO_OBJECT and item.call.outcome.plane == "result":
        message = f"a call with {aim} succeeds; an object was expected"
        yield Found(CRASH, message, observation=item, cause=aim)


def _huge(item: Observation) -> Iterator[Found]:
    if item.probe.aim.startswith(aims.HUGE) and is_broken(item) and not _is_http_refusal(item):
        size = item.probe.aim.removeprefix(aims.HUGE).strip(" :")
        message = f"a text of {size} {_end(item)}"
        yield Found("protocol.huge-input", message, observation=item, cause="huge")

    elif item.probe.aim.startswith(aims.HUGE) and is_bare_failure(item.call.outcome):
        size = item.probe.aim.removeprefix(aims.HUGE).strip(" :")
        message = f"a text of {size} ends in a failure of the server's own: {_end(item)}"
        yield Found("protocol.huge-input", message, observation=item, cause="huge")


def _cancelled(item: Observation) -> Iterator[Found]:
    if item.probe.aim == aims.CANCELLED and item.call.outcome.plane != "result":
        message = f"an ordinary call after one that the client cancelled {_end(item)}"
        yield Found("protocol.cancellation-broken", message, observation=item)


def is_broken(item: Observation) -> bool:
    """Tell whether a call got no answer, or the server served no more after it."""
    return item.call.outcome.plane in BROKEN or item.is_serving is False


def _is_http_refusal(item: Observation) -> bool:
    """Tell a bounded HTTP body (413 and the like), which the SDK words so, from a broken server."""
    if is_beyond_client(item.call.outcome):
        return True
    text = item.call.outcome.message or ""
    return item.is_serving is True and text == "Server returned an error response"


def _end(item: Observation) -> str:
    outcome: Outcome = item.call.outcome
    if outcome.plane == "timeout":
        return f"gets no answer: {outcome.text}"
    if outcome.plane == "transport_error":
        return f"ends the link: {outcome.text}"
    after = ", and the server does not serve after it" if item.is_serving is False else ""
    return f"ends in {outcome.plane}: {outcome.text[:120]}{after}"
