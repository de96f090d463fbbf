"""From a schema to the generator's tree, by way of jsonschema-rs' canonical form.

`canonicalize` folds `$ref` siblings, `allOf`, `not`, `if`, `oneOf`, `dependent…` and
`unevaluated…` into disjoint or overlapping alternatives of plain types, in every draft. What it
leaves symbolic is folded one reference further here, or proven value by value (`proven`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jsonschema_rs
from jsonschema_rs import CanonicalSchema, canonical

from harness.generation import leaves
from harness.generation.arrays import array_node
from harness.generation.hints import Hints, Path
from harness.generation.node import Branches, Deferred, Node, Pool
from harness.generation.object_node import ObjectNode
from harness.generation.objects import OPEN, object_node
from harness.generation.proven import proven
from harness.generation.source import Source
from harness.generation.unsupported import UnsupportedSchema
from harness.generation.validity import DEFAULT_DRAFT, Schema

_MOST_NODES = 20_000


class Compiler:
    """Compiles the parts of one document; each part under one name is compiled once."""

    def __init__(self, source: Source) -> None:
        self.hints = Hints(source)
        self._document = source.root
        self.unsupported: list[UnsupportedSchema] = []
        self.dialect = source.root.get("$schema", DEFAULT_DRAFT)
        self._nodes: dict[tuple[CanonicalSchema, str], Node] = {}
        self._all: list[Node] = []

    def canonical(self, schema: Schema) -> CanonicalSchema:
        """Return `schema` in canonical form, in the dialect of the document."""
        return jsonschema_rs.canonicalize(
            {"$schema": self.dialect, **schema}, validate_formats=False, offline=True
        )

    def node(self, part: CanonicalSchema, path: Path) -> Node:
        """Return the node of `part`, which applies to values at `path`.

        Raises:
            UnsupportedSchema: no value can be made for `part`.
        """
        key = (part, path[-1] if path else "")
        if key not in self._nodes:
            if len(self._all) > _MOST_NODES:
                raise UnsupportedSchema("$ref", self.hints.located(path, "$ref"), "it never ends")
            deferred = self.added(Deferred())
            self._nodes[key] = deferred
            try:
                made = self._with_usual_values(self._made(part, path), part, path)
            except UnsupportedSchema:
                del self._nodes[key]
                raise
            deferred.node = made
            if not isinstance(part.view(), canonical.ReferenceView):
                self._nodes[key] = made
        return self._nodes[key]

    def added(self, node: Any) -> Any:
        """Return `node`, whose height will be settled with the others."""
        self._all.append(node)
        return node

    def attempt(self, part: CanonicalSchema, path: Path) -> Node | None:
        """Return the node of a part that may be left out, None when it has to be."""
        if part.satisfiability() is canonical.Satisfiability.NO:
            return None
        try:
            return self.node(part, path)
        except UnsupportedSchema as error:
            if str(error) not in map(str, self.unsupported):
                self.unsupported.append(error)
            return None

    def branches(self, parts: list[CanonicalSchema], path: Path) -> Node:
        """Return the node of a choice; a branch that cannot be made is left out.

        Raises:
            UnsupportedSchema: no branch can be made.
        """
        known = len(self.unsupported)
        found = [node for part in parts if (node := self.attempt(part, path)) is not None]
        if not found and len(self.unsupported) > known:
            raise self.unsupported.pop()
        if not found:
            raise UnsupportedSchema("anyOf", self.hints.located(path, "anyOf"), "no branch holds")
        return self.added(Branches(found)) if len(found) > 1 else found[0]

    def settle(self) -> None:
        """Set the heights of all nodes so far, from below until nothing changes."""
        changed = True
        while changed:
            changed = False
            for node in self._all:
                changed |= node.settle()

    def finish(self, root: Node) -> None:
        """Set all heights and drop what never ends.

        Raises:
            UnsupportedSchema: every value of the root would be infinitely deep.
        """
        self.settle()
        if root.height == math.inf:
            raise UnsupportedSchema("$ref", "", "every value would be infinitely deep")
        for node in self._all:
            if isinstance(node, Branches | ObjectNode) and node.height < math.inf:
                node.prune()

    def _made(self, part: CanonicalSchema, path: Path) -> Node:
        if part.satisfiability() is canonical.Satisfiability.NO:
            raise self._contradiction(path)
        view = part.view()
        maker = _MAKERS.get(type(view))
        return maker(self, part, view, path) if maker else proven(self, part, path)

    def _contradiction(self, path: Path) -> UnsupportedSchema:
        reasons = canonical.find_unsatisfiable(self._document, validate_formats=False, offline=True)
        for pointer in sorted(reasons, key=len, reverse=True):
            reason = reasons[pointer]
            causes = getattr(reason, "causes", None) or [getattr(reason, "cause", None)]
            keywords = [word for cause in causes if cause for word in cause.keywords]
            if keywords:
                together = " together" if len(keywords) > 1 else ""
                said = f"no value satisfies {', '.join(keywords)}{together}"
                return UnsupportedSchema(keywords[0], pointer, said)
        return UnsupportedSchema("$ref", self.hints.located(path, "$ref"), "no value satisfies it")

    def _with_usual_values(self, node: Node, part: CanonicalSchema, path: Path) -> Node:
        # Leaves prefer such values themselves; a sample is for what is put together.
        if isinstance(node, Pool | Deferred) or not path:
            return node
        usual = leaves.accepted(part, self.hints.preferred(path))
        return self.added(Branches([Pool(usual), node])) if usual else node


def _reference(compiler: Compiler, part: CanonicalSchema, view: Any, path: Path) -> Node:
    target = part.definition(view.uri)
    if target is None:
        raise UnsupportedSchema(
            "$ref", compiler.hints.located(path, "$ref"), f"{view.uri!r} leads nowhere"
        )
    return compiler.node(target, path)


def _any_of(compiler: Compiler, part: CanonicalSchema, view: Any, path: Path) -> Node:
    return compiler.branches(view.branches, path)


def _types(compiler: Compiler, part: CanonicalSchema, view: Any, path: Path) -> Node:
    if view.types == ["object"]:
        return object_node(compiler, part, OPEN, path)
    if len(view.types) == 1:
        return leaves.of_type(compiler, part, view.types[0], path)
    return compiler.branches([compiler.canonical({"type": name}) for name in view.types], path)


def _anything(compiler: Compiler, part: CanonicalSchema, view: Any, path: Path) -> Node:
    return leaves.anything(compiler.hints.preferred(path))


def _values(compiler: Compiler, part: CanonicalSchema, view: Any, path: Path) -> Node:
    return Pool(leaves.preferring(compiler.hints.preferred(path), view.values))


def _value(compiler: Compiler, part: CanonicalSchema, view: Any, path: Path) -> Node:
    return Pool([view.value])


Maker = Callable[[Any, CanonicalSchema, Any, Path], Node]
_MAKERS: dict[type, Maker] = {
    canonical.ReferenceView: _reference,
    canonical.AnyOfView: _any_of,
    canonical.MultiTypeView: _types,
    canonical.TrueView: _anything,
    canonical.EnumView: _values,
    canonical.ConstView: _value,
    canonical.StringView: leaves.text,
    canonical.NumberView: leaves.number,
    canonical.IntegerView: leaves.integer,
    canonical.ArrayView: array_node,
    canonical.ObjectView: object_node,
}
