"""Whether one argument of one call reached the provider."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from harness.audit.described import description_of
from harness.audit.mapped.argument_places import (
    MISSING,
    description_at,
    is_called_conditional,
    is_called_ignored,
    part_at,
    value_at,
)
from harness.audit.mapped.conversation import ROLES, is_conversation, unequal_messages
from harness.audit.mapped.declared import is_declared
from harness.audit.mapped.given import Given
from harness.audit.mapped.held import is_held, leaves, stands_within
from harness.audit.mapped.json_turns import form_of_turns
from harness.audit.mapped.misplaced import is_foreign_key, misplaced, refused_type
from harness.audit.mapped.other_names import NAMES, chooses_own_words, is_another_name
from harness.audit.mapped.own_turns import arrive_as_messages
from harness.audit.mapped.requests import answered
from harness.audit.mapped.told_as import arrives_as_told, is_list_as_a_text
from harness.audit.mapped.told_changes import tells_change, tells_window
from harness.audit.mapped.told_off import is_told_off
from harness.audit.mapped.unequal import Unequal, is_equal, is_wrapped, unequal
from harness.audit.parameters import Parameter, json_type

Fate = Literal["arrived", "unasked", "dropped", "changed", "unknown"]
"""`unasked`: the value says no more than leaving it out; `unknown`: of an argument of the tool's
own it cannot be said whether it should arrive."""

ANTHROPIC_CHOICES = ("auto", "any", "tool", "none")
_JOINED = re.compile(
    r"prepend|append|prefix|in front of|before the (?:prompt|question|message)|merged|joined|folded"
    r"|part of the (?:prompt|question|message)|as a user message",
    re.IGNORECASE,
)
_OF_MESSAGES = re.compile(
    r"\brole\b|messages?\b|conversation|dialog|\bturns?\b|history|transcript", re.IGNORECASE
)
_TYPING = {"type", "enum", "const", "anyOf", "oneOf", "allOf"}
"""Keywords without one of which a schema takes anything at all."""


@dataclass(frozen=True)
class Arrival:
    """What became of an argument."""

    fate: Fate
    differences: tuple[Unequal, ...] = ()
    place: str = ""
    """Where a value stands that is at a wrong place, in words."""


ARRIVED = Arrival("arrived")


def arrival(given: Given) -> Arrival:
    """Return what became of an argument, judged in favour of the server where it is not certain.

    Where one call makes several requests, it may be for any of them.
    """
    rounds = [_arrival(one) for one in given.rounds()] or [_arrival(given)]
    came = next((one for one in rounds if one.fate == "arrived"), rounds[-1])
    is_conditional = is_called_conditional(given.tool.schema, given.path)
    return Arrival("unasked") if came.fate == "changed" and is_conditional else came


def _arrival(given: Given) -> Arrival:
    """Judge an argument by one request."""
    own = _own_messages(given)
    if own or (is_conversation(given.value) and _is_whole(given)) or _are_messages(given):
        messages = own or given.value
        found = _of_the_schema(given, unequal_messages(messages, given.body, given.dialect))
        is_shorter = [item.pointer for item in found] == [""]
        if is_shorter and tells_window(given.tool.description):
            return ARRIVED
        return _lost_or_changed(given, found) if found else ARRIVED
    if is_list_as_a_text(given):
        return Arrival("changed", (Unequal("", given.value, given.body.get(given.path[-1])),))
    return ARRIVED if arrives_as_told(given) else _as_a_value(given)


def _as_a_value(given: Given) -> Arrival:
    """Judge an argument that is no conversation."""
    parameter = given.parameter
    if parameter is not None and parameter.refuses(given.value):
        return Arrival("unasked")
    if parameter is not None and parameter.takes(given.value) and _is_own_shape(given):
        key = _key(given, parameter)
        if key is not None:
            return _at_its_key(given, given.body[key])
        place = misplaced(
            given.path[-1], parameter, given.value, given.body, given.without, given.dialect
        )
        if place and not _is_told_there(given):
            return Arrival("changed", place=place)
    is_anything = not _TYPING & set(given.part)
    if wrong := refused_type(given.value, is_anything, given.body, given.without, given.dialect):
        return Arrival("changed", place=wrong)
    if is_held(given.value, given.body, given.without):
        return ARRIVED
    if says_nothing(given):
        return Arrival("unasked")
    return _elsewhere(given)


def _own_messages(given: Given) -> list[dict[str, Any]] | None:
    """Return what turns in a form of the tool's own stand for, where they arrive as messages."""
    form = form_of_turns(given.tool, given.path)
    messages = form.messages(given.value) if form is not None else None
    if messages is None or not arrive_as_messages(messages, given.body):
        return None
    return messages


def _are_messages(given: Given) -> bool:
    """Whether it stands for the conversation, though its messages may lack a role."""
    parameter, value = given.parameter, given.value
    is_list = isinstance(value, list) and bool(value)
    return (
        parameter is not None
        and parameter.kind == "conversation"
        and is_list
        and all(isinstance(item, Mapping) for item in value)
    )


def _is_whole(given: Given) -> bool:
    """Whether it is the conversation; an argument of another name needs messages with content."""
    if given.parameter is not None:
        return given.parameter.kind == "conversation"
    is_elsewhere = given.path[-1] not in given.body
    if not _tells_messages(given) and not _is_said(given):
        return False
    return is_elsewhere and all("content" in message for message in given.value)


def _is_said(given: Given) -> bool:
    """Whether something of the messages stands in the request."""
    texts = [text for text in leaves(given.value) if isinstance(text, str) and text not in ROLES]
    return any(is_held(text, given.body, given.without) for text in texts)


def _tells_messages(given: Given) -> bool:
    """Whether a definition says that the argument takes messages: many let in anything."""
    told = f"{given.path[-1]} {json.dumps(dict(given.part), default=str)}"
    return _OF_MESSAGES.search(told) is not None


def _is_own_shape(given: Given) -> bool:
    """Whether it is in the shape of the dialect: `tools` of OpenAI and Anthropic differ."""
    value, name = given.value, given.path[-1]
    if given.dialect != "messages":
        return True
    if name == "tool_choice":
        return isinstance(value, Mapping) and value.get("type") in ANTHROPIC_CHOICES
    if name == "tools":
        items = value if isinstance(value, list) else [None]
        return all(isinstance(item, Mapping) and "input_schema" in item for item in items)
    own = ("stop", "stop_sequences", "system", "metadata", "thinking")
    return not isinstance(value, list | dict) or name in own


def _is_told_there(given: Given) -> bool:
    """Whether the descriptions say that the text becomes a part of another one."""
    own = description_at(given.tool.schema, given.path)
    return _JOINED.search(own) is not None


def _key(given: Given, parameter: Parameter) -> str | None:
    """Return the key of the body that carries the parameter, and no other argument's value."""
    around = value_at(given.seen.call.arguments, given.path[:-1])
    keys = parameter.keys(given.dialect)
    own = given.path[-1]
    is_read = not is_foreign_key(own, parameter, given.dialect)
    names = ((own,) if own in keys or (own in given.body and is_read) else ()) + keys
    return next(
        (key for key in names if key in given.body and (key == own or key not in around)), None
    )


def _at_its_key(given: Given, arrived: Any) -> Arrival:
    parameter = given.parameter
    is_count = arrived is True and json_type(given.value) == "number"
    if is_count and is_held(given.value, given.body, given.without):
        return ARRIVED  # chat completions say how many in a key of its own: `top_logprobs`
    found = _of_the_schema(given, unequal(given.value, arrived))
    if not found or is_wrapped(given.value, arrived) or _is_empty(given.value):
        return ARRIVED
    if _is_empty(arrived) and says_nothing(given):
        return ARRIVED
    if tells_change(description_at(given.tool.schema, given.path), given.value, arrived):
        return ARRIVED
    if given.dialect == "messages" and is_equal(_without_blanks(given.value), arrived):
        return ARRIVED
    if isinstance(given.value, str) and isinstance(arrived, str) and parameter is not None:
        if parameter.kind == "content" and given.value and given.value in arrived:
            return ARRIVED
        if is_another_name(given, parameter, arrived):
            return ARRIVED
    return Arrival("changed", found)


def _of_the_schema(given: Given, found: Iterable[Unequal]) -> tuple[Unequal, ...]:
    """Return the differences without lost keys that the schema allows and does not name."""
    part = part_at(given.tool.schema, given.path)
    return tuple(
        item
        for item in found
        if item.arrived is not None
        or is_declared(given.tool.schema, part, given.value, item.pointer)
    )


def _without_blanks(value: Any) -> Any:
    """Return stops without those that Anthropic refuses: each must have more than white space."""
    return [one for one in value if str(one).strip()] if isinstance(value, list) else value


def says_nothing(given: Given) -> bool:
    """Whether leaving the value out asks for the same: it is empty, a default, or told as none."""
    value, parameter = given.value, given.parameter
    if _is_empty(value):
        return True
    if isinstance(value, str) and not value.strip() and parameter is not None:
        return parameter.kind in NAMES or parameter.name == "stop"
    if is_told_off(description_of(given.tool.definition, given.path[-1]), value):
        return True
    default = part_at(given.tool.schema, given.path).get("default", MISSING)
    neutral = parameter.neutral if parameter is not None else ()
    return any(json_type(value) == json_type(one) and value == one for one in (*neutral, default))


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _elsewhere(given: Given) -> Arrival:
    """Judge an argument that stands nowhere in the request."""
    parameter, is_same = given.parameter, given.asks_the_same
    before = value_at(given.base.call.arguments, given.path)
    is_local = given.seen.call.outcome != given.base.call.outcome
    if parameter is None or (parameter.kind == "conversation" and isinstance(given.value, str)):
        # A text called so names a conversation that the server keeps.
        return Arrival("unknown") if is_same and not is_local else ARRIVED
    if is_called_ignored(given.tool.schema, given.path, given.tool.description):
        return ARRIVED
    if not parameter.wire and is_local:
        return ARRIVED
    if parameter.name == "n" and len(answered(given.seen)) == given.value:
        return ARRIVED
    has_key = bool(parameter.keys(given.dialect))
    is_text = parameter.kind == "content" and isinstance(given.value, str)
    if is_text and not has_key and not is_same:
        is_framed = stands_within(given.value.strip(), given.body, given.without)
        return ARRIVED if is_framed else Arrival("changed", (Unequal("", given.value, None),))
    if is_same and _is_sent_anyway(given):
        return Arrival("unasked")
    is_lost = has_key and parameter.takes(given.value) and _is_own_shape(given)
    if is_same and isinstance(given.value, Mapping) and not parameter.takes(given.value):
        return Arrival("unknown")  # an object of the tool's own, though it has a provider's name
    is_own = chooses_own_words(given, parameter)
    if is_same or (is_lost and before is MISSING and not is_own):
        return Arrival("dropped")
    return ARRIVED


def _is_sent_anyway(given: Given) -> bool:
    """Whether a word that was given stands in the request without it as well: a setting's value."""
    is_word = isinstance(given.value, str) and bool(given.value.strip())
    return is_word and given.value in leaves(given.without)


def _lost_or_changed(given: Given, found: Sequence[Unequal]) -> Arrival:
    if given.body == given.without and all(item.pointer.count("/") <= 1 for item in found):
        return Arrival("dropped", tuple(found))
    return Arrival("changed", tuple(found))
