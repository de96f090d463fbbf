"""Wrong arguments that a tool accepts: as they are, converted, or without what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from jsonpointer import JsonPointer

from harness.audit.context import ToolFacts
from harness.audit.found import Found
from harness.audit.mapped.argument_places import part_at
from harness.audit.mapped.held import leaves
from harness.audit.mapped.requests import asked
from harness.audit.parameters import json_type
from harness.audit.refusals.causes import place_of
from harness.audit.refusals.fates import fate, is_readable_as, is_unknown_key
from harness.records.audit import Observation, Violation

ACCEPTED, COERCED, DROPPED = (
    "validation.invalid-accepted", "validation.coerced", "validation.unknown-dropped",
)  # fmt: skip

_OF_TYPE = {"boolean": True, "integer": 1, "number": 1.5, "string": "a", "array": [], "object": {}}


def judge_accepted(
    item: Observation, tool: ToolFacts, others: Sequence[Observation] = ()
) -> Iterator[Found]:
    """Yield the breach, by what the provider was asked; `others` are all calls of the tool."""
    violation = item.probe.violation
    if violation is None:
        return
    breach = _breach(violation, item, tool, others)
    message = f"{_given(violation)} breaks {violation.keyword}, and {breach.how}"
    cause = breach.cause or place_of(violation)
    yield Found(breach.rule, message, tool.name, item, violation.pointer, cause)


class _Breach(NamedTuple):
    rule: str
    how: str
    cause: str = ""


def _breach(
    violation: Violation, item: Observation, tool: ToolFacts, others: Sequence[Observation]
) -> _Breach:
    body = asked(item)
    if body is None:
        if is_unknown_key(violation):
            return _Breach(DROPPED, "the answer is a result as if it were not there")
        return _Breach(ACCEPTED, "the answer is a result")
    match fate(violation, body, tool.dialect):
        case "sent":
            return _Breach(ACCEPTED, "the provider gets it")
        case "converted":
            is_left = violation.now is None and not _is_spelled(body, others)
            end = "is asked without it" if is_left else "gets something else in its place"
            return _converted(violation, f"the provider {end}")
        case "dropped":
            return _Breach(DROPPED, "the provider is asked without it")
        case _:
            return _Breach(ACCEPTED, "the provider is asked all the same")


def _is_spelled(body: Any, others: Sequence[Observation]) -> bool:
    """Whether null went on as a word of a text, which a template makes of it.

    What calls with valid arguments send as well is no work of a template.
    """
    word = re.compile(r"\b(?:null|None|undefined)\b")
    texts = {one for one in leaves(body) if isinstance(one, str) and word.search(one) is not None}
    for other in others if texts else ():
        if other.probe.violation is None:
            texts.difference_update(one for one in leaves(asked(other)) if isinstance(one, str))
    return bool(texts)


def _converted(violation: Violation, how: str) -> _Breach:
    # A lax parser converts everywhere alike: what it takes is one cause.
    return _Breach(COERCED, how, f"{json_type(violation.now)} converted")


def as_converted(item: Found, tool: ToolFacts, refused: Collection[str]) -> Found:
    """Return the breach as a conversion where that explains it best, else as it is.

    The value was accepted and nothing shows what became of it; but at that place (one of
    `refused`) other values of wrong types were refused, and this one can be read as the right one.
    """
    seen = item.observation
    violation = seen.probe.violation if seen is not None else None
    if item.rule != ACCEPTED or seen is None or violation is None:
        return item
    body = asked(seen)
    is_unseen = body is None or fate(violation, body, tool.dialect) == "unsent"
    is_read = violation.keyword == "type" and _is_readable(violation, tool)
    if not (is_unseen and is_read and place_of(violation) in refused):
        return item
    breach = _converted(violation, "it is taken for another value: others there are refused")
    message = f"{_given(violation)} breaks {violation.keyword}, and {breach.how}"
    return item._replace(rule=breach.rule, message=message, cause=breach.cause)


def _is_readable(violation: Violation, tool: ToolFacts) -> bool:
    """Whether a conversion of the value has a type that the schema accepts there."""
    if violation.was is not None:
        return is_readable_as(violation.now, violation.was)
    part = part_at(tool.schema, tuple(JsonPointer(violation.pointer).parts))
    named = part.get("type")
    types = named if isinstance(named, list) else [named]
    return any(is_readable_as(violation.now, _OF_TYPE[one]) for one in types if one in _OF_TYPE)


def _given(violation: Violation) -> str:
    where = violation.pointer or "(the arguments)"
    if violation.keyword == "required":
        return f"{where}, which is missing,"
    return f"{where}: {_shown(violation.now)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}…"
