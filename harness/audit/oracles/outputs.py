"""What comes back of ordinary answers: rules `output.*`.

What "comes back" means is learned from the server (`returned.style`): a tool that returns the text
is judged by the text, one that returns the provider's document, whatever it is wrapped in, by all
of it. Tool calls and several choices have to come back where the tool lets callers ask for them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found, Verdict
from harness.audit.mapped.told_changes import writes_code
from harness.audit.phases.outputs import label_of
from harness.audit.phases.streaming import is_whole
from harness.audit.refusals.wording import shape
from harness.audit.returned.damage import UNFENCED, is_related
from harness.audit.returned.endings import untold_cut
from harness.audit.returned.failing import (
    DECLINED,
    NO_WORDS,
    UNASKED,
    is_unfit,
    is_unforeseen,
    is_whole_answer,
    may_fail,
    may_lack_members,
)
from harness.audit.returned.named import CALL_IDS
from harness.audit.returned.parsed import comes_back_parsed
from harness.audit.returned.problems import problems
from harness.audit.returned.seen import Seen
from harness.audit.returned.structure import breach, disagreement
from harness.audit.returned.style import ORDINARY, Style, learned
from harness.audit.told_variants import told_variants
from harness.records.audit import NotTested, Observation
from harness.upstream.framings import WHOLE

_NO_TEXT = "the tool does not return the text of the model"


def judge(observations: Sequence[Observation], context: AuditContext) -> Iterator[Verdict]:
    """Yield what is wrong with the outputs of each tool.

    Marks of success, and structured content, are looked at in every phase; what came back of the
    answer in the phase `outputs` only.
    """
    for tool in context.tools:
        mine = [item for item in observations if item.probe.tool == tool.name]
        # The first of equal findings is shown: one of this phase can be asked for by its id.
        mine.sort(key=lambda item: item.probe.phase != "outputs")
        for item in mine:
            yield from _of_form(item, tool.definition.get("outputSchema"))
            yield from _unfit(item)
        if not _TELLS_ERRORS.search(tool.told):
            yield from _marked(mine)
        style = learned([item for item in mine if is_whole(item.probe)])
        own = [item for item in mine if item.probe.phase == "outputs"]
        asked = [item for item in own if not item.probe.upstream.framing]
        yield from _unseen(asked)
        yield from _returned(asked, style, tool)
        cut = untold_cut(asked, tool)
        if cut is not None:
            message = "an answer that was cut at its limit comes back as a whole one does, "
            message += "though the tool tells of the finish reason"
            yield Found("output.field-changed", message, tool.name, cut, cause="finish")
        yield from _of_forms(own, style)


def _of_form(observation: Observation, schema: object) -> Iterator[Found]:
    """Yield what is wrong with a result whatever it says."""
    outcome, probe = observation.call.outcome, observation.probe
    if outcome.plane != "result":
        return
    broken = breach(outcome, schema) if isinstance(schema, dict) else None
    if broken is not None:
        message = f"structuredContent does not obey outputSchema: {broken}"
        yield Found("output.schema-broken", message, probe.tool, observation, cause=broken)
    sent = observation.sent
    text = str(sent["text"] or "") if isinstance(sent, dict) else ""
    place = disagreement(outcome, text)
    if place is not None:
        message = f"structuredContent and the text differ at {place}"
        yield Found("output.structured-disagrees", message, probe.tool, observation, cause=place)


def _unfit(observation: Observation) -> Iterator[Found]:
    """Yield a first call whose answer fits neither the protocol nor the tool's own schema."""
    outcome, probe = observation.call.outcome, observation.probe
    if probe.id.startswith("first/") and observation.sent and is_unfit(outcome):
        message = f"the provider answered as usual, no client gets it: {outcome.text[:200]}"
        yield Found("output.valid-failed", message, probe.tool, observation, cause="every answer")


_TELLS_ERRORS = re.compile(
    r"\b(?:answers?|replies|response)\b[^.\n]{0,60}"
    r"\b(?:(?:is|are|as|be) an? error|fails?|refused)\b",
    re.IGNORECASE,
)
"""A tool for answers of one form may call all others errors, where it says so."""


def _marked(mine: Sequence[Observation]) -> Iterator[Found]:
    """Yield the answers that are marked as failures."""
    served = [item for item in mine if not item.probe.upstream.fault and not item.probe.violation]
    # What the provider declined, or left empty, may be told as a failure with what there is of it.
    unusable = DECLINED | NO_WORDS | UNASKED
    judged = [item for item in served if item.probe.upstream.script not in unusable]
    wrong = [item for item in judged if is_whole_answer(item) and not may_lack_members(item)]
    is_ordinary = any(item.probe.upstream.script in ORDINARY for item in wrong)
    for item in wrong:
        message = "the answer of the provider came back whole, with isError"
        cause = "any answer" if is_ordinary else item.probe.upstream.script
        yield Found("output.is-error-wrong", message, item.probe.tool, item, cause=cause)


def _unseen(asked: Sequence[Observation]) -> Iterator[NotTested]:
    """Tell what did not reach the provider, and what cannot be told from the SDK's own limits."""
    if asked:
        reason = "the SDK's stdio transport drops every answer with one, whoever wrote the server"
        yield NotTested(tool=asked[0].probe.tool, what="output of lone surrogates", reason=reason)
    for item in asked:
        if not item.sent:
            what = f"output of {label_of(item.probe)}"
            yield NotTested(
                tool=item.probe.tool, what=what, reason="the call did not ask the provider"
            )


def _tells_the_rest(item: Observation) -> bool:
    """Tell whether what the model said after its thoughts comes back, without these."""
    text = str(item.sent["text"]) if isinstance(item.sent, dict) else ""
    seen = Seen(item.call.outcome)
    return not seen.says(text) and seen.says(text.rpartition("</think>")[2].strip())


def _takes_results(tool: ToolFacts) -> bool:
    """Tell whether callers can give the results of calls back, which needs the ids of the calls."""
    schema = json.dumps(dict(tool.schema))
    return any(f'"{name}"' in schema for name in ("tool_call_id", "tool_use_id", "messages"))


def _returned(asked: Sequence[Observation], style: Style, tool: ToolFacts) -> Iterator[Verdict]:
    served = [item for item in asked if item.sent]
    for item in served:
        if item.call.outcome.plane != "result" or _is_told_failure(item):
            yield from _failed(item, style)
        elif label_of(item.probe) == "thoughts-inside" and _tells_the_rest(item):
            yield NotTested(
                tool=tool.name,
                what="output of thoughts-inside",
                reason="a server may part the thoughts of a model from its answer",
            )
        elif label_of(item.probe) == "several-texts" and not (style.carried or style.returns_text):
            yield NotTested(tool=tool.name, what="output of several-texts", reason=_NO_TEXT)
        else:
            for problem in problems(item, style):
                if problem.cause == CALL_IDS and not _takes_results(tool):
                    continue
                if problem.rule == "text-changed" and _is_told(problem.cause, item, tool):
                    continue
                rule = f"output.{problem.rule}"
                yield Found(rule, problem.message, tool.name, item, cause=problem.cause)
    if not style.returns_text:
        yield from _ordinary_text([item for item in served if not _is_told("", item, tool)])


def _is_told(cause: str, item: Observation, tool: ToolFacts) -> bool:
    """Tell whether the tool's description lets a text come back so."""
    if cause == UNFENCED and writes_code(tool.told):
        return True
    text = str(item.sent["text"]) if isinstance(item.sent, dict) else ""
    seen = Seen(item.call.outcome)
    if any(map(seen.says, told_variants(tool.told, text))):
        return True
    return comes_back_parsed(item, tool)


def _of_forms(own: Sequence[Observation], style: Style) -> Iterator[Found]:
    """Yield what comes back otherwise than of the same answer in its usual form."""
    usual = {item.probe.upstream.script: item for item in own if not item.probe.upstream.framing}
    for item in own:
        same = usual.get(item.probe.upstream.script)
        if not (item.probe.upstream.framing and item.sent and same):
            continue
        if same.call.outcome.plane != "result":
            continue
        tool, form = item.probe.tool, f"sent {WHOLE[item.probe.upstream.framing]}"
        if item.call.outcome.plane != "result":
            message = f"the provider answered as usual, {form}: the call ended in "
            message += item.call.outcome.plane
            yield Found("output.valid-failed", message, tool, item, cause=form)
            continue
        before = {(problem.rule, problem.cause) for problem in problems(same, style)}
        for problem in problems(item, style):
            if (problem.rule, problem.cause) not in before:
                message = f"an answer {form} comes back otherwise: {problem.message}"
                yield Found(f"output.{problem.rule}", message, tool, item, cause=form)


def _is_told_failure(item: Observation) -> bool:
    """Tell whether a result without any text of the model is a failure that nobody foresaw."""
    is_silent = isinstance(item.sent, dict) and not item.sent["text"]
    return is_silent and is_unforeseen(item.call.outcome.text)


def _failed(item: Observation, style: Style) -> Iterator[Verdict]:
    if is_whole_answer(item) and item.probe.upstream.script not in DECLINED:
        return
    probe, outcome = item.probe, item.call.outcome
    if outcome.plane != "result" and may_fail(item, style):
        reason = f"the server calls this answer a failure, which it may: {outcome.plane}"
        yield NotTested(tool=probe.tool, what=f"output of {label_of(probe)}", reason=reason)
        return
    ended = f"the call ended in {outcome.plane}"
    if outcome.plane == "result":
        ended = f"the result tells a failure: {outcome.text[:120]}"
    message = f"the provider answered as usual ({label_of(probe)}), {ended}"
    cause = label_of(probe) if style.returns_text or style.carried else "every answer"
    if isinstance(item.sent, dict) and not item.sent["text"]:
        # Told in the same words, a missing text is one cause, whatever stands beside it.
        cause = f"no text: {shape(outcome.text)[:120]}"
    yield Found("output.valid-failed", message, probe.tool, item, cause=cause)


def _ordinary_text(served: Sequence[Observation]) -> Iterator[Verdict]:
    """Judge a tool whose answers never show the ordinary text: is it damaged, or not returned?"""
    results = [item for item in served if item.call.outcome.plane == "result"]
    for item in (item for item in results if item.probe.upstream.script in ORDINARY):
        sent = item.sent
        text = str(sent["text"]) if isinstance(sent, dict) else ""
        seen = [string for string in Seen(item.call.outcome).strings if string]
        if not any(map(str.strip, seen)) or is_related(text, seen):
            message = "the text of an ordinary answer does not come back as it was sent"
            yield Found("output.text-changed", message, item.probe.tool, item, cause="every text")
        else:
            yield NotTested(
                tool=item.probe.tool,
                what=f"output of {label_of(item.probe)}",
                reason=_NO_TEXT,
            )
