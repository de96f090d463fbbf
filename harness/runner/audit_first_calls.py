"""The first call of each tool: which arguments it takes, and how it talks to its provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.first_arguments import as_offered, first_arguments, says_something
from harness.audit.learned_features import is_asked, trials
from harness.audit.refusals.wording import refuses_in_a_result
from harness.audit.returned.failing import is_unfit, is_whole_answer
from harness.audit.time_limits import told_limit
from harness.errors import TargetError
from harness.records.audit import UNACCEPTED, NotTested, Observation, Probe
from harness.runner.audit_link import AuditLink
from harness.runner.audit_session import loss
from harness.upstream.scripted_call import ScriptedCall

UNKNOWN_API = "mapping, errors, outputs, streaming"
"""What is not tried of a tool that asks its provider in an API that nobody here knows."""
UNANSWERED = "mapping, outputs, streaming"
"""The same of one that sends something there, of which failures can be tried."""
MOST_QUIET = 6
"""The last try of a tool that took a call without any text, and asked nobody."""
UNSEEN = (
    "no request to its provider was seen: if it sends by something else than httpx, or is a "
    "process, give it -e BASE_URL={upstream}/api.example.com/v1"
)


@dataclass
class FirstCalls:
    """What the first calls taught."""

    tools: list[ToolFacts] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    not_tested: list[NotTested] = field(default_factory=list)
    is_attributed: bool = True
    """Whether each request was known by its call, not only by the time at which it came."""
    limits: list[float | None] = field(default_factory=list)
    """Time limits of the requests that were made in this process, in seconds."""
    lost: str = ""
    """Why the rest was not called, where the server could not be started anew."""
    told_limits: list[float] = field(default_factory=list)
    """Time limits that requests tell by their headers, in seconds."""


async def make_first_calls(
    link: AuditLink, definitions: Sequence[Mapping[str, Any]], *, seconds: float
) -> FirstCalls:
    """Call each tool until it accepts something, a few times at most."""
    found = FirstCalls()
    for place, definition in enumerate(definitions):
        try:
            await _first_call(link, definition, seconds, found)
        except TargetError as error:
            found.lost = loss(error)
            rest = [ToolFacts(one) for one in definitions[place:]]
            found.tools += rest
            found.not_tested += [
                NotTested(tool=tool.name, what=UNACCEPTED, reason=found.lost) for tool in rest
            ]
            break
    return found


async def _first_call(
    link: AuditLink, definition: Mapping[str, Any], seconds: float, found: FirstCalls
) -> None:
    tool = ToolFacts(definition)
    quiet: tuple[Observation, ScriptedCall] | None = None
    refused: list[Observation] = []
    refusal = "nothing can be made for its input schema"
    tries = chain(first_arguments(definition, link.seed), _offered(definition, refused))
    for number, arguments in enumerate(tries):
        if quiet is not None and number > MOST_QUIET:
            break
        probe = Probe(
            id=f"first/{tool.name}/{number}", phase="valid", tool=tool.name, arguments=arguments
        )
        seen, call = await link.observe(probe, base=None, seconds=seconds)
        _learn_from(call, found)
        foreign = tool.foreign or (arguments if _asks_elsewhere(call, link) else None)
        dialect = tool.dialect or next(iter(call.dialects), None)
        tool = replace(tool, foreign=foreign, dialect=dialect)
        if _is_taken(seen) and (call.interactions or not link.sees_upstream):
            await _take(link, tool, (seen, call), seconds, found)
            return
        if _is_taken(seen):
            quiet = quiet or (seen, call)
            if says_something(arguments) and [] not in arguments.values():
                break
            continue
        refused.append(seen)
        if is_unfit(seen.call.outcome):
            found.observations.append(seen)
        _note_unknown(call, tool.name, found)
        refusal = f"the last: {seen.call.outcome.plane}: {seen.call.outcome.text[:200]}"
        refusal += "" if call.interactions else f"; {UNSEEN}"
    if quiet is not None:
        await _take(link, tool, quiet, seconds, found)
        return
    found.tools.append(replace(tool, dialect=None, refused=tuple(refused)))
    reason = f"no ordinary call succeeded; {refusal}"
    found.not_tested.append(NotTested(tool=tool.name, what=UNACCEPTED, reason=reason))


def _offered(
    definition: Mapping[str, Any], refused: Sequence[Observation]
) -> Iterator[dict[str, Any]]:
    """Yield what the refusals offer; they are looked at when nothing else is left to try."""
    told = [(item.probe.arguments, item.call.outcome.text) for item in refused]
    yield from as_offered(definition, told)


def _learn_from(call: ScriptedCall, found: FirstCalls) -> None:
    found.is_attributed &= _is_attributed(call)
    found.limits += call.limits
    found.told_limits += filter(None, (told_limit(one.request) for one in call.interactions))


def _is_taken(seen: Observation) -> bool:
    """Tell whether the arguments of a call were accepted, whatever became of its answer."""
    is_refusal = seen.call.outcome.plane == "result" and refuses_in_a_result(seen)
    return (seen.call.outcome.plane == "result" and not is_refusal) or is_whole_answer(seen)


async def _take(
    link: AuditLink,
    tool: ToolFacts,
    accepted: tuple[Observation, ScriptedCall],
    seconds: float,
    found: FirstCalls,
) -> None:
    """Keep a tool with the call that it accepted."""
    seen, call = accepted
    streams = isinstance(seen.sent, dict) and seen.sent["is_streamed"] is True
    arguments = dict(seen.probe.arguments)
    facts = replace(tool, base=arguments, is_streaming=streams)
    facts = replace(facts, learned=await _learned(link, facts, seen, seconds))
    found.tools.append(facts)
    found.observations.append(seen)
    _note_unknown(call, facts.name, found)


async def _learned(
    link: AuditLink, tool: ToolFacts, base: Observation, seconds: float
) -> dict[str, tuple[str, ...]]:
    """Return which arguments ask for a feature under a name that tells it to nobody."""
    found: dict[str, tuple[str, ...]] = {}
    for number, trial in enumerate(trials(tool)):
        if trial.feature in found:
            continue
        probe = Probe(
            id=f"first/{tool.name}/learned/{number}",
            phase="valid",
            tool=tool.name,
            arguments=trial.arguments,
        )
        seen, _ = await link.observe(probe, base=None, seconds=seconds)
        if is_asked(trial, seen, base):
            found[trial.feature] = trial.path
    return found


def _asks_elsewhere(call: ScriptedCall, link: AuditLink) -> bool:
    """Tell whether a call asked something of an API that nobody here can answer for."""
    posted = [item for item in call.interactions if item.request.method.upper() == "POST"]
    return link.sees_upstream and bool(posted) and not call.dialects


def _is_attributed(call: ScriptedCall) -> bool:
    return len(call.limits) == len(call.interactions)


def _note_unknown(call: ScriptedCall, tool: str, found: FirstCalls) -> None:
    if call.interactions and not call.dialects:
        request = call.interactions[0].request
        is_posted = any(item.request.method == "POST" for item in call.interactions)
        what = UNANSWERED if is_posted else UNKNOWN_API
        reason = (
            f"it asks its provider in no API that the audit knows: {request.method} "
            f"{request.url.partition('?')[0]}"
        )
        # The URLs of one tool may differ by its arguments; the first of them says enough.
        if not any((note.tool, note.what) == (tool, what) for note in found.not_tested):
            found.not_tested.append(NotTested(tool=tool, what=what, reason=reason))
