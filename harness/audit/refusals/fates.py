"""What becomes of a wrong value that a tool accepts: the request to the provider shows it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from jsonpointer import JsonPointer

from harness.audit.dialect import Dialect
from harness.audit.mapped.argument_places import MISSING
from harness.audit.mapped.held import leaves, parts
from harness.audit.parameters import json_type, parameter_of
from harness.records.audit import Violation

Fate = Literal["sent", "converted", "dropped", "unsent"]
"""It went to the provider as it is; as another value; a key was left out; nothing of it did."""

UNKNOWN_KEY = ("additionalProperties", "unevaluatedProperties", "propertyNames")
"""Keywords that forbid a key, whatever its value."""

_OF_FRACTIONS = ("type", "multipleOf", "anyOf", "oneOf")


def is_unknown_key(violation: Violation) -> bool:
    """Whether what is wrong is a key that may not be there."""
    return violation.keyword in UNKNOWN_KEY


def fate(violation: Violation, body: Mapping[str, Any], dialect: Dialect | None) -> Fate:
    """Return what became of the wrong value in the request's `body`."""
    names = list(JsonPointer(violation.pointer).parts)
    if is_unknown_key(violation):
        return "sent" if _has_key(names[-1] if names else "", violation, body) else "dropped"
    if violation.keyword in ("required", "dependentRequired", "dependencies"):
        return "unsent"
    arrived = _arrived(names, body, dialect)
    if arrived is MISSING:
        around = _arrived(names[:1], body, dialect)
        if any(_is_same(violation.now, item) for _, item in parts(around)):
            return "sent"
        if violation.now is not None:
            return "unsent"
        return "sent" if _has_null_content(body) else "converted"
    if _is_same(violation.now, arrived):
        return "sent"
    if violation.now is None:
        return "converted"
    inner = [arrived, *leaves(arrived)]
    candidates = [*_conversions(violation.now)]
    if violation.keyword in _OF_FRACTIONS:
        candidates += _whole(violation.now)
    made = any(_is_same(one, item) for one in candidates for item in inner)
    return "converted" if made or _is_respelt(violation.now, arrived) else "unsent"


def _has_null_content(body: Mapping[str, Any]) -> bool:
    """Whether a null went on as the content of a message of a user or of the system."""
    messages = body.get("messages")
    return isinstance(messages, list) and any(
        isinstance(item, Mapping)
        and item.get("role") != "assistant"
        and item.get("content", "") is None
        for item in messages
    )


def is_readable_as(value: Any, right: Any) -> bool:
    """Whether a conversion of `value` has the type of `right`, which the schema accepts."""
    made = [*_conversions(value), *_whole(value)]
    return value is None or any(json_type(one) == json_type(right) for one in made)


def _has_key(name: str, violation: Violation, body: Any) -> bool:
    """Whether the key went on with its value: the same key may stand elsewhere with another."""
    found = [item[name] for _, item in parts(body) if isinstance(item, Mapping) and name in item]
    if violation.keyword == "propertyNames":
        return bool(found)  # the name itself is what is wrong
    return any(item == violation.now for item in found)


def _arrived(names: list[str], body: Mapping[str, Any], dialect: Dialect | None) -> Any:
    """Return what stands where the argument goes: under its own path, or the provider's name."""
    for start in range(len(names)):
        own = names[start:]
        parameter = parameter_of(own[0])
        keys = parameter.keys(dialect) if parameter is not None and dialect is not None else ()
        for key in (own[0], *keys):
            found = JsonPointer.from_parts([key, *own[1:]]).resolve(body, MISSING)
            if found is not MISSING:
                return found
    return MISSING


def _is_same(one: Any, other: Any) -> bool:
    return json_type(one) == json_type(other) and bool(one == other)


def _is_respelt(given: Any, arrived: Any) -> bool:
    """Whether a text arrives in another case, or without the blanks around it."""
    if not isinstance(given, str) or not isinstance(arrived, str):
        return False
    return given != arrived and given.strip().casefold() == arrived.strip().casefold()


def _conversions(value: Any) -> Iterator[Any]:
    """Yield what languages and libraries make of a value of the wrong type."""
    match value:
        case bool():
            yield from (int(value), str(value), str(value).lower())
        case int() | float():
            yield from (str(value), json.dumps(value), bool(value))
        case str():
            yield from _from_text(value)
        case list():
            yield from value[:1]
            yield from (json.dumps(value), str(value), ",".join(map(str, value)))
        case dict():
            yield from (json.dumps(value), str(value), list(value.values()), list(value))
    yield [value]


def _whole(value: Any) -> list[Any]:
    """Return the integers that a fraction is cut or rounded to."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return []
    return [int(value), round(value), math.floor(value), math.ceil(value)]


def _from_text(text: str) -> Iterator[Any]:
    yield from (text.split(","), bool(text), list(text))
    yield from {"true": [True], "false": [False]}.get(text.strip().lower(), [])
    for read in (int, float, json.loads):
        try:
            yield read(text)
        except (ValueError, RecursionError):
            continue
