"""Whether a schema names a key of a value, in a branch that the value satisfies.

A part of a message may be one of several objects, and what only another one names is an unknown
key: validators that build objects (zod, pydantic) leave it out, and the schema allows that. An
object that says itself that it takes further keys takes them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonpointer import JsonPointer, JsonPointerException

from harness.generation.validity import Validity

Schema = Mapping[str, Any]
_DEEPEST = 8


def is_declared(schema: Schema, part: Any, value: Any, pointer: str) -> bool:
    """Tell whether the key that ends `pointer`, into `value`, is named by the schema `part`.

    Args:
        schema: the whole schema, which `part` may refer to.
        part: the schema of `value`.
        value: a JSON value that `part` accepts.
        pointer: RFC 6901; what does not end in the key of an object counts as declared.
    """
    parts, found = [part], value
    *way, last = JsonPointer(pointer).parts or [""]
    for step in way:
        parts = [inner for one in _fitting(schema, parts, found) for inner in _inner(one, step)]
        try:
            found = JsonPointer.from_parts([step]).resolve(found)
        except JsonPointerException:
            return True
    if not isinstance(found, Mapping):
        return True
    named = [
        one for one in _fitting(schema, parts, found) if isinstance(one.get("properties"), Mapping)
    ]
    return not named or any(last in one["properties"] or _welcomes_more(one) for one in named)


def _welcomes_more(part: Schema) -> bool:
    """Whether a schema speaks of further keys, and not only leaves them unmentioned."""
    return part.get("additionalProperties", False) is not False


def _fitting(schema: Schema, parts: list[Any], value: Any) -> list[Schema]:
    """Return the schemas that `value` satisfies, unions and references taken apart."""
    flat = [one for part in parts for one in _branches(schema, part, 0)]
    return [one for one in flat if _accepts(schema, one, value)]


def _branches(schema: Schema, part: Any, depth: int) -> Iterator[Schema]:
    if not isinstance(part, Mapping) or depth > _DEEPEST:
        return
    yield part
    reference = part.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        try:
            yield from _branches(schema, JsonPointer(reference[1:]).resolve(schema), depth + 1)
        except JsonPointerException:
            return
    for keyword in ("anyOf", "oneOf", "allOf"):
        for branch in part.get(keyword) or ():
            yield from _branches(schema, branch, depth + 1)


def _accepts(schema: Schema, part: Schema, value: Any) -> bool:
    definitions = {key: schema[key] for key in ("$defs", "definitions", "$schema") if key in schema}
    try:
        return Validity({**definitions, **part}).accepts(value)
    except ValueError:
        return True  # a reference into another place of the whole: no ground to leave it out


def _inner(part: Schema, step: str) -> Iterator[Any]:
    if step.isdigit():
        items, prefix = part.get("items"), part.get("prefixItems") or ()
        yield from (prefix[int(step)],) if int(step) < len(prefix) else (items,)
    else:
        yield (part.get("properties") or {}).get(step)
