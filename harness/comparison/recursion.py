"""Containment of schemas that refer to themselves, which set algebra leaves open: by induction.

A value is finite, so what holds of all smaller values may be assumed for one: where the places of
a recursive definition take a value, assume of it what is to be proven. Each recursive definition
of the inner schema becomes a set nobody knows anything about; each of the outer becomes another
one, joined with the sets that it is assumed to hold. What cannot be proven under the assumptions
is struck from them, until the rest stands.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from jsonschema_rs import canonical

from harness.comparison.dialects import dialect_of
from harness.comparison.recursive_document import RecursiveDocument, Unreadable
from harness.generation.source import Source
from harness.generation.validity import Schema

_UNORDERED = ("anyOf", "oneOf", "allOf")
_MOST_PAIRS = 60
_MOST_PLACES = 20_000
_NAMES_ONLY = ("$defs", "definitions")


Pair = tuple[str, str]


def is_contained_in_recursion(inner: Schema, outer: Schema) -> bool:
    """Tell whether it is proven that `outer` accepts all that `inner` accepts.

    Only asked where one of them is recursive, else False: set algebra decides the rest.
    """
    try:
        one, other = RecursiveDocument(inner), RecursiveDocument(outer)
        if not one.recursive and not other.recursive:
            return False
        if Source(inner).endless() is not None or Source(outer).endless() is not None:
            return False
        return _is_proven(one, other)
    except (Unreadable, canonical.CanonicalizationError, RecursionError):
        return False


def _is_proven(inner: RecursiveDocument, outer: RecursiveDocument) -> bool:
    assumed = set(itertools.islice(_pairs(inner, outer), _MOST_PAIRS))
    while True:
        unproven = {
            pair
            for pair in assumed
            if not _holds(inner, outer, inner.target(pair[0]), outer.target(pair[1]), assumed)
        }
        if not unproven:
            return _holds(inner, outer, inner.schema, outer.schema, assumed)
        assumed -= unproven


def _pairs(inner: RecursiveDocument, outer: RecursiveDocument) -> Iterator[Pair]:
    """Yield the recursive references that stand at the same place of both documents."""
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[Any, Any]] = [(inner.schema, outer.schema)]
    while waiting and len(seen) < _MOST_PLACES:
        one, other = waiting.pop()
        if (id(one), id(other)) in seen:
            continue
        seen.add((id(one), id(other)))
        refs = [
            part["$ref"] if isinstance(part, dict) and isinstance(part.get("$ref"), str) else None
            for part in (one, other)
        ]
        if refs[0] in inner.recursive and refs[1] in outer.recursive:
            yield str(refs[0]), str(refs[1])
        if refs[0] is not None or refs[1] is not None:
            waiting.append(
                (
                    one if refs[0] is None else inner.target(refs[0]),
                    other if refs[1] is None else outer.target(refs[1]),
                )
            )
        waiting += _children(one, other)


def _children(one: Any, other: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() & other.keys():
            if key in _UNORDERED and isinstance(one[key], list) and isinstance(other[key], list):
                yield from itertools.product(one[key], other[key])
            elif key not in _NAMES_ONLY:
                yield one[key], other[key]
    elif isinstance(one, list) and isinstance(other, list):
        yield from zip(one, other, strict=False)


def _holds(
    inner: RecursiveDocument, outer: RecursiveDocument, one: Any, other: Any, assumed: set[Pair]
) -> bool:
    """Tell whether `other` covers `one` where smaller values obey what is assumed."""
    mine = {ref: _set("inner", ref) for ref in inner.recursive}
    theirs = {
        ref: {"anyOf": [_set("outer", ref), *(mine[a] for a, b in sorted(assumed) if b == ref)]}
        for ref in outer.recursive
    }
    names = [*map(_name, ["inner"] * len(mine), mine), *map(_name, ["outer"] * len(theirs), theirs)]
    # Each unknown set is a definition that leads to itself: set algebra keeps it as a name.
    unknown = {name: {"properties": {name: {"$ref": f"#/$defs/{name}"}}} for name in sorted(names)}
    forms = [
        jsonschema_rs.canonicalize(
            {"$schema": dialect_of(document.schema), "allOf": [part], "$defs": unknown},
            validate_formats=False,
            offline=True,
        )
        for document, part in (
            (inner, inner.expanded(one, mine)),
            (outer, outer.expanded(other, theirs)),
        )
    ]
    return forms[1].covers(forms[0]) is canonical.Containment.YES


def _set(side: str, ref: str) -> Schema:
    return {"$ref": f"#/$defs/{_name(side, ref)}"}


def _name(side: str, ref: str) -> str:
    return f"{side}-{ref.encode().hex()}"
