"""What stands inside of the caller's own messages and tools though nobody wrote it there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.mapped.argument_places import argument_places, value_at
from harness.audit.mapped.conversation import is_conversation, paired
from harness.audit.mapped.held import leaves, parts
from harness.audit.mapped.invented import Addition
from harness.audit.mapped.requests import asked_in_turn
from harness.audit.mapped.unequal import is_equal
from harness.audit.parameters import Parameter, parameter_of, snake_case
from harness.records.audit import Observation

_NEUTRAL: tuple[Any, ...] = (None, "", [], {}, False, "auto", "object")
"""Values that ask for no more than leaving the key out: of `strict`, `is_error`, `detail`, and of
an empty schema."""
_FORM = frozenset({
    "type", "role", "id", "index", "object", "cache_control", "format", "media_type", "filename",
})  # fmt: skip
"""Keys that say what a thing is or how it is kept, and ask the model for nothing."""
_OPEN = frozenset({"parameters", "schema", "input_schema", "input", "arguments"})
"""Objects inside of which no key is the provider's."""
_NAMED = ("tools", "functions", "response_format")
"""Arguments with objects that need a name, which may be made up."""
_DEFAULT = re.compile(
    r"\bdefaults?\b|\botherwise\b|\bomitted\b|\bleft out\b|\bnot given\b|\bunless\b|\bwithout\b"
    r"|\bmissing\b|\babsent\b|\balways\b|\badd(?:s|ed)?\b|\bsets?\b|\bfill(?:s|ed)\b|默认|預設",
    re.IGNORECASE,
)
LEAST = 4
"""Characters of a text that stands in no longer one by chance."""


def added_inside(tool: ToolFacts, observations: Sequence[Observation]) -> Iterator[Addition]:
    """Yield the first of each key that stands in an object of the caller's beside what it had.

    Judged is only an object that arrives in the form in which it was given, all of it.
    """
    told: set[str] = set()
    places = [(path, parameter_of(path[-1])) for path in argument_places(tool.schema)]
    for item in observations:
        body = next(iter(asked_in_turn(item)), {})
        said = leaves(item.call.arguments)
        for path, parameter in places:
            given = value_at(item.call.arguments, path)
            for key, value in _added(given, body, parameter) if parameter is not None else ():
                if (
                    key not in told
                    and not _is_made_of(value, said)
                    and not _tells(tool, key, value)
                ):
                    told.add(key)
                    yield Addition(key, value, item)


def _added(given: Any, body: Mapping[str, Any], parameter: Parameter) -> Iterator[tuple[str, Any]]:
    """Yield the keys with a meaning that an argument has in the request only."""
    arrived = body.get(parameter.name)
    if parameter.kind == "conversation" and is_conversation(given):
        # With more messages than were given, those of earlier calls may be taken for them.
        turns = arrived if isinstance(arrived, list) and len(arrived) <= len(given) else []
        for one, other in paired(given, turns):
            yield from _new_keys(one, other) if is_equal(one, other) else ()
    elif parameter.name in _NAMED and isinstance(given, list | dict) and is_equal(given, arrived):
        yield from (new for new in _new_keys(given, arrived) if new[0] != "name")


def _new_keys(given: Any, arrived: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(given, list) and isinstance(arrived, list):
        for one, other in zip(given, arrived, strict=False):
            yield from _new_keys(one, other)
    elif isinstance(given, Mapping) and isinstance(arrived, Mapping):
        for key, value in arrived.items():
            if given.get(key) is not None:
                yield from () if key in _OPEN else _new_keys(given[key], value)
            elif key not in _FORM and not all(map(_is_neutral, leaves(value))):
                yield key, value


def _is_neutral(value: Any) -> bool:
    is_blank = isinstance(value, str) and not value.strip()
    return is_blank or any(type(value) is type(one) and value == one for one in _NEUTRAL)


def _is_made_of(value: Any, said: Sequence[Any]) -> bool:
    """Whether all that a value says was given, in another place or within a longer text."""
    texts = [one for one in said if isinstance(one, str) and len(one) >= LEAST]
    return not isinstance(value, bool) and all(
        one in said or (isinstance(one, str) and any(text in one for text in texts))
        for one in leaves(value)
    )


def _tells(tool: ToolFacts, key: str, value: Any) -> bool:
    """Whether the definition has the value as a default, or speaks of it as one."""
    name = re.escape(snake_case(key))
    for route, part in parts(tool.definition):
        own = [snake_case(str(one)) for one in route[-2:]]
        is_its = any(re.search(rf"(?:^|_){name}(?:_|$)", one) for one in own)
        if is_its and isinstance(part, Mapping):
            if value in (part.get("default"), part.get("const")):
                return True
        elif isinstance(part, str) and own[-1:] == ["description"]:
            for sentence in re.split(r"(?<=[.;])\s|\n", part):
                is_named = is_its or re.search(rf"(?<![a-z]){name}(?![a-z])", snake_case(sentence))
                if is_named and _DEFAULT.search(sentence) and _has_words(sentence, value):
                    return True
    return False


def _has_words(text: str, value: Any) -> bool:
    return all(
        re.search(rf"(?<!\w){re.escape(str(one))}(?!\w)", text, re.IGNORECASE)
        for one in leaves(value)
    )
