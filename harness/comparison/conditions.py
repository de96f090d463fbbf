"""Conditions with one way out, written as what they are: set algebra sees through that."""

from __future__ import annotations

from typing import Any

from harness.comparison.dialects import knows_conditions
from harness.generation.source import Source
from harness.generation.validity import Schema


def with_plain_conditions(schema: Schema) -> Schema:
    """Return an equal schema without conditions that only demand or only forbid.

    `if A, else false` is A, and `if A, then false` is not A (JSON Schema 2020-12, Core §10.2.2).
    """
    if not knows_conditions(schema):
        return schema
    places = {id(part) for part in Source(schema).places.values() if _is_plain(part)}
    return _rewritten(schema, places) if places else schema


def _is_plain(part: Any) -> bool:
    # Up to draft-07, what stands beside $ref is passed over.
    if not isinstance(part, dict) or "if" not in part or "$ref" in part:
        return False
    ways = [part.get(word, True) for word in ("then", "else")]
    return all(isinstance(way, bool) for way in ways) and ways[0] is not ways[1]


def _rewritten(part: Any, places: set[int]) -> Any:
    if isinstance(part, list):
        return [_rewritten(item, places) for item in part]
    if not isinstance(part, dict):
        return part
    copied = {key: _rewritten(value, places) for key, value in part.items()}
    if id(part) in places:
        condition = copied.pop("if")
        is_demanded = copied.pop("then", True)
        copied.pop("else", None)
        demand = condition if is_demanded else {"not": condition}
        copied["allOf"] = [*copied.get("allOf", ()), demand]
    return copied
