"""References written out, so that what a definition is called decides nothing.

Set algebra leaves some definitions under their names (jsonschema-rs 0.60 does so where
`patternProperties` stands in one), and then holds two names for two sets.
"""

from __future__ import annotations

from typing import Any

from harness.comparison.dialects import applies_beside_references
from harness.generation.source import REFERENCES, Place, Source
from harness.generation.validity import Schema

_MOST_PARTS = 20_000
_NAMED_ELSEWHERE = ("$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor")
_LEFT = ("$dynamicRef", "$recursiveRef")


class _Kept(Exception):
    """The references of this schema have to stay."""


def with_references_written_out(schema: Schema) -> Schema:
    """Return an equal schema without `$ref`; the same one where it is recursive or grows too large.

    Up to draft-07 what stands beside a `$ref` is passed over (draft-07, Core §8.3).
    """
    if "$ref" not in str(schema):
        return schema
    source = Source(schema)
    parts = [part for part in source.places.values() if isinstance(part, dict)]
    if any(word in part for part in parts for word in (*_NAMED_ELSEWHERE, *_LEFT)):
        return schema
    try:
        written: Schema = _Writer(source, hides=not applies_beside_references(schema)).written(
            schema, ()
        )
    except _Kept:
        return schema
    return {key: value for key, value in written.items() if key not in ("$defs", "definitions")}


class _Writer:
    """Copies schemas of one document, references replaced by what they lead to."""

    def __init__(self, source: Source, *, hides: bool) -> None:
        self._source, self._hides = source, hides
        self._places = {
            id(part): pointer for pointer, part in source.places.items() if isinstance(part, dict)
        }
        self._parts = 0

    def written(self, part: Any, way: tuple[str, ...]) -> Any:
        """Return the copy; `way` are the places of the references that led here."""
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise _Kept
        if isinstance(part, list):
            return [self.written(item, way) for item in part]
        if not isinstance(part, dict):
            return part
        pointer = self._places.get(id(part))
        if pointer is None or not any(isinstance(part.get(word), str) for word in REFERENCES):
            return {key: self.written(value, way) for key, value in part.items()}
        return self._followed(Place(pointer, part), way)

    def _followed(self, place: Place, way: tuple[str, ...]) -> Any:
        target = self._source.followed(place)
        if target is None or target.pointer in way:
            raise _Kept
        found = self.written(target.schema, (*way, target.pointer))
        beside = {key: value for key, value in place.schema.items() if key != "$ref"}
        if not beside or self._hides:
            return found
        copied = self.written(beside, way)
        return {**copied, "allOf": [*copied.get("allOf", ()), found]}
