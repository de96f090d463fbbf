"""One call made again and again, with others between: what changed although nothing should."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.audit.context import AuditContext
from harness.audit.found import Found, Verdict
from harness.audit.mapped.told_changes import tells_memory
from harness.audit.protocol import aims
from harness.audit.protocol.left_requests import is_same_but_for_left, own_requests
from harness.audit.protocol.places import answer_to, holds, sentinel_in
from harness.audit.protocol.steady import changes, steady_answer
from harness.audit.refusals.pace import is_of_pace, tells_rest
from harness.audit.refusals.wording import refuses_in_a_result
from harness.records.audit import NotTested, Observation
from harness.records.call import Difference

NOT_DETERMINISTIC, STATE_KEPT = "protocol.not-deterministic", "protocol.state-kept"
LONGEST_SHOWN = 120


@dataclass(frozen=True)
class Repeats:
    """The equal calls of one tool, before others and after them."""

    tool: str
    before: Sequence[Observation]
    after: Sequence[Observation]
    between: Sequence[Observation]

    @property
    def same(self) -> Sequence[Observation]:
        """All equal calls, in their order."""
        return (*self.before, *self.after)

    @property
    def all(self) -> Sequence[Observation]:
        """The equal calls, and those between them."""
        return (*self.same, *self.between)


def judge_repeats(observations: Sequence[Observation], context: AuditContext) -> Iterator[Verdict]:
    """Yield what repeated calls show of each tool."""
    for tool in dict.fromkeys(item.probe.tool for item in observations):
        own = [item for item in observations if item.probe.tool == tool]
        repeats = Repeats(
            tool,
            [item for item in own if item.probe.aim == aims.SAME],
            [item for item in own if item.probe.aim == aims.SAME_LATER],
            [item for item in own if item.probe.aim == aims.BETWEEN],
        )
        if len(repeats.before) < 2 or not repeats.after:
            continue
        yield from _of_tool(repeats, context)


def _of_tool(repeats: Repeats, context: AuditContext) -> Iterator[Verdict]:
    facts = context.tool(repeats.tool)
    if not context.sees_upstream or facts is None or facts.dialect is None:
        reason = "its provider's answers are not the audit's, so equal calls may differ"
        for rule in (NOT_DETERMINISTIC, STATE_KEPT):
            yield NotTested(tool=repeats.tool, what=rule, reason=reason)
        return
    if tells_memory(facts.description):
        reason = "its description tells that the server keeps what was said before"
        yield NotTested(tool=repeats.tool, what=STATE_KEPT, reason=reason)
        return
    if any(map(is_of_pace, repeats.same)):
        reason = "the server refuses the pace of the calls"
        yield NotTested(tool=repeats.tool, what=STATE_KEPT, reason=reason)
        return
    if any(not item.call.interactions and tells_rest(item.call.outcome) for item in repeats.all):
        reason = "the server rests after failures, as it says"
        yield NotTested(tool=repeats.tool, what=STATE_KEPT, reason=reason)
        return
    if any(item.call.outcome.plane != "result" for item in repeats.same):
        failed = next(item for item in repeats.same if item.call.outcome.plane != "result")
        yield from _failed(repeats, failed)
        return
    unasked = next((item for item in _fresh(repeats) if not item.call.interactions), None)
    if unasked is not None:
        message = "a call with arguments that were never given before does not ask the provider"
        yield Found(STATE_KEPT, message, repeats.tool, unasked, cause="unasked")
        return
    asked = list(_changed_requests(repeats))
    yield from asked
    if not asked:
        yield from _changed_answers(repeats)


def _failed(repeats: Repeats, failed: Observation) -> Iterator[Verdict]:
    """Yield what a failure means: an equal call that went well before it makes it a finding."""
    outcome = failed.call.outcome
    if failed is repeats.before[0]:
        reason = f"the call to repeat failed: {outcome.plane}: {_short(outcome.text)}"
        for rule in (NOT_DETERMINISTIC, STATE_KEPT):
            yield NotTested(tool=repeats.tool, what=rule, reason=reason)
        return
    message = (
        f"the same call with the same answer of the provider ends in {outcome.plane} "
        f"where it succeeded before: {_short(outcome.text)}"
    )
    yield Found(STATE_KEPT, message, repeats.tool, failed, cause="failure")


def _fresh(repeats: Repeats) -> Iterator[Observation]:
    """Yield successful calls whose arguments are of this phase only, the first of equal ones."""
    for item in (repeats.before[0], *repeats.between):
        is_own = holds(item.probe.arguments, "toolreel-")
        is_answer = item.call.outcome.plane == "result" and not refuses_in_a_result(item)
        if is_own and is_answer and not item.probe.upstream.fault:
            yield item


def _changed_requests(repeats: Repeats) -> Iterator[Found]:
    asking = [item for item in repeats.same if item.call.interactions]
    requests = [own_requests(item) for item in asking]
    moving = _moving(list(map(_in_order, requests[: len(repeats.before)])))
    for earlier, later, item in zip(requests, requests[1:], asking[1:], strict=False):
        if is_same_but_for_left(earlier, later):
            continue
        for change in changes(_in_order(earlier), _in_order(later)):
            if change.pointer in moving and not _grows(change):
                continue
            message = (
                "the same call asks the provider otherwise after earlier calls: "
                f"{change.pointer} {_told(change)}"
            )
            yield Found(STATE_KEPT, message, repeats.tool, item, cause=f"request {change.pointer}")
            return


def _moving(requests: Sequence[Any]) -> set[str]:
    """Return the places that are another scalar at each equal call: a random seed, a counter."""
    return {
        change.pointer
        for earlier, later in itertools.pairwise(requests)
        for change in changes(earlier, later)
        if change.change == "changed" and not isinstance(change.actual, list | dict)
    }


def _grows(change: Difference) -> bool:
    """Tell whether the new value holds a sentinel more than the old one: an earlier question."""
    count = "toolreel-"
    return str(change.actual).count(count) > str(change.recorded).count(count)


def _changed_answers(repeats: Repeats) -> Iterator[Verdict]:
    before = [steady_answer(item.call.outcome) for item in repeats.before]
    for earlier, later, item in zip(before, before[1:], repeats.before[1:], strict=False):
        for change in changes(earlier, later):
            message = (
                "the same call with the same answer of the provider gives another result: "
                f"{change.pointer} {_told(change)}"
            )
            yield Found(NOT_DETERMINISTIC, message, repeats.tool, item, cause="answer")
            return
    for item in repeats.after:
        for change in changes(before[-1], steady_answer(item.call.outcome)):
            if _asked_nobody(item) and repeats.before[-1].call.interactions:
                reason = "after other calls it answers without asking the provider"
                yield NotTested(tool=repeats.tool, what=STATE_KEPT, reason=reason)
                return
            message = (
                "the same call with the same answer of the provider gives another result after "
                f"other calls: {change.pointer} {_told(change)}"
            )
            yield Found(STATE_KEPT, message, repeats.tool, item, cause="answer")
            return


def _asked_nobody(item: Observation) -> bool:
    """Whether a call answers by itself, and not with what another call was answered."""
    if item.call.interactions:
        return False
    own = answer_to(sentinel_in(item.probe.arguments))
    answers = re.findall(r"toolreel-[a-z]+-\d{3}-answered", item.call.outcome.text)
    return all(answer == own for answer in answers)


def _in_order(requests: Sequence[Any]) -> Any:
    """Return what a call asks; requests that it makes beside each other come in any order."""
    if len(requests) == 1:
        return requests[0]
    return sorted(requests, key=lambda request: json.dumps(request, sort_keys=True))


def _told(change: Difference) -> str:
    if change.change == "added":
        return f"is there now: {_short(change.actual)}"
    if change.change == "removed":
        return f"is gone: {_short(change.recorded)}"
    return f"was {_short(change.recorded)}, is {_short(change.actual)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
