"""The published input schema is what a tool enforces: no less, no more, and nothing silently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from harness.audit.carried import carried
from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found, Verdict
from harness.audit.refusals.accepted import COERCED, as_converted, judge_accepted
from harness.audit.refusals.causes import (
    conversion_of,
    place_of,
    with_common_causes,
    with_common_place,
    with_common_wording,
)
from harness.audit.refusals.left_requests import meeting_left_requests
from harness.audit.refusals.notes import folded
from harness.audit.refusals.pace import is_at_rest, is_of_pace
from harness.audit.refusals.planned import NO_FORM, generator_of
from harness.audit.refusals.read_first import read_first
from harness.audit.refusals.refused import (
    is_for_others,
    judge_refused,
    judge_valid,
    reasons_of_its_own,
)
from harness.audit.refusals.reply import asks_provider, reply_to, usual_answers
from harness.audit.refusals.stripping import told_as_stripped
from harness.audit.refusals.unserved_models import without_unserved_models
from harness.records.audit import NotTested, Observation, Phase

OF_TYPES = ("type", "anyOf", "oneOf")
"""Keywords by which a value of a wrong type is wrong; a union has no type of its own."""
PHASES: tuple[Phase, ...] = ("valid", "boundary", "invalid")


def judge(observations: Sequence[Observation], context: AuditContext) -> Iterator[Verdict]:
    """Yield the breaches of the rules `validation.*`."""
    own = [item for item in observations if item.probe.phase in PHASES]
    found = []
    names = frozenset(tool.name for tool in context.tools)
    for tool in context.tools:
        called = [item for item in own if item.probe.tool == tool.name]
        seen = [item for item in called if not is_of_pace(item)]
        if len(seen) < len(called):
            reason = f"{len(called) - len(seen)} calls were refused for the pace of all of them"
            yield NotTested(tool=tool.name, what="valid, boundary, invalid", reason=reason)
        awake = [item for item in seen if not is_at_rest(item)]
        if len(awake) < len(seen):
            reason = f"{len(seen) - len(awake)} calls were refused as the server rests for a while"
            yield NotTested(tool=tool.name, what="valid, boundary, invalid", reason=reason)
        if awake:
            found += list(_tool(tool, awake, names, asks_provider(tool, awake)))
    yield from folded(told_as_stripped(found, own))


def _tool(
    tool: ToolFacts, own: Sequence[Observation], names: Collection[str], asks: bool
) -> Iterator[Verdict]:
    yield from _left_out(tool)
    wrong: list[Found] = []
    tried: dict[str, set[str]] = defaultdict(set)
    converted: dict[str, set[str]] = defaultdict(set)
    refused: set[str] = set()
    valid: list[Verdict] = []
    others, roles = reasons_of_its_own(own), carried(own)
    usual, left = usual_answers(own), meeting_left_requests(own)
    for item in own:
        violation = item.probe.violation
        if violation is None:
            valid += judge_valid(item, tool, roles, names, asks=asks)
        elif violation.keyword == NO_FORM:
            yield _without_form(tool)
        else:
            tried[violation.keyword].add(place_of(violation))
            converted[conversion_of(violation)].add(place_of(violation))
            reply = reply_to(item, usual, left, asks=asks)
            if reply == "accepted" and not is_for_others(item, others):
                read = read_first(item, tool)
                yield from [read] if read is not None else ()
                wrong += judge_accepted(item, tool, own) if read is None else ()
            else:
                if violation.keyword in OF_TYPES and reply != "accepted":
                    refused.add(place_of(violation))
                yield from judge_refused(item, reply, tool, others)
    valid = list(without_unserved_models(valid, own, tool))
    yield from (item for item in valid if isinstance(item, NotTested))
    yield from with_common_wording(item for item in valid if isinstance(item, Found))
    wrong = [as_converted(item, tool, refused) for item in wrong]
    for rule in dict.fromkeys(item.rule for item in wrong):
        breaches = [item for item in wrong if item.rule == rule]
        if rule == COERCED:
            yield from with_common_place(breaches)
        else:
            yield from with_common_causes(breaches, tried, converted)


def _left_out(tool: ToolFacts) -> Iterator[NotTested]:
    """Yield the parts of the input schema for which nothing was tried, and why."""
    generator = generator_of(tool)
    if generator is None:
        reason = "nothing can be made for its input schema"
        yield NotTested(tool=tool.name, what="valid, boundary, invalid", reason=reason)
        return
    for part in generator.unsupported:
        what = f"{part.keyword} at {part.pointer or '(root)'}"
        yield NotTested(tool=tool.name, what=what, reason=part.reason)
    for place in generator.coverage:
        if place.reason:
            what = f"{place.keyword} at {place.schema_pointer or '(root)'}"
            yield NotTested(tool=tool.name, what=what, reason=place.reason)


def _without_form(tool: ToolFacts) -> NotTested:
    reason = "JSON has no form for them: the transport sends null"
    return NotTested(tool=tool.name, what="NaN and infinities", reason=reason)
