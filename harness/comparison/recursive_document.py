"""A schema document that refers to itself: its references, and copies that need no document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonpointer

from harness.comparison.dialects import dialect_of
from harness.generation.source import LISTS, NAMED, SINGLE
from harness.generation.validity import Schema

_DEFINITIONS = ("$defs", "definitions")
_BY_NAME = tuple(word for word in NAMED if word not in _DEFINITIONS)
_ELSEWHERE = (
    "$id", "id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef",
)  # fmt: skip
"""Other ways to lead somewhere."""
_LOOKS_AROUND = ("unevaluatedProperties", "unevaluatedItems")
"""What these say depends on the inside of a neighbour, which an unknown set does not show."""


class Unreadable(Exception):
    """The document refers, or looks, in a way that is not followed here."""


class RecursiveDocument:
    """A schema whose references are followed, all but those that lead back to themselves.

    Attributes:
        recursive: the references that lead back to themselves, as they are written.

    Raises:
        Unreadable: a reference is not `#` or `#/…` within the document.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._ignores_neighbours = "draft-0" in dialect_of(schema)
        direct = self._direct()
        self.recursive = {ref for ref in direct if ref in _reachable(ref, direct)}

    def _direct(self) -> dict[str, set[str]]:
        """Return every reference that is met → those that its target holds."""
        found: dict[str, set[str]] = {}
        waiting = set(_references(self.schema))
        while waiting:
            ref = waiting.pop()
            found[ref] = set(_references(self.target(ref)))
            waiting |= found[ref] - found.keys()
        return found

    def target(self, ref: str) -> Any:
        """Return the schema that `ref` leads to.

        Raises:
            Unreadable: it leads out of the document, or nowhere.
        """
        if ref != "#" and not ref.startswith("#/"):
            raise Unreadable(ref)
        try:
            return jsonpointer.resolve_pointer(self.schema, ref[1:])
        except jsonpointer.JsonPointerException as error:
            raise Unreadable(ref) from error

    def expanded(self, part: Any, sets: Mapping[str, Any]) -> Any:
        """Return `part` with recursive references replaced by `sets`, others by their targets."""
        if not isinstance(part, dict):
            return part
        rest = _mapped(part, lambda below: self.expanded(below, sets))
        ref = rest.pop("$ref", None)
        if ref is None:
            return rest
        meant = sets[ref] if ref in self.recursive else self.expanded(self.target(ref), sets)
        # Up to draft-07 a reference stands alone, whatever stands beside it.
        return meant if self._ignores_neighbours else _with(rest, meant)


def _with(rest: dict[str, Any], meant: Any) -> dict[str, Any]:
    return {**rest, "allOf": [*rest.get("allOf", ()), meant]}


def _mapped(part: dict[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """Return a schema object with `change` applied to each schema in it; definitions are left."""
    changed: dict[str, Any] = {}
    for word, value in part.items():
        if word in _DEFINITIONS:
            continue
        if word in _BY_NAME and isinstance(value, dict):
            changed[word] = {
                # `dependencies` has lists of names as well.
                name: below if isinstance(below, list) else change(below)
                for name, below in value.items()
            }
        elif word in LISTS and isinstance(value, list):
            changed[word] = [change(below) for below in value]
        else:
            changed[word] = change(value) if word in SINGLE else value
    return changed


def _references(part: Any) -> Iterator[str]:
    """Yield the references in a schema, those in its definitions left out.

    Raises:
        Unreadable: it refers or looks in another way than by `$ref`.
    """
    if not isinstance(part, dict):
        return
    odd = [word for word in (*_ELSEWHERE, *_LOOKS_AROUND) if word in part]
    if odd:
        raise Unreadable(odd[0])
    if "$ref" in part:
        yield str(part["$ref"])
    below: list[Any] = []
    _mapped(part, below.append)
    for item in below:
        yield from _references(item)


def _reachable(start: str, direct: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = set(direct[start])
    while waiting:
        ref = waiting.pop()
        found.add(ref)
        waiting |= direct[ref] - found
    return found
