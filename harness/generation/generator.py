"""One tool's input schema, compiled: valid, boundary and invalid arguments, and what they cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from harness.errors import UsageError
from harness.generation.case import Case, Coverage, Mode
from harness.generation.choices import Choices
from harness.generation.compiling import Compiler
from harness.generation.corpus import Corpus
from harness.generation.directed import Directed, directed
from harness.generation.node import DEPTH, identity
from harness.generation.source import Source, joined
from harness.generation.unsupported import UnsupportedSchema
from harness.generation.validity import Schema, Validity

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

LEAST_BYTES, MOST_BYTES = 24, 72
"""Bytes of decisions for one set of arguments; hypothesis draws them as one value."""


class Generator:
    """Makes arguments for one input schema.

    Args:
        schema: an input schema, draft-07, 2019-09 or 2020-12.

    Attributes:
        unsupported: parts that are left out since nothing can be generated for them.

    Raises:
        UnsupportedSchema: no arguments at all can be made.
        UsageError: `schema` is no JSON Schema, or a reference in it leads nowhere.
    """

    def __init__(self, schema: Schema) -> None:
        if not isinstance(schema, dict):
            raise UsageError(f"the input schema is no JSON Schema object: {schema!r:.80}")
        try:
            self.validity = Validity(schema)
            self._source = Source(schema)
            _check_references(self._source)
            compiler = Compiler(self._source)
            self._root = compiler.node(compiler.canonical(_objects(schema)), ())
        except jsonschema_rs.ValidationError as error:
            where = joined("", *error.instance_path) or "(root)"
            message = f"the input schema is no JSON Schema: {error.message} at {where}"
            raise UsageError(message) from error
        except jsonschema_rs.ReferencingError as error:
            raise UsageError(f"the input schema refers to nothing: {error.message}") from error
        compiler.finish(self._root)
        if not self.validity.accepts(self.valid().arguments):
            raise UnsupportedSchema("$ref", "", "what was made for it is not accepted by it")
        self.unsupported: tuple[UnsupportedSchema, ...] = tuple(compiler.unsupported)

    def valid(self, decisions: bytes = b"") -> Case:
        """Return valid arguments; without `decisions` the simplest, lower bytes are simpler."""
        return Case(self._root.build(Choices(decisions), DEPTH), "valid")

    def invalid(self, decisions: bytes) -> Case:
        """Return one of `invalid_cases`, in varied surroundings.

        Raises:
            UnsupportedSchema: the schema accepts every object.
        """
        if not self._object_cases:
            raise UnsupportedSchema("type", "", "the schema accepts every object")
        choices = Choices(decisions)
        case = self._object_cases[choices.below(len(self._object_cases))]
        around = self._root.build(choices, DEPTH)
        return self._in_surroundings(case, around)

    def _in_surroundings(self, case: Case, around: Any) -> Case:
        top = (
            case.pointer.split("/")[1].replace("~1", "/").replace("~0", "~") if case.pointer else ""
        )
        if not top or not isinstance(around, dict):
            return case
        if top in case.arguments:
            grafted = {**around, top: case.arguments[top]}
        else:
            grafted = {name: value for name, value in around.items() if name != top}
        errors = self._errors(grafted)
        # Anything but the same finding means that the surroundings matter to it.
        return case._replace(arguments=grafted) if errors == self._errors(case.arguments) else case

    def _errors(self, arguments: Any) -> list[tuple[str, str]]:
        return sorted(self.validity.findings(arguments))

    @cached_property
    def _corpus(self) -> Corpus:
        return Corpus(self._source, self.validity, self._root)

    @cached_property
    def _directed(self) -> list[Directed]:
        return list(directed(self._source, self.validity, self._corpus))

    @cached_property
    def boundary_cases(self) -> tuple[Case, ...]:
        """Each bound on both sides, each member, branch and optional key, empty and largest."""
        smallest = self.valid()._replace(kind="boundary")
        return tuple(
            _distinct([smallest, *(case for one in self._directed for case in one.boundary)])
        )

    @cached_property
    def invalid_cases(self) -> tuple[Case, ...]:
        """Each breaks one keyword at one place; among them arguments that are no object at all."""
        return tuple(_distinct(case for one in self._directed for case in one.rejected))

    @cached_property
    def _object_cases(self) -> list[Case]:
        return [case for case in self.invalid_cases if isinstance(case.arguments, dict)]

    @cached_property
    def coverage(self) -> tuple[Coverage, ...]:
        """Every keyword at every place, and which sides of it the cases exercise."""
        left_out = {error.pointer: error.reason for error in self.unsupported}
        return tuple(
            one.coverage._replace(
                reason=left_out.get(one.coverage.schema_pointer, one.coverage.reason)
            )
            for one in self._directed
            if one.coverage is not None
        )

    def strategy(self, mode: Mode = "valid") -> SearchStrategy[Case]:
        """Return a hypothesis strategy of cases; see `arguments`."""
        from hypothesis import strategies  # its import takes 100 ms, and only audits need it

        if mode == "boundary":
            return strategies.sampled_from(self.boundary_cases)
        decisions = strategies.binary(min_size=LEAST_BYTES, max_size=MOST_BYTES)
        return decisions.map(self.invalid if mode == "invalid" else self.valid)


def _check_references(source: Source) -> None:
    pointer = source.endless()
    if pointer is not None:
        raise UnsupportedSchema("$ref", pointer, "it leads back to itself without going deeper")


def _objects(schema: Schema) -> Schema:
    """Return `schema` for objects only: MCP passes tool arguments as an object.

    Raises:
        UnsupportedSchema: it wants something else.
    """
    if "object" not in schema.get("type", "object"):
        raise UnsupportedSchema("type", "", "the arguments of a tool are an object")
    return {**schema, "type": "object"}


def _distinct(cases: Iterable[Case]) -> Iterator[Case]:
    seen = set()
    for case in cases:
        key = (case.keyword, case.schema_pointer, identity(case.arguments))
        if key not in seen:
            seen.add(key)
            yield case
