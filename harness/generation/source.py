"""The input schema as written: its places, where references lead, what applies where.

The keyword tables are those of JSON Schema 2020-12 (Core §10, Validation §6), with the older
spellings of 2019-09 and draft-07: `definitions`, `dependencies`, `additionalItems`, `items` as
an array, `$recursiveRef`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import referencing.exceptions
import referencing.jsonschema

from harness.generation.validity import DEFAULT_DRAFT, Schema

IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
IN_PLACE = ("not", "if", "then", "else")
BY_KEY = ("dependentSchemas", "dependencies")
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
NAMED = ("properties", "patternProperties", "$defs", "definitions", *BY_KEY)
SINGLE = (
    *IN_PLACE, "additionalProperties", "propertyNames", "unevaluatedProperties", "items",
    "additionalItems", "unevaluatedItems", "contains", "contentSchema",
)  # fmt: skip
LISTS = (*IN_PLACE_LISTS, "prefixItems", "items")


class Place(NamedTuple):
    """A schema and where it stands, RFC 6901."""

    pointer: str
    schema: Any


Condition = Callable[[Place, str, str], bool]


def _always(place: Place, keyword: str, key: str) -> bool:
    return True


def escaped(token: str | int) -> str:
    """Return `token` as a reference token of RFC 6901."""
    return str(token).replace("~", "~0").replace("/", "~1")


def joined(pointer: str, *tokens: str | int) -> str:
    """Return `pointer` with `tokens` added."""
    return "".join([pointer, *(f"/{escaped(token)}" for token in tokens)])


class Source:
    """One schema document; references are followed inside it only."""

    def __init__(self, schema: Schema) -> None:
        self.root = schema
        self.places = dict(_places(schema, ""))
        self._by_identity = {
            id(part): pointer for pointer, part in self.places.items() if isinstance(part, dict)
        }
        resource = referencing.Resource.from_contents(
            schema, default_specification=referencing.jsonschema.specification_with(DEFAULT_DRAFT)
        )
        base = resource.id() or ""
        self._resolver = referencing.Registry().with_resource(base, resource).resolver(base)

    def followed(self, place: Place) -> Place | None:
        """Return where the reference in `place` leads, None without one or outside."""
        for keyword in REFERENCES:
            reference = place.schema.get(keyword) if isinstance(place.schema, dict) else None
            if isinstance(reference, str):
                return self._target(reference)
        return None

    def _target(self, reference: str) -> Place | None:
        try:
            contents = self._resolver.lookup(reference).contents
        except referencing.exceptions.Unresolvable:
            return None
        pointer = self._by_identity.get(id(contents))
        return Place(pointer, contents) if pointer is not None else None

    def in_place(self, place: Place, is_active: Condition = _always) -> Iterator[Place]:
        """Yield `place` and every schema that applies to the same value, each once.

        Args:
            place: where to start.
            is_active: whether the schema under a keyword and key of a place is asked at all, for
                `then`, `else` and what depends on a key.
        """
        seen, waiting = set(), [place]
        while waiting:
            here = waiting.pop()
            if here.pointer in seen:
                continue
            seen.add(here.pointer)
            yield here
            waiting += reversed(list(self._beside(here, is_active)))

    def endless(self) -> str | None:
        """Return a place that applies to a value if itself applies to it, which never ends."""
        done: set[str] = set()
        for start in self.places.items():
            way: list[tuple[Place, Iterator[Place]]] = []
            waiting: Place | None = Place(*start)
            while waiting is not None or way:
                if waiting is not None:
                    if any(place.pointer == waiting.pointer for place, _ in way):
                        return waiting.pointer
                    if waiting.pointer not in done:
                        way.append((waiting, self._beside(waiting, _always)))
                    waiting = None
                    continue
                place, rest = way[-1]
                waiting = next(rest, None)
                if waiting is None:
                    done.add(place.pointer)
                    way.pop()
        return None

    def _beside(self, place: Place, is_active: Condition) -> Iterator[Place]:
        pointer, schema = place
        if not isinstance(schema, dict):
            return
        followed = self.followed(place)
        if followed is not None:
            yield followed
        for keyword in IN_PLACE_LISTS:
            for index, part in enumerate(schema.get(keyword, ())):
                yield Place(joined(pointer, keyword, index), part)
        for keyword in IN_PLACE:
            if keyword in schema and is_active(place, keyword, ""):
                yield Place(joined(pointer, keyword), schema[keyword])
        for keyword in BY_KEY:
            for key, part in schema.get(keyword, {}).items():
                if not isinstance(part, list) and is_active(place, keyword, key):
                    yield Place(joined(pointer, keyword, key), part)


def _places(schema: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    yield pointer, schema
    if not isinstance(schema, dict):
        return
    for keyword in NAMED:
        named = schema.get(keyword)
        for key, part in named.items() if isinstance(named, dict) else ():
            if isinstance(part, dict | bool):
                yield from _places(part, joined(pointer, keyword, key))
    for keyword in SINGLE:
        if isinstance(schema.get(keyword), dict | bool):
            yield from _places(schema[keyword], joined(pointer, keyword))
    for keyword in LISTS:
        if isinstance(schema.get(keyword), list):
            for index, part in enumerate(schema[keyword]):
                yield from _places(part, joined(pointer, keyword, index))
