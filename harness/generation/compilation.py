"""What the makers of single nodes ask of the compiler."""

from __future__ import annotations

from typing import Any, Protocol

from jsonschema_rs import CanonicalSchema

from harness.generation.hints import Hints, Path
from harness.generation.node import Node
from harness.generation.unsupported import UnsupportedSchema
from harness.generation.validity import Schema


class Compilation(Protocol):
    """One document on its way to a tree; `compiling.Compiler` is it."""

    hints: Hints
    unsupported: list[UnsupportedSchema]

    def canonical(self, schema: Schema) -> CanonicalSchema:
        """Return `schema` in canonical form, in the dialect of the document."""

    def node(self, part: CanonicalSchema, path: Path) -> Node:
        """Return the node of `part`."""

    def attempt(self, part: CanonicalSchema, path: Path) -> Node | None:
        """Return the node of a part that may be left out, None when it has to be."""

    def branches(self, parts: list[CanonicalSchema], path: Path) -> Node:
        """Return the node of a choice."""

    def added(self, node: Any) -> Any:
        """Return `node`, whose height will be settled with the others."""

    def settle(self) -> None:
        """Set the heights of all nodes so far."""
