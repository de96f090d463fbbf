"""Nodes of arrays."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from jsonschema_rs import CanonicalSchema, canonical

from harness.generation.compilation import Compilation
from harness.generation.hints import ANY, Path
from harness.generation.leaves import anything
from harness.generation.node import SIMPLE, ArrayNode, Node
from harness.generation.proven import proven
from harness.generation.unsupported import UnsupportedSchema

MOST_ITEMS = 2_000
"""Elements; an array that has to be longer is not generated."""


def array_node(compilation: Compilation, part: CanonicalSchema, view: Any, path: Path) -> Node:
    """Return the node of an array.

    Raises:
        UnsupportedSchema: the least array cannot be made.
    """
    least = view.min_items or 0
    if least > MOST_ITEMS:
        where = compilation.hints.located(path, "minItems")
        raise UnsupportedSchema("minItems", where, f"{least} elements are too many")
    if view.distinctness is canonical.Distinctness.SOME_REPEATED:
        return proven(compilation, part, path)
    try:
        parts = _parts(compilation, view)
    except canonical.CanonicalizationError:
        return proven(compilation, part, path)
    below = (*path, ANY)
    prefix = _prefix(compilation, parts.prefix, below)
    # Where an element of the prefix cannot be made, the array ends before it.
    is_whole = len(prefix) == len(parts.prefix)
    most = view.max_items if is_whole else min(len(prefix), view.max_items or len(prefix))
    needed = [(compilation.node(one, below), count) for one, count in parts.needed]
    if needed:
        least = max(least, len(prefix) + sum(count for _, count in needed))
    if most is not None and least > most:
        return proven(compilation, part, path)
    items = _node(parts.items, below, compilation) if is_whole else None
    node = ArrayNode(
        prefix=prefix,
        items=items,
        needed=needed,
        least=least,
        most=most,
        distinct=view.distinctness is canonical.Distinctness.ALL_DISTINCT,
    )
    compilation.added(node)
    _check(compilation, node, path)
    return node


class _Parts(NamedTuple):
    """What the elements have to obey, by place."""

    prefix: list[CanonicalSchema]
    needed: list[tuple[CanonicalSchema, int]]
    """Elements that `contains` asks for, and how many."""
    items: CanonicalSchema


def _parts(compilation: Compilation, view: Any) -> _Parts:
    items = view.items if view.items is not None else compilation.canonical({})
    prefix = list(view.prefix_items)
    needed = []
    for wanted in view.contains:
        count = 1 if wanted.min_contains is None else wanted.min_contains
        inside = items.intersect(wanted.schema)
        for other in view.contains:
            if other is not wanted and other.max_contains is not None:
                inside = inside.subtract(other.schema)
        if count:
            needed.append((inside, count))
    for wanted in view.contains:
        if wanted.max_contains is not None:
            # Only the needed elements match, so that there are never too many.
            items = items.subtract(wanted.schema)
            prefix = [one.subtract(wanted.schema) for one in prefix]
    return _Parts(prefix, needed, items)


def _check(compilation: Compilation, node: ArrayNode, path: Path) -> None:
    present = len(node.prefix) + sum(count for _, count in node.needed)
    if node.items is None and node.least > present:
        where = compilation.hints.located(path, "minItems")
        raise UnsupportedSchema("minItems", where, "there are too few values for the elements")
    if node.distinct and node.least > 1:
        compilation.settle()
        if node.height < math.inf and len(node.build(SIMPLE, 0)) < node.least:
            where = compilation.hints.located(path, "uniqueItems")
            raise UnsupportedSchema("uniqueItems", where, f"{node.least} distinct values not found")


def _prefix(compilation: Compilation, parts: list[CanonicalSchema], below: Path) -> list[Node]:
    prefix: list[Node] = []
    for part in parts:
        node = compilation.attempt(part, below)
        if node is None:
            break
        prefix.append(node)
    return prefix


def _node(items: CanonicalSchema, below: Path, compilation: Compilation) -> Node | None:
    if isinstance(items.view(), canonical.TrueView):
        return anything(())
    return compilation.attempt(items, below)
