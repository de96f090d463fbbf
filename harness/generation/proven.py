"""Nodes for what the canonical form leaves symbolic: values made for a part of it, then proven."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import jsonpointer
from jsonschema_rs import CanonicalSchema, canonical

from harness.generation.choices import Choices
from harness.generation.compilation import Compilation
from harness.generation.hints import Path
from harness.generation.leaves import accepted
from harness.generation.node import Deferred, Node, Pool, Unfinished
from harness.generation.samples import ANYTHING, PLAIN
from harness.generation.unsupported import UnsupportedSchema

_ATTEMPTS = 150
_DROPPED = (
    "not", "if", "oneOf", "contains", "minContains", "maxContains", "unevaluatedProperties",
    "unevaluatedItems", "dependentSchemas", "dependencies", "propertyNames", "patternProperties",
    "anyOf", "allOf",
)  # fmt: skip
"""In this order keywords are left out of a schema to get proposals for the whole."""


def proven(compilation: Compilation, part: CanonicalSchema, path: Path) -> Node:
    """Return a node of values that both validators accept for `part`.

    Raises:
        UnsupportedSchema: none was found; names the keyword and where it stands.
    """
    folded = _folded(part)
    if folded is not None:
        return compilation.node(folded, path)
    found: list[Any] = []
    for looser in _looser(compilation, part):
        proposals = _proposals(compilation, looser, path)
        found += accepted(part, [*compilation.hints.preferred(path), *proposals])
        if len(found) >= 8:
            break
    found = accepted(part, found) or accepted(part, _anything())
    if not found:
        keyword, pointer = _culprit(compilation, part, path)
        raise UnsupportedSchema(keyword, pointer, "no value could be found for it")
    return Pool(found)


def _folded(part: CanonicalSchema) -> CanonicalSchema | None:
    """Return an equal canonical form in which references on the top level are taken apart."""
    view = part.view()
    try:
        match view:
            case canonical.AllOfView():
                folded = _all(part, view.branches)
            case canonical.NotView():
                folded = _target(part, view.schema).negate()
            case canonical.TypedGroupView():
                folded = _all(part, [view.body])
            case canonical.OneOfView():
                folded = _one(part, view.branches)
            case _:
                return None
    except canonical.CanonicalizationError:
        return None
    return folded if folded.kind != part.kind and folded != part else None


def _target(part: CanonicalSchema, branch: CanonicalSchema) -> CanonicalSchema:
    view = branch.view()
    if isinstance(view, canonical.ReferenceView):
        return part.definition(view.uri) or branch
    return branch


def _all(part: CanonicalSchema, branches: list[CanonicalSchema]) -> CanonicalSchema:
    first, *others = [_target(part, branch) for branch in branches]
    for other in others:
        first = first.intersect(other)
    return first


def _one(part: CanonicalSchema, branches: list[CanonicalSchema]) -> CanonicalSchema:
    targets = [_target(part, branch) for branch in branches]
    alternatives = []
    for index, target in enumerate(targets):
        alone = target
        for other in targets[:index] + targets[index + 1 :]:
            alone = alone.subtract(other)
        alternatives.append(alone)
    first, *others = alternatives
    for other in others:
        first = first.union(other)
    return first


def _looser(compilation: Compilation, part: CanonicalSchema) -> Iterator[CanonicalSchema]:
    view = part.view()
    if isinstance(view, canonical.OneOfView | canonical.AllOfView):
        yield from view.branches
    schema = part.to_json_schema()
    if not isinstance(schema, dict):
        return
    if isinstance(view, canonical.RawView) and view.pointer:
        yield compilation.canonical(_without(schema, view.pointer))
    for branch in _alternatives(schema):
        yield compilation.canonical(_in_document(schema, branch))
    for keyword in _DROPPED:
        if keyword in schema:
            schema = {key: value for key, value in schema.items() if key != keyword}
            looser = compilation.canonical(schema)
            if not isinstance(looser.view(), canonical.RawView) and looser != part:
                yield looser


def _alternatives(schema: dict[str, Any]) -> Iterator[Any]:
    for keyword in ("allOf", "oneOf", "anyOf"):
        yield from schema.get(keyword, ())
    yield from (schema[keyword] for keyword in ("then", "else") if keyword in schema)


def _in_document(schema: dict[str, Any], branch: Any) -> dict[str, Any]:
    kept: dict[str, Any] = {
        word: schema[word] for word in ("$defs", "definitions", "type") if word in schema
    }
    return {**kept, **branch} if isinstance(branch, dict) else kept


def _without(schema: dict[str, Any], pointer: str) -> dict[str, Any]:
    copied = copy.deepcopy(schema)
    return dict(jsonpointer.set_pointer(copied, pointer, True))


def _proposals(compilation: Compilation, looser: CanonicalSchema, path: Path) -> Iterator[Any]:
    node = compilation.attempt(looser, path)
    # A part still being compiled has no node yet: its own values cannot help to make it.
    if node is None or isinstance(node, Deferred):
        return
    compilation.settle()
    if node.height == math.inf:
        return
    # What leads back to the part being made is not there yet, and is passed over.
    with suppress(Unfinished):
        yield from node.shapes(2)
    shuffled = random.Random(0)  # variety, not secrecy
    for _ in range(_ATTEMPTS):
        with suppress(Unfinished):
            yield node.build(Choices(shuffled.randbytes(48)), 2)


def _anything() -> Iterator[Any]:
    yield from PLAIN
    for values in ANYTHING.values():
        yield from values


def _culprit(compilation: Compilation, part: CanonicalSchema, path: Path) -> tuple[str, str]:
    view = part.view()
    schema = view.schema if isinstance(view, canonical.RawView) else part.to_json_schema()
    words = [word for word in _DROPPED if isinstance(schema, dict) and word in schema]
    keyword = words[0] if words else "type"
    return keyword, compilation.hints.located(path, keyword)
