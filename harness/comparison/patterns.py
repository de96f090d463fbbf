"""Saying of a schema's patterns what else they imply, so that set algebra can use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.generation.source import Source
from harness.generation.validity import Schema

_MOST_PAIRS = 400


def with_implied_patterns(schema: Schema, other: Schema) -> Schema:
    """Return an equal schema that also names the patterns of `other` which its own imply.

    Where `^a+$` stands and `other` has `^a*$`, it becomes `^a+$` and `^a*$`: the same texts, but
    now set algebra sees the second in the first.
    """
    own, theirs = set(_patterns(schema)), set(_patterns(other))
    # The patterns of one side alone say nothing that set algebra does not see.
    if not own or not theirs or len(own | theirs) == 1 or len(own) * len(theirs) > _MOST_PAIRS:
        return schema
    from harness.comparison.languages import is_within  # automata, only where patterns differ

    implied = {
        pattern: [more for more in sorted(theirs) if more != pattern and is_within(pattern, more)]
        for pattern in own
    }
    implied = {pattern: more for pattern, more in implied.items() if more}
    if not implied:
        return schema
    written: Schema = _added(schema, implied, {id(part) for part in _places(schema)})
    return written


def _places(schema: Schema) -> Iterator[dict[str, Any]]:
    for part in Source(schema).places.values():
        if isinstance(part, dict):
            yield part


def _patterns(schema: Schema) -> Iterator[str]:
    for part in _places(schema):
        if isinstance(part.get("pattern"), str):
            yield part["pattern"]


def _added(part: Any, implied: dict[str, list[str]], schemas: set[int]) -> Any:
    if isinstance(part, list):
        return [_added(item, implied, schemas) for item in part]
    if not isinstance(part, dict):
        return part
    copied = {key: _added(value, implied, schemas) for key, value in part.items()}
    more = implied.get(part["pattern"], ()) if isinstance(part.get("pattern"), str) else ()
    if more and id(part) in schemas:
        copied["allOf"] = [*copied.get("allOf", ()), *({"pattern": item} for item in more)]
    return copied
