"""What the provider is asked for although nobody gave it and nothing documents it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from harness.audit.context import ToolFacts
from harness.audit.dialect import Dialect
from harness.audit.mapped.argument_places import MISSING, argument_places, part_at, value_at
from harness.audit.mapped.documented import is_documented
from harness.audit.mapped.held import leaves, parts
from harness.audit.mapped.made_of_given import is_made_of, spellings
from harness.audit.mapped.requests import asked, asked_in_turn
from harness.audit.parameters import Parameter, json_type, parameter_of, parameters, wire_keys
from harness.records.audit import Observation

COUNTED = ("sampling", "content")
SEVERAL = 2
"""Equal numbers that are no chance."""
_MESSAGE_KEYS = ("messages", "prompt", "system")


class Addition(NamedTuple):
    """Something that a request has and its call has not."""

    name: str
    value: Any
    observation: Observation


def additions(
    tool: ToolFacts, dialect: Dialect, observations: Sequence[Observation]
) -> Iterator[Addition]:
    """Yield the first of each addition that stands in all of a tool's requests without it.

    One whose value is another in another call is made from the arguments, and not judged.
    """
    if not _takes_content(tool):
        return  # what it asks is its own from end to end
    told: set[str] = set()
    named = [_named(item) for item in observations]
    for key, parameter in wire_keys(dialect).items():
        if parameter.name in told or not _is_counted(tool, parameter) or key in _MESSAGE_KEYS:
            continue
        own = _carriers(key, observations)
        found = [
            item
            for item, (names, given) in zip(observations, named, strict=True)
            if parameter.name not in given and not names & own
        ]
        values = [(asked(item) or {}).get(key) for item in found]
        if not values or any(value != values[0] for value in values):
            continue
        if dialect in parameter.required and not _contradicts(tool, parameter, values[0]):
            continue
        if any(_is_default_of(tool, name, values[0]) for name in own):
            continue
        is_operators = not own and _is_operators(tool, parameter)
        if not is_operators and _is_worth_telling(tool, parameter, values[0], found[0]):
            told.add(parameter.name)
            yield Addition(key, values[0], found[0])
    yield from _messages(tool, observations)


def _is_counted(tool: ToolFacts, parameter: Parameter) -> bool:
    """Whether a value of it needs a caller or a document.

    A server may name itself as the one who asks, unless its caller is to say who that is.
    """
    if parameter.kind != "identity":
        return parameter.kind in COUNTED
    return any(parameter_of(path[-1]) is parameter for path in argument_places(tool.schema))


def _takes_content(tool: ToolFacts) -> bool:
    """Whether a caller can say anything that goes to the provider: a text, messages, a setting."""
    for path in argument_places(tool.schema):
        parameter, part = parameter_of(path[-1]), part_at(tool.schema, path)
        if parameter is not None and parameter.kind in (*COUNTED, "conversation"):
            return True
        is_free = parameter is None and "enum" not in part
        if is_free and any(kind in ("string", "array", "object") for kind in _kinds(part)):
            return True
    return False


def _kinds(part: Mapping[str, Any]) -> list[Any]:
    """Return the JSON types that a schema names, in a union too."""
    branches = [part, *(one for one in part.get("anyOf") or () if isinstance(one, Mapping))]
    named = [one.get("type") for one in branches]
    return [kind for one in named for kind in (one if isinstance(one, list) else [one])]


def _named(observation: Observation) -> tuple[set[str], set[str]]:
    """Return the names that a call gives something for, and the parameters that they stand for."""
    routes = [route for route, value in parts(observation.call.arguments) if value is not None]
    names = {str(route[-1]) for route in routes if route}
    given = {found.name for name in names if (found := parameter_of(name)) is not None}
    return names, given


def _contradicts(tool: ToolFacts, parameter: Parameter, value: Any) -> bool:
    """Whether the schema has a default for a parameter that has to be sent, and another is."""
    for path in argument_places(tool.schema):
        if parameter_of(path[-1]) is parameter:
            default = part_at(tool.schema, path).get("default")
            return json_type(default) == json_type(value) == "number" and default != value
    return False


def _carriers(key: str, observations: Sequence[Observation]) -> set[str]:
    """Return the arguments of the tool's own that arrive at `key`: several of their numbers do."""
    arrived: dict[str, set[float]] = {}
    for item in observations:
        given, value = item.call.arguments, (asked(item) or {}).get(key)
        if isinstance(given, Mapping) and json_type(value) == "number":
            for name, one in given.items():
                if parameter_of(name) is None and json_type(one) == "number" and one == value:
                    arrived.setdefault(name, set()).add(one)
    return {name for name, values in arrived.items() if len(values) >= SEVERAL}


def _is_default_of(tool: ToolFacts, name: str, value: Any) -> bool:
    default = part_at(tool.schema, (name,)).get("default")
    return json_type(default) == json_type(value) and default == value


def _is_worth_telling(
    tool: ToolFacts, parameter: Parameter, value: Any, observation: Observation
) -> bool:
    if value is None or (isinstance(value, str | list | dict) and not value):
        return False
    if any(json_type(value) == json_type(one) and value == one for one in parameter.neutral):
        return False
    given = leaves(observation.call.arguments)
    if isinstance(value, str | int | float) and any(value == one for one in given):
        return False
    return not is_documented(tool, parameter, value)


def _is_operators(tool: ToolFacts, parameter: Parameter) -> bool:
    """Whether it is for the operator to set, by settings that no definition tells.

    The numbers of sampling, where the tool gives its callers no say in that, and all that a tool
    for a purpose of its own leaves out of its arguments.
    """
    known = [parameter_of(path[-1]) for path in argument_places(tool.schema)]
    named = [one for one in known if one is not None]
    if parameter.kind == "sampling" and parameter.types == ("number",):
        return parameter not in named and not any(map(_is_sampling, named))
    has_own = len(named) < len(known)
    return has_own and parameter not in named and not _is_plain(named)


def _is_sampling(parameter: Parameter) -> bool:
    """Whether it is a say in how words are chosen; a limit, or how long to think, is none."""
    is_number = parameter.kind == "sampling" and parameter.types == ("number",)
    return is_number and parameter.name != "max_tokens"


def _is_plain(named: Sequence[Parameter]) -> bool:
    """Whether a tool with arguments of its own is no more than a way to a provider all the same.

    Another one has a purpose, and functions, searches and forms of answers that serve it.
    """
    settings = [one for one in named if one.kind != "model" and not one.is_text]
    return len(settings) > 1 or any(one.kind == "conversation" for one in named)


def _messages(tool: ToolFacts, observations: Sequence[Observation]) -> Iterator[Addition]:
    """Yield a message, in a tool that takes messages as they are, that is not among them.

    A tool that takes a text makes the conversation itself, and its own instructions are what it
    is for; but where it takes those too, it has none of its own. The first request of a call is
    judged: later ones may hold the provider's answer and what the server says to it.
    """
    heard = _heard(observations)
    given = spellings(item.call.arguments for item in observations)
    for observation in observations:
        conversation = _conversation(observation.call.arguments)
        if conversation is None and _leaves_system_out(tool, observation):
            conversation = [None]  # the one message that it makes of its text
        body = next(iter(asked_in_turn(observation)), {})
        arrived = body.get("messages")
        if conversation is None or not isinstance(arrived, list) or _gives_own(tool, observation):
            continue
        for text in _added_texts(conversation, arrived, observation, heard):
            if not _is_told(tool, text) and not is_made_of(text, given):
                yield Addition("messages", text, observation)
                return


def _gives_own(tool: ToolFacts, observation: Observation) -> bool:
    """Whether a call gives an optional argument of the tool's own: a message may be made of it."""
    required = tool.schema.get("required") or ()
    given = observation.call.arguments
    return isinstance(given, Mapping) and any(
        parameter_of(name) is None and name not in required for name in given
    )


def _leaves_system_out(tool: ToolFacts, observation: Observation) -> bool:
    """Whether a tool for plain prompts takes a text for the system, and the call gives none.

    A tool with other texts than the providers' has a purpose of its own, which needs instructions.
    """
    names = {
        parameter.name: path
        for path in argument_places(tool.schema)
        if (parameter := parameter_of(path[-1])) is not None
    }
    if "messages" in names or "system" not in names or _has_own_texts(tool):
        return False
    part = part_at(tool.schema, names["system"])
    is_told = re.search(r"default|otherwise|omitted|not given", str(part.get("description", "")))
    has_default = part.get("default") not in (None, "")
    given = value_at(observation.call.arguments, names["system"])
    return not is_told and not has_default and given is MISSING


def _has_own_texts(tool: ToolFacts) -> bool:
    return any(
        parameter_of(path[-1]) is None
        and "string" in _kinds(part_at(tool.schema, path))
        and "enum" not in part_at(tool.schema, path)
        for path in argument_places(tool.schema)
    )


def _heard(observations: Sequence[Observation]) -> str:
    """Return all that callers and the provider said.

    A server that keeps the conversation sends it again, which is no invention; whether it may keep
    it is a matter of `protocol.state-kept`.
    """
    said: dict[str, None] = {}
    for observation in observations:
        said[json.dumps(observation.call.arguments, ensure_ascii=False)] = None
        for item in observation.call.interactions or ():
            if item.response is not None:
                said[item.response.body.decode("utf-8", "replace")] = None
    return "\n".join(said)


def _conversation(arguments: Any) -> list[Any] | None:
    for route, value in parts(arguments):
        is_named = route and parameter_of(str(route[-1])) is parameters()["messages"]
        if is_named and isinstance(value, list):
            return value
    return None


def _added_texts(
    conversation: list[Any], arrived: list[Any], observation: Observation, heard: str
) -> Iterator[str]:
    body = next(iter(asked_in_turn(observation)), {})
    added = arrived if len(arrived) > len(conversation) else []
    for message in (*added, *({"content": body[key]} for key in ("system",) if key in body)):
        content = message.get("content") if isinstance(message, Mapping) else None
        texts = [item for item in leaves(content) if isinstance(item, str)]
        if texts and not any(_stands_in(text, heard) for text in texts):
            yield texts[0]


def _stands_in(text: str, given: str) -> bool:
    """Whether one of its lines is the caller's, so that it is at least made from that."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return any(json.dumps(line, ensure_ascii=False)[1:-1] in given for line in lines)


def _is_told(tool: ToolFacts, text: str) -> bool:
    own = str(tool.definition.get("description", "")).lower()
    return (
        text.strip().lower() in tool.description.lower()
        or "system" in own
        or _is_default(tool.schema, text)
    )


def _is_default(schema: Any, text: str) -> bool:
    return any(route and route[-1] == "default" and value == text for route, value in parts(schema))
