"""Nodes of objects: every key that may be there, each with what its value has to obey."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import jsonschema_rs
from jsonschema_rs import CanonicalSchema, canonical

from harness.generation.choices import Choices
from harness.generation.compilation import Compilation
from harness.generation.hints import ANY, Path
from harness.generation.node import Node
from harness.generation.object_node import Key, ObjectNode
from harness.generation.pattern_text import matching
from harness.generation.unsupported import UnsupportedSchema

MOST_KEYS = 500
_FURTHER_NAMES = (
    "key",
    "extra",
    "user-id",
    "x-trace",
    "0",
    "50256",
    "ключ",
    "a b",
    "",
    "a/b~c",
    "$k",
)


class OpenObject(NamedTuple):
    """The view of an object of which the canonical form keeps nothing but the type."""

    min_properties: int | None = None
    max_properties: int | None = None
    required: Sequence[str] = ()
    property_names: CanonicalSchema | None = None
    properties: Mapping[str, CanonicalSchema] = MappingProxyType({})
    pattern_properties: Mapping[str, CanonicalSchema] = MappingProxyType({})
    additional_properties: CanonicalSchema | None = None
    violations: Sequence[Any] = ()


OPEN = OpenObject()


def object_node(compilation: Compilation, part: CanonicalSchema, view: Any, path: Path) -> Node:
    """Return the node of an object.

    Raises:
        UnsupportedSchema: a required value or enough keys cannot be made.
    """
    keys = _Keys(compilation, view, path)
    required = [
        Key(name, compilation.node(keys.value(name), (*path, name))) for name in view.required
    ]
    named = [name for name in keys.declared() if name not in view.required]
    optional = keys.possible(named)
    least = view.min_properties or 0
    taken = {*view.required, *named}
    further = keys.further(path, taken, least - len(required) - len(optional))
    groups = [keys.group(violation) for violation in view.violations]
    spare = len(required) + len(optional) + len(further) + len(groups)
    if least > spare or least > MOST_KEYS or not all(groups):
        keyword = "minProperties" if least else "not"
        where = compilation.hints.located(path, keyword)
        raise UnsupportedSchema(keyword, where, "there are too few keys that may be there")
    made = ObjectNode(
        required, optional, further, groups=groups, least=least, most=view.max_properties
    )
    compilation.added(made)
    return made


class _Keys:
    """Which keys an object may have, and the schema of each."""

    def __init__(self, compilation: Compilation, view: Any, path: Path) -> None:
        self._compilation, self._view, self._path = compilation, view, path
        self._names = None
        if view.property_names is not None:
            schema = view.property_names.to_json_schema()
            self._names = jsonschema_rs.validator_for(schema, validate_formats=True)

    def declared(self) -> list[str]:
        """Return the named keys: in the author's order, then what canonical form knows besides."""
        known = [name for name in self._view.properties if name not in self._listed()]
        hinted = self._compilation.hints.names(self._path)
        return list(dict.fromkeys([*hinted, *self._listed(), *known]))

    def _listed(self) -> list[str]:
        view = self._view.property_names.view() if self._view.property_names else None
        match view:
            case canonical.EnumView():
                return [name for name in view.values if isinstance(name, str)]
            case canonical.ConstView() if isinstance(view.value, str):
                return [view.value]
        return []

    def value(self, name: str) -> CanonicalSchema:
        """Return what the value under `name` has to obey, false where the name is not allowed."""
        if self._names is not None and not self._names.is_valid(name):
            return self._compilation.canonical({"not": {}})
        view = self._view
        parts = [view.properties[name]] if name in view.properties else []
        for pattern, part in view.pattern_properties.items():
            if _matches(pattern, name):
                parts.append(part)
        if not parts and view.additional_properties is not None:
            parts.append(view.additional_properties)
        found = self._compilation.canonical({})
        for part in parts:
            found = found.intersect(part) if parts[1:] else part
        return found

    def possible(self, names: Iterable[str]) -> list[Key]:
        """Return those of `names` whose values can be made."""
        found = []
        for name in names:
            hint = name if name in self._compilation.hints.names(self._path) else ANY
            node = self._compilation.attempt(self.value(name), (*self._path, hint))
            if node is not None:
                found.append(Key(name, node))
        return found

    def further(self, path: Path, taken: set[str], missing: int) -> list[Key]:
        """Return unnamed keys, where the schema speaks of them or has to have them."""
        view = self._view
        speaks = view.additional_properties is not None or self._compilation.hints.takes_more(path)
        if not (speaks or view.pattern_properties or missing > 0 or not taken):
            return []
        names = [name for name in self._further_names(missing) if name not in taken]
        if view.pattern_properties and not speaks and missing <= 0:
            names = [n for n in names if any(_matches(p, n) for p in view.pattern_properties)]
        return self.possible(dict.fromkeys(names))

    def _further_names(self, missing: int) -> Iterator[str]:
        for pattern in self._view.pattern_properties:
            yield from _names_like(pattern)
        names = self._view.property_names
        if names is not None and isinstance(names.view(), canonical.StringView):
            node = self._compilation.attempt(names, (*self._path, ANY))
            yield from getattr(node, "values", [])[:24]
        yield from _FURTHER_NAMES
        yield from (f"key{number}" for number in range(min(missing, MOST_KEYS)))

    def group(self, violation: Any) -> list[Key]:
        """Return the keys of which one has to be there to break what the object must break."""
        compilation = self._compilation
        match violation:
            case canonical.NameFailsView():
                schema: Any = violation.schema.to_json_schema()
                names = jsonschema_rs.validator_for(schema)
                candidates = [*self.declared(), *self._further_names(8), *_ODD_NAMES]
                return self.possible(name for name in candidates if not names.is_valid(name))
            case canonical.UndeclaredValueFailsView():
                barred = violation.additional
                candidates = [
                    name
                    for name in self._further_names(2)
                    if name not in violation.names
                    and not any(_matches(pattern, name) for pattern in violation.patterns)
                ]
            case _:
                barred = violation.schema
                candidates = list(_names_like(violation.pattern))
        found = []
        for name in dict.fromkeys(candidates):
            node = compilation.attempt(self.value(name).subtract(barred), (*self._path, ANY))
            if node is not None:
                found.append(Key(name, node))
        return found


_ODD_NAMES = ("A B", "UPPER", "lower", "1", "é", "_", "-", "a" * 80)


def _names_like(pattern: str) -> Iterator[str]:
    for data in (b"", b"\x01\x02\x03\x04", b"\x09\x21\x05\x13\x2f", b"\x03\x0b\x1f\x07"):
        for extra in (0, 2, None):
            name = matching(pattern, Choices(data), extra=extra)
            if name is not None and _matches(pattern, name):
                yield name


def _matches(pattern: str, name: str) -> bool:
    return jsonschema_rs.is_valid({"pattern": pattern}, name)
