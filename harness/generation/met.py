"""Which parts of the schema apply to which parts of some arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import jsonschema_rs

from harness.generation.source import Condition, Place, Source, joined
from harness.generation.validity import Validity

_NEGATIVE = ("not", "if")


class KeyName(NamedTuple):
    """Stands in a path for the name of a key instead of its value (`propertyNames`)."""

    name: str


Token = str | int | KeyName
Path = tuple[Token, ...]
"""The way from the arguments to a value."""


class Met(NamedTuple):
    """A schema object and a value that it applies to."""

    place: Place
    path: Path
    value: Any
    negative: bool
    """Whether it stands under `not` or `if`, where breaking it may be right."""


def met(source: Source, validity: Validity, arguments: Any) -> Iterator[Met]:
    """Yield every schema with every value that it applies to.

    Branches that do not hold are among them, and of the `unevaluated…` keywords also values that
    a neighbour has evaluated: whether something was met in earnest is for a validator to say.
    """
    waiting = [Met(Place("", source.root), (), arguments, False)]
    seen = set()
    while waiting:
        start = waiting.pop()
        for place in source.in_place(start.place, _activity(validity, start.value)):
            key = (place.pointer, start.path)
            if key in seen:
                continue
            seen.add(key)
            negative = start.negative or any(word in place.pointer.split("/") for word in _NEGATIVE)
            yield Met(place, start.path, start.value, negative)
            waiting += [
                Met(part, (*start.path, token), value, negative)
                for part, token, value in _children(place, start.value)
            ]


def _activity(validity: Validity, value: Any) -> Condition:
    def is_active(place: Place, keyword: str, key: str) -> bool:
        if key:
            return isinstance(value, dict) and key in value
        if keyword in ("then", "else") and "if" in place.schema:
            holds = not validity.broken_keywords(joined(place.pointer, "if"), value)
            return holds is (keyword == "then")
        return True

    return is_active


def _children(place: Place, value: Any) -> Iterator[tuple[Place, Token, Any]]:
    if not isinstance(place.schema, dict):
        return
    if isinstance(value, dict):
        yield from _values(place, value)
    elif isinstance(value, list):
        yield from _elements(place, value)


def _values(place: Place, value: dict[str, Any]) -> Iterator[tuple[Place, Token, Any]]:
    pointer, schema = place
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, item in value.items():
        matched = [p for p in patterns if jsonschema_rs.is_valid({"pattern": p}, name)]
        if name in named:
            yield Place(joined(pointer, "properties", name), named[name]), name, item
        for pattern in matched:
            yield (
                Place(joined(pointer, "patternProperties", pattern), patterns[pattern]),
                name,
                item,
            )
        rest = ["unevaluatedProperties"]
        rest += [] if name in named or matched else ["additionalProperties"]
        for keyword in rest:
            if keyword in schema:
                yield Place(joined(pointer, keyword), schema[keyword]), name, item
        if "propertyNames" in schema:
            names = Place(joined(pointer, "propertyNames"), schema["propertyNames"])
            yield names, KeyName(name), name


def _elements(place: Place, value: list[Any]) -> Iterator[tuple[Place, Token, Any]]:
    pointer, schema = place
    keyword = "prefixItems" if "prefixItems" in schema else "items"
    listed = schema.get(keyword)
    prefix = listed if isinstance(listed, list) else []
    for index, item in enumerate(value):
        if index < len(prefix):
            yield Place(joined(pointer, keyword, index), prefix[index]), index, item
        rest = ["contains", "unevaluatedItems"]
        if index >= len(prefix):
            rest += ["additionalItems"] if keyword == "items" and prefix else ["items"]
        for word in rest:
            if isinstance(schema.get(word), dict | bool):
                yield Place(joined(pointer, word), schema[word]), index, item


def pointer_to(path: Path) -> str:
    """Return `path` as a JSON pointer; the name of a key points at the key."""
    return joined("", *(token.name if isinstance(token, KeyName) else token for token in path))


def replaced(arguments: Any, path: Path, now: Any) -> Any:
    """Return `arguments` with `now` at `path`; a key's name is renamed, its value kept."""
    if not path:
        return now
    token, rest = path[0], path[1:]
    if isinstance(token, KeyName):
        return {(now if key == token.name else key): item for key, item in arguments.items()}
    if isinstance(token, int):
        changed = replaced(arguments[token], rest, now)
        return [*arguments[:token], changed, *arguments[token + 1 :]]
    return {**arguments, token: replaced(arguments[token], rest, now)}
