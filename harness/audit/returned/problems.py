"""What is wrong with a result, by the rules of the area `output`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.audit.json_text import json_value
from harness.audit.mapped.conversation import texts_of
from harness.audit.refusals.wording import begins_as_failure, tells_failure
from harness.audit.returned.copied import emptied
from harness.audit.returned.counted import miscounted
from harness.audit.returned.damage import TRIMMED, damage
from harness.audit.returned.documents import Mismatch, Place, mismatches
from harness.audit.returned.named import IN_PLACE, wrong_members
from harness.audit.returned.passed_on import left_beside, out_of_place, written_anew
from harness.audit.returned.problem import Problem, shown
from harness.audit.returned.seen import Seen, strings_in
from harness.audit.returned.several import another_choice, blocks_lost
from harness.audit.returned.style import (
    Style,
    found_document,
    request_of,
    says_number,
    sent_document,
)
from harness.audit.returned.text_members import said_at
from harness.records.audit import Observation

_TEXTS: frozenset[Place] = frozenset(
    {
        ("choices", "*", "message", "content"),
        ("choices", "*", "text"),
        ("content", "text", "text"),
        ("content", "text"),
    }
)
_CALLS = frozenset({"tool_calls", "tool_use"})
_OWN: frozenset[str] = frozenset({"id", "object", "created", "model", "system_fingerprint"})
"""Top members that name the answer: a server that puts an answer together has its own."""
_OBJECT = "[object Object]"
_NOTHING = ("None", "null", "undefined")
_SAYING_NOTHING = ("empty-text", "null-content")


_CONSTANT = frozenset({"type", "index", "role"})
"""Members that say what the shape says; who puts a document together may leave them out."""


def problems(observation: Observation, style: Style) -> Iterator[Problem]:
    """Yield what is wrong with the result of an observation, each cause once."""
    sent = sent_document(observation)
    if sent is None:
        return
    seen = Seen(observation.call.outcome)
    found = found_document(observation, seen)
    made = _in_own_form(observation, seen, style)
    if found is not None:
        differing = mismatches(sent, found)
        wrong = [item for item in differing if not _is_excused(item, observation)]
        in_place = [*_in_document(observation, found, wrong, style)]
        if style.passes_all:
            in_place += written_anew(sent, found, is_streamed=_is_streamed(observation))
        named = [item for item in _by_name(observation, seen) if item.cause not in IN_PLACE]
        made = iter(in_place or [*emptied(sent, seen)] or named)
    told = set()
    for problem in (*_unprinted(observation), *made):
        if (problem.rule, problem.cause) not in told:
            told.add((problem.rule, problem.cause))
            yield problem
    if not told:
        yield from out_of_place(observation, seen)


def _is_streamed(observation: Observation) -> bool:
    return isinstance(observation.sent, dict) and observation.sent["is_streamed"] is True


def _unprinted(observation: Observation) -> Iterator[Problem]:
    """Yield the word that JavaScript has for an object, in the place of a text."""
    if observation.call.outcome.text.strip() == _OBJECT:
        yield Problem("text-changed", "object", f"the text is {_OBJECT!r}, which no model said")


def _in_document(
    observation: Observation, found: dict[str, Any], wrong: list[Mismatch], style: Style
) -> Iterator[Problem]:
    for item in wrong:
        rule = _rule(item, style)
        if rule is None and not _is_alias(item, observation, found, style):
            continue
        rule = rule or "field-changed"
        cause = "/".join(item.place)
        if rule == "text-changed":
            cause = damage(str(item.sent), [str(item.seen)], observation.probe.upstream.script)
        elif rule == "number-changed":
            cause = "digits" if isinstance(item.sent, int) else "fractions"
        elif rule == "tool-calls-lost":
            cause = _call_cause(item)
        place = "/".join(item.place)
        told = f"{place} was {shown(item.sent)}, came back as {_lack(item)}"
        yield Problem(rule, cause, told, item.kind == "lost")


def _is_alias(
    item: Mismatch, observation: Observation, found: dict[str, Any], style: Style
) -> bool:
    """Tell whether the provider's own answer, known by its id, is renamed or dated anew.

    An answer that the server puts together may say which model was asked, and when; this one says
    what answered.
    """
    sent, asked = sent_document(observation), request_of(observation)
    if sent is None or asked is None or found.get("id") != sent["id"]:
        return False
    if item.place == ("created",):
        return item.kind == "changed" and style.passes_all
    body = asked[0].json_body()
    return item.place == ("model",) and bool(item.seen == body.get("model"))


def _is_excused(item: Mismatch, observation: Observation) -> bool:
    """Tell whether a mismatch is none: what nobody asked for is left out, or it is elsewhere."""
    sent: Any = observation.sent
    is_unasked = item.place == ("choices",) and item.kind == "fewer" and bool(sent["others"])
    return is_unasked or _is_elsewhere(item, observation)


def _is_elsewhere(item: Mismatch, observation: Observation) -> bool:
    """Tell whether a text or a call that is not in its place stands in another, in another form."""
    seen, sent = Seen(observation.call.outcome), observation.sent
    if item.place in _TEXTS or item.place[-1:] == ("id",):
        return isinstance(item.sent, str) and bool(item.sent) and seen.says(item.sent)
    if not _CALLS & set(item.place) or item.kind == "rounded" or not isinstance(sent, dict):
        return False
    choices: Any = sent["choices"]
    return all(_has_call(call, seen) for call in choices[0]["tool_calls"])


def _rule(item: Mismatch, style: Style) -> str | None:
    """Return the rule that a mismatch breaks, None for what a server is free to do."""
    place = item.place
    if place[0] in _OWN or (item.kind == "lost" and place[-1] in _CONSTANT):
        return None
    if place == ("choices",):
        return "choices-lost" if item.kind == "fewer" else "field-changed"
    if item.kind == "rounded":
        is_beyond = float(item.sent) == float(item.seen)
        return None if is_beyond and not style.keeps_digits else "number-changed"
    if _CALLS & set(place):
        return "tool-calls-lost"
    if place in _TEXTS:
        return "text-changed"
    is_emptied = item.kind == "fewer" and item.seen == [] and place[0] != "content"
    is_changed = item.kind == "changed" or (is_emptied and style.passes_all)
    return "field-changed" if is_changed or style.passes(place) else None


def _call_cause(item: Mismatch) -> str:
    if item.place[-1] in _CALLS:
        return "some" if item.seen else "all"
    return "arguments" if {"arguments", "input"} & set(item.place) else "calls"


def _in_own_form(observation: Observation, seen: Seen, style: Style) -> Iterator[Problem]:
    sent: Any = observation.sent
    name = observation.probe.upstream.script
    if style.returns_text:
        texts = _texts(sent, seen, name)
        yield from (one for one in texts if one.cause != TRIMMED or _is_plain(observation, seen))
    if not sent["text"]:
        words = [*_made_up(observation.call.outcome.text, seen, style)]
        if name in _SAYING_NOTHING:
            members = said_at(seen.trees, style.members)
            words += [said for said in members if not begins_as_failure(said)]
        for said in words:
            yield Problem("text-changed", "nothing", f"the model said nothing, the answer {said!r}")
    yield from _by_name(observation, seen)
    yield from left_beside(observation, seen)
    for call in sent["choices"][0]["tool_calls"]:
        if not _has_call(call, seen):
            told = f"the call {call['name']}({shown(call['arguments'])}) is not in the answer"
            yield Problem("tool-calls-lost", "all", told)
    yield from _counted(observation, seen, style)


def _counted(observation: Observation, seen: Seen, style: Style) -> Iterator[Problem]:
    """Yield the counts of tokens that are not told, or told wrongly.

    Who tells a failure need not count what it took.
    """
    sent: Any = observation.sent
    if sent["is_streamed"] or tells_failure(observation):
        return
    for which, count, claimed in miscounted(sent["usage"], seen.strings):
        told = f"the {which} tokens were {count}, the answer says {claimed}"
        yield Problem("field-changed", "usage", told)
    for key in sorted(style.counts):
        count = sent["usage"][key]
        if not says_number(seen, count):
            told = f"the {key} tokens were {count}, which is not in the answer"
            yield Problem("field-changed", "usage", told)


def _by_name(observation: Observation, seen: Seen) -> Iterator[Problem]:
    sent: Any = observation.sent
    asked = request_of(observation)
    if asked is None:
        return
    is_alone = len(observation.call.interactions or ()) == 1
    document = sent_document(observation)
    for wrong in wrong_members(sent, document, seen, *asked, is_alone=is_alone):
        yield Problem("field-changed", wrong.cause, wrong.message, is_lost=True)


def _made_up(text: str, seen: Seen, style: Style) -> Iterator[str]:
    """Yield the words for nothing that stand where ordinary answers have the model's text."""
    for word in _NOTHING:
        is_member = word in seen.strings and word not in style.constants
        if is_member or any(_stands_after(text, before, word) for before in style.openings):
            yield word


def _stands_after(text: str, before: str, word: str) -> bool:
    """Tell whether `word` follows an opening, and ends the line there."""
    rest = text.removeprefix(before) if text.startswith(before) else ""
    return rest.partition("\n")[0] == word


def _texts(sent: dict[str, Any], seen: Seen, name: str) -> Iterator[Problem]:
    choices = sent["choices"]
    wrong = blocks_lost(choices[0]["texts"], seen) or another_choice(sent, seen)
    if wrong:
        yield Problem("text-changed", name, wrong)
        return
    firsts = [choice["texts"][0] for choice in choices if choice["texts"]]
    lost = [text for text in firsts if not seen.says(text) and not _is_read(text, seen)]
    if not lost:
        return
    if len(lost) < len(firsts):
        kept = len(firsts) - len(lost)
        told = f"{len(firsts)} choices were sent, {kept} came back"
        yield Problem("choices-lost", "choices", told)
    else:
        cause = damage(lost[0], seen.strings, name)
        told = f"the text {shown(lost[0])} is not in the answer as it was sent: {cause}"
        yield Problem("text-changed", cause, told)


def _is_plain(observation: Observation, seen: Seen) -> bool:
    """Tell whether the caller's words went to the model, and its words came back, by themselves.

    A tool with words of its own around either has a purpose, for which blanks at the ends of a text
    mean nothing.
    """
    sent: Any = observation.sent
    asked = request_of(observation)
    if asked is None or not any(_is_trimmed(str(sent["text"]), one) for one in seen.strings):
        return False
    body = asked[0].json_body()
    said = strings_in([body.get(key) for key in ("prompt", "system")])
    spoken = [text for one in body.get("messages") or () for text in texts_of(one)]
    given = {text.strip() for text in strings_in(observation.call.arguments)}
    return all(text.strip() in given for text in (*said, *spoken))


def _is_trimmed(text: str, found: str) -> bool:
    """Tell whether `found` is `text` without blanks at one of its ends, or both."""
    return found in text and found.strip() == text.strip()


def _is_read(text: str, seen: Seen) -> bool:
    """Tell whether a text that is JSON came back as the value that it says, within a document."""
    value = json_value(text)
    return isinstance(value, dict | list) and seen.holds_inside(value)


def _has_call(call: dict[str, Any], seen: Seen) -> bool:
    """Tell whether name and arguments stand somewhere, the arguments as text or as the value."""
    if not seen.says(call["name"]):
        return False
    if seen.says(call["arguments"]):
        return True
    return seen.holds(json_value(call["arguments"], otherwise=object()))


def _lack(item: Mismatch) -> str:
    return "nothing" if item.seen is None else shown(item.seen)
