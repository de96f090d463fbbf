"""What the caller gave reaches the provider unchanged, and nothing else does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from jsonpointer import JsonPointer

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.dialect import recognised
from harness.audit.found import Found, Verdict
from harness.audit.mapped.added_inside import added_inside
from harness.audit.mapped.argument import Arrival, arrival
from harness.audit.mapped.argument_places import MISSING, is_called_sent
from harness.audit.mapped.credentials import credential_of, misplaced
from harness.audit.mapped.for_the_model import is_flat, is_for_the_model, names_a_key
from harness.audit.mapped.further_fields import is_further
from harness.audit.mapped.given import Given
from harness.audit.mapped.held import says_twice
from harness.audit.mapped.invented import additions
from harness.audit.mapped.invented_beside import additions_beside
from harness.audit.mapped.other_names import has_names_to_choose, is_integer
from harness.audit.mapped.own_argument import altered, without_other_words
from harness.audit.mapped.refused_headers import refused
from harness.audit.mapped.reordered import reordered
from harness.audit.mapped.requests import (
    REFUSED_AGAIN,
    answered,
    asked,
    asks_nobody,
    base_observation,
    is_ordinary,
    keeps_doubles_only,
    repeated,
)
from harness.audit.mapped.streamed_twin import AIM as TWINS
from harness.audit.mapped.streamed_twin import lost_in_streams
from harness.audit.mapped.together import AIM as SEVERAL
from harness.audit.mapped.together import lost_beside_others
from harness.audit.mapped.told_as import is_ignored
from harness.audit.mapped.told_changes import tells_rounds
from harness.audit.mapped.told_values import wrong_values
from harness.audit.mapped.unread import unread
from harness.audit.told.pages import is_page
from harness.records.audit import NotTested, Observation

_SHOWN = 80
FINAL = (400, 401, 403, 404, 413, 422)
"""Statuses by which a provider refuses the request itself: the same one is refused again. The
official SDKs of OpenAI and Anthropic try none of them again."""


def judge(observations: Sequence[Observation], context: AuditContext) -> Iterator[Verdict]:
    """Yield the breaches of the rules `mapping.*`."""
    ordinary = [item for item in observations if is_ordinary(item)]
    for tool in context.tools:
        own = [item for item in ordinary if item.probe.tool == tool.name]
        base = base_observation(tool, own)
        if tool.dialect is not None and base is not None and asked(base) is not None:
            yield from _arguments(tool, base, observations)
            yield from _additions(tool, base, own)
        called = [item for item in observations if item.probe.tool == tool.name]
        if not asks_nobody(tool, called):
            yield from () if tells_rounds(tool.description) else _repeated(own)
            yield from _repeated_after_refusal(called)
    for item in misplaced(observations, context):
        yield Found(
            rule="mapping.credential-misplaced",
            message=f"a credential stands in {item.place}",
            observation=item.observation,
            cause=item.place,
        )
    for request in refused(observations, context):
        yield Found(
            rule="mapping.request-refused",
            message=f"the provider refuses the request: {request.why}",
            observation=request.observation,
            cause=request.why,
        )


def _arguments(
    tool: ToolFacts, base: Observation, observations: Sequence[Observation]
) -> Iterator[Verdict]:
    by_aim: dict[str, list[Observation]] = {}
    for item in observations:
        if item.probe.phase == "mapping" and item.probe.tool == tool.name:
            by_aim.setdefault(item.probe.aim, []).append(item)
    doubles = keeps_doubles_only(observations)
    for lost in lost_in_streams(by_aim.pop(TWINS, ())):
        is_gone = lost.arrived is MISSING
        end = "is gone" if is_gone else f"is {_short(lost.arrived)}"
        yield Found(
            rule="mapping.argument-dropped" if is_gone else "mapping.argument-changed",
            message=f"{lost.key} = {_short(lost.value)} {end} once a stream is asked for",
            tool=tool.name,
            observation=lost.observation,
            cause=f"streamed: {lost.key}",
        )
    both = [item for item in by_aim.pop(SEVERAL, ()) if is_ordinary(item) and asked(item)]
    own = (item for item in observations if item.probe.tool == tool.name and is_ordinary(item))
    bodies = [body for item in own if (body := asked(item)) is not None]
    again = repeated(observations)
    alone: dict[str, Sequence[Given]] = {}
    for aim, seen in by_aim.items():
        assert tool.dialect is not None
        path = tuple(JsonPointer(aim).parts)
        first = [item for item in seen if item.probe.id not in again]
        for bad in unread([Given(tool, tool.dialect, path, item, base) for item in first], bodies):
            yield _found(bad.rule, f"{aim} = {_short(bad.given.value)} {bad.what}", bad.given, aim)
        usable = [item for item in seen if is_ordinary(item) and asked(item) is not None]
        if not usable:
            reason = "no call with it both succeeded and asked the provider"
            yield NotTested(tool=tool.name, what=f"mapping of {aim}", reason=reason)
            continue
        given = [Given(tool, tool.dialect, path, item, base) for item in usable]
        alone[aim] = given
        yield from _argument(tool, aim, given, doubles=doubles)
    for one in lost_beside_others(tool, base, both, alone):
        what = "has no effect" if one.came.fate == "dropped" else "arrives changed"
        beside = ", ".join(one.others)
        text = f"{one.pointer} = {_short(one.given.value)} {what} beside others ({beside})"
        rule = f"argument-{one.came.fate}"
        yield _found(rule, text, one.given, one.pointer)


def _argument(
    tool: ToolFacts, aim: str, given: Sequence[Given], *, doubles: bool
) -> Iterator[Verdict]:
    came_of = [(one, arrival(one)) for one in given if one.value is not MISSING]
    arrivals = without_other_words(came_of)
    if _are_own_names([pair for pair in arrivals if pair[1].fate == "changed"], arrivals):
        return
    for one, came in arrivals:
        if came.fate == "dropped":
            text = f"{aim} = {_short(one.value)} has no effect on the request"
            yield _found("argument-dropped", text, one, aim)
        elif came.fate == "changed" and _is_rounded_only(came):
            yield from _rounded(one, came, aim, doubles=doubles)
        elif came.fate == "changed":
            yield _found("argument-changed", _changed_text(aim, came), one, aim)
    yield from _unknown(tool, aim, arrivals)
    tried = [one for one, _ in arrivals]
    for one in tried:
        if why := is_ignored(one):
            text = f"{aim} = {_short(one.value)} {why}, and is neither refused nor sent"
            yield _found("argument-dropped", text, one, aim)
    yield from _as_told(aim, arrivals)
    if is_flat(tried):
        one = arrivals[0][0]
        text = f"all values of {aim} make one and the same request and result"
        yield _found("argument-dropped", text, one, aim)


def _as_told(aim: str, arrivals: Sequence[tuple[Given, Arrival]]) -> Iterator[Found]:
    """Yield what arrives in another order than it was given, or otherwise than is described."""
    for one, order in reordered([one for one, came in arrivals if came.fate == "arrived"]):
        text = f"{aim}: the objects arrive in another order: {', '.join(order)}"
        yield _found("argument-changed", text, one, aim)
    for one, value in wrong_values([one for one, _ in arrivals]):
        text = f"{aim} = {_short(one.value)} does not send {value}, as its description tells"
        yield _found("argument-changed", text, one, aim)


def _is_rounded_only(came: Arrival) -> bool:
    return bool(came.differences) and all(item.is_double for item in came.differences)


def _rounded(one: Given, came: Arrival, aim: str, *, doubles: bool) -> Iterator[Verdict]:
    """Judge an integer that is another one now, but the same number for a double."""
    if doubles:
        reason = "the server's runtime keeps numbers as doubles (RFC 8259 §6)"
        yield NotTested(tool=one.tool.name, what=f"large integers in {aim}", reason=reason)
    elif is_integer(one):
        yield _found("argument-changed", _changed_text(aim, came), one, aim)


def _unknown(
    tool: ToolFacts, aim: str, arrivals: Sequence[tuple[Given, Arrival]]
) -> Iterator[Verdict]:
    """Judge an argument of the tool's own."""
    for one, arrived in altered([one for one, _ in arrivals if one.parameter is None]):
        end = "does not arrive as given" if arrived is None else f"arrives as {_short(arrived)}"
        yield _found("argument-changed", f"{aim} = {_short(one.value)} {end}", one, aim)
    if {came.fate for _, came in arrivals} in ({"unknown"}, {"unknown", "unasked"}):
        first = next(one for one, came in arrivals if came.fate == "unknown")
        is_sent = is_called_sent(tool.schema, first.path) or names_a_key(first)
        is_sent = is_sent or is_further(first.path)
        said = "says it is sent" if is_sent else ""
        if said or is_for_the_model(first):
            text = f"{aim} = {_short(first.value)} has no effect, and its description "
            text += said or "speaks of what the model is told"
            yield _found("argument-dropped", text, first, aim)
            return
        reason = "it changes neither the request nor the result; it may be a local setting"
        yield NotTested(tool=tool.name, what=f"mapping of {aim}", reason=reason)


def _are_own_names(
    changed: Sequence[tuple[Given, Arrival]], arrivals: Sequence[tuple[Given, Arrival]]
) -> bool:
    """Whether the published names stand for other ones of the provider, each for one of its own."""
    if not changed or not all(has_names_to_choose(one) for one, _ in changed):
        return False
    names: dict[str, Any] = {}
    for one, came in changed:
        difference = came.differences[0] if came.differences else None
        if difference is None or difference.pointer or not isinstance(difference.arrived, str):
            return False
        names[str(one.value)] = difference.arrived
    published = {str(one.value).lower() for one, _ in arrivals}
    is_one_to_one = len(set(names.values())) == len(names)
    return is_one_to_one and not any(name.lower() in published for name in names.values())


def _additions(tool: ToolFacts, base: Observation, own: Sequence[Observation]) -> Iterator[Verdict]:
    assert tool.dialect is not None
    if len({json.dumps(item.call.arguments, sort_keys=True) for item in own}) < 2:
        return  # what is made from the arguments cannot be told from what is invented
    beside = additions_beside(tool, tool.dialect, base, own)
    for addition in (*additions(tool, tool.dialect, own), *beside, *added_inside(tool, own)):
        yield Found(
            rule="mapping.invented",
            message=f"the request has {addition.name} = {_short(addition.value)}, which was not "
            "given and which the tool's definition does not tell",
            observation=addition.observation,
            cause=addition.name,
        )


def _repeated(own: Sequence[Observation]) -> Iterator[Verdict]:
    for observation in own:
        requests = [(item.request.url, item.request.body) for item in answered(observation)]
        is_wanted = says_twice(observation.call.arguments)
        if len(set(requests)) < len(requests) and not is_wanted:
            yield Found(
                rule="mapping.repeated-request",
                message=f"the same request was answered {_most_alike(requests)} times in one call",
                observation=observation,
                cause="repeated",
            )


def _repeated_after_refusal(own: Sequence[Observation]) -> Iterator[Verdict]:
    """Judge what is sent again though the provider said that the request itself is wrong."""
    for observation in own:
        final = [
            (item.request.url, item.request.body, credential_of(item.request))
            for item in observation.call.interactions or ()
            if item.response is not None
            and item.response.status in FINAL
            and not is_page(item.response)
            and recognised(item.request) is not None
        ]
        if len(set(final)) < len(final):
            yield Found(
                rule="mapping.repeated-request",
                message=f"the same request was sent {_most_alike(final)} times in one call, though "
                "the provider refused the request itself",
                observation=observation,
                cause=REFUSED_AGAIN,
            )


def _most_alike(requests: Sequence[Hashable]) -> int:
    return max(Counter(requests).values())


def _found(rule: str, message: str, given: Given, aim: str) -> Found:
    return Found(
        rule=f"mapping.{rule}",
        message=message,
        observation=given.seen,
        pointer=aim,
        cause=aim,
    )


def _changed_text(aim: str, came: Arrival) -> str:
    if came.place:
        return f"{aim} {came.place}"
    if not came.differences:
        return f"{aim} arrives changed"
    first = came.differences[0]
    place = f"{aim}{first.pointer}"
    if first.arrived is None:
        return f"{place} = {_short(first.given)} does not arrive as it was given"
    return f"{place} = {_short(first.given)} arrives as {_short(first.arrived)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
