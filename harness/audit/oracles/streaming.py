"""What comes back of streams: rules `streaming.*`.

A tool may refuse `stream: true` before it asks the provider, or ask without it. Once it has asked
for a stream it has to say what the stream says, as it would say the whole answer, and it has to
notice that a stream breaks: chat streams end with `[DONE]` after a finish reason, Anthropic's with
`message_stop`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found, Verdict
from harness.audit.phases.streaming import FRAMING, STREAM, WHOLE, is_whole, label_of
from harness.audit.returned.damage import is_related
from harness.audit.returned.failing import is_whole_answer, may_fail
from harness.audit.returned.named import NAMED
from harness.audit.returned.problem import Problem
from harness.audit.returned.problems import problems
from harness.audit.returned.seen import Seen
from harness.audit.returned.style import ORDINARY, Style, found_document, learned, places_kept
from harness.audit.told.seen import own_words
from harness.audit.told.streams import is_told_unstreamed
from harness.records.audit import NotTested, Observation
from harness.upstream.framings import STREAMED

_RAW_EVENTS = re.compile(r"^(?:data|event): ?\S.*(?:\r?\n)+(?:data|event): ?\S", re.MULTILINE)
_WORTH = frozenset({"text-changed", "tool-calls-lost", "choices-lost", "field-changed"})
_CONTENT = ("choices", "content", "usage", "stop_reason")
"""Members of a document, and causes, that a stream tells as a whole answer does."""
_KEPT = frozenset(
    {"finish_reason", "stop_reason", "reasoning_content", "thinking", "refusal", "usage"}
)
"""Members that a stream must not lose when whole answers keep them. Others may be: documents of
streams are put together by hand."""
_INCOMPLETE = re.compile(
    r"incomplete|truncated|cut (?:off|short)|interrupt|broke(?:n)? off|ended (?:early|unexpectedly)"
    r"|before (?:it was|the answer was) (?:finished|complete)|partial|stream error",
    re.IGNORECASE,
)
"""A result may say of itself that it is not whole."""
_MAY_KEEP_REFUSALS = ("openai", "x.ai", ".invalid", "127.0.0.1", "localhost")
"""In the hosts of such APIs, and of a provider of which only the address here is known."""
_OTHERWISE = "streamed, it comes back otherwise than whole: "
_DENIED = re.compile(r"\w+\"?\s*[:=]\s*(?:false|null|none)\b", re.IGNORECASE)


def judge(observations: Sequence[Observation], context: AuditContext) -> Iterator[Verdict]:
    """Yield what is wrong with the streams of each tool."""
    for tool in context.tools:
        mine = [item for item in observations if item.probe.tool == tool.name]
        own = [item for item in mine if item.probe.phase == "streaming"]
        if own:
            yield from _of_tool(tool, own, mine)


def _of_tool(
    facts: ToolFacts, own: Sequence[Observation], mine: Sequence[Observation]
) -> Iterator[Verdict]:
    style = learned([item for item in mine if is_whole(item.probe)])
    streamed = [item for item in own if label_of(item.probe)[1] != WHOLE]
    asked = [item for item in streamed if _is_streamed(item)]
    if streamed and not asked:
        tool, what = own[0].probe.tool, "streaming"
        reason = "no call asked the provider for a stream: it is refused or not passed on"
        yield NotTested(tool=tool, what=what, reason=reason)
        yield from _unasked(streamed)
        if not is_told_unstreamed(facts):
            yield from _ignored(streamed)
    labelled = [(label_of(item.probe), item) for item in own]
    whole = {label: item for (label, way), item in labelled if way == WHOLE}
    usual = {item.probe.upstream.script: item for (_, way), item in labelled if way == STREAM}
    found: list[Found] = []
    for item in asked:
        label, way = label_of(item.probe)
        if item.probe.upstream.fault:
            found += _of_broken(item)
        elif way == FRAMING:
            found += _of_framed(item, usual.get(item.probe.upstream.script), style)
        elif label in whole:
            found += _of_streamed(item, whole[label], style)
    # Who does not read streams at all has no further defects in reading them.
    unread = [item for item in found if item.rule == "streaming.broken" and _is_ordinary(item)]
    yield from unread or found


def _is_ordinary(found: Found) -> bool:
    item = found.observation
    return item is not None and item.probe.upstream.script in ORDINARY


def _is_streamed(observation: Observation) -> bool:
    sent = observation.sent
    return isinstance(sent, dict) and sent["is_streamed"] is True


def _unasked(streamed: Sequence[Observation]) -> Iterator[Found]:
    """Yield the successes of a tool that does not ask its provider once a stream is wanted."""
    for item in streamed:
        if item.call.outcome.plane == "result" and item.call.interactions == ():
            message = "a stream was asked for: the provider was not, and the call ended in a result"
            yield Found("streaming.broken", message, item.probe.tool, item, cause="unasked")


def _ignored(streamed: Sequence[Observation]) -> Iterator[Found]:
    """Yield the successes of a tool that asks for a whole answer when a stream is wanted."""
    for item in streamed:
        if item.call.outcome.plane == "result" and isinstance(item.sent, dict):
            message = "a stream was asked for, and the provider was asked for a whole answer"
            yield Found("streaming.ignored", message, item.probe.tool, item, cause="ignored")


def _of_broken(item: Observation) -> Iterator[Found]:
    if item.call.outcome.plane == "result" and not _says_incomplete(item):
        fault = item.probe.upstream.fault
        message = f"a part of the stream is missing ({fault}), the call ended in a result"
        yield Found(
            "streaming.cut-as-success", message, item.probe.tool, item, cause=_unnoticed(fault)
        )


def _unnoticed(fault: str) -> str:
    """Return what the server did not notice: several faults show one lack."""
    if fault.startswith("stream-error"):
        return "an error event"
    if fault.endswith("at=inside"):
        return "a broken event"
    if fault.endswith("at=frame"):
        return "no end"
    return "no end" if fault.endswith("complete") else "a broken connection"


def _of_streamed(item: Observation, whole: Observation, style: Style) -> Iterator[Found]:
    tool, outcome = item.probe.tool, item.call.outcome
    if whole.call.outcome.plane != "result":
        return
    if outcome.plane != "result":
        if not is_whole_answer(item) and not may_fail(item, style):
            message = f"the provider was asked for a stream, the call ended in {outcome.plane}"
            yield Found("streaming.broken", message, tool, item, cause="failure")
        return
    if _is_unread(item, style):
        message = "the provider was asked for a stream, and what it says is not in the answer"
        yield Found("streaming.broken", message, tool, item, cause="unread")
        return
    before = set(_causes(whole, style))
    kept = frozenset("/".join(place) for place in places_kept(whole))
    for problem in problems(item, style):
        if _is_of_stream(problem, kept, item) and (problem.rule, problem.cause) not in before:
            message = f"{_OTHERWISE}{problem.message}"
            is_unknown = problem.cause == item.probe.upstream.script
            cause = "text" if is_unknown else problem.cause
            # Each count of a usage that was read wrongly is wrong.
            cause = "usage" if cause.startswith("usage/") else cause
            yield Found("streaming.differs", message, tool, item, cause=cause)


def _of_framed(item: Observation, usual: Observation | None, style: Style) -> Iterator[Found]:
    """Yield what comes back otherwise than of the same stream in its usual form."""
    form = f"sent {STREAMED[item.probe.upstream.framing]}"
    for found in _of_streamed(item, usual, style) if usual is not None else ():
        told = found.message.removeprefix(_OTHERWISE)
        yield found._replace(message=f"a stream {form} comes back otherwise: {told}", cause=form)


def _causes(whole: Observation, style: Style) -> Iterator[tuple[str, str]]:
    return ((problem.rule, problem.cause) for problem in problems(whole, style))


def _is_of_stream(problem: Problem, kept: Collection[str], item: Observation) -> bool:
    if "refusal" in problem.cause.split("/") and not _may_refuse(item):
        return False
    if problem.rule != "field-changed" or problem.cause in NAMED:
        return problem.rule in _WORTH
    if not problem.is_lost:
        return problem.cause.startswith(_CONTENT)
    return problem.cause in kept and not _KEPT.isdisjoint(problem.cause.split("/"))


def _may_refuse(item: Observation) -> bool:
    """Whether the API may keep refusals apart: those of OpenAI and xAI do."""
    origins = [one.request.origin for one in item.call.interactions or ()]
    return any(host in origin for origin in origins for host in _MAY_KEEP_REFUSALS)


def _says_incomplete(item: Observation) -> bool:
    """Tell whether a result says in words of its own that it is not the whole answer."""
    return _INCOMPLETE.search(_DENIED.sub("", own_words(item))) is not None


def _is_unread(item: Observation, style: Style) -> bool:
    """Tell whether the answer is the events themselves, or nothing of what they say."""
    sent = item.sent
    text = sent["text"] if isinstance(sent, dict) else None
    if not isinstance(text, str) or not text or not style.returns_text:
        return False
    seen = Seen(item.call.outcome)
    # An event may hold the whole text, so the events are looked for first; whoever tells the text
    # beside them has read them.
    if not _RAW_EVENTS.search(text) and any(map(_RAW_EVENTS.search, seen.strings)):
        return not any(text in one and not _RAW_EVENTS.search(one) for one in seen.strings)
    if seen.says(text):
        return False
    if found_document(item, seen) is not None or item.probe.upstream.script not in ORDINARY:
        return False
    return not is_related(text, [string for string in seen.strings if string])
