"""A value that one schema accepts and another rejects, confirmed by two validators."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

import jsonschema_rs
from jsonschema_rs import CanonicalSchema

from harness.canonical import canonical
from harness.errors import UsageError
from harness.generation import Case, Generator, UnsupportedSchema, generator_for
from harness.generation.validity import Schema, Validity, is_json
from harness.records.comparison import Side, Witness

_OF_THE_REST, _OF_THE_SIDES = 120, 400
_BYTES = 48
_ENOUGH = 12
"""Among this many witnesses the smallest is taken."""
_MOST_CASES = 3_000


def find_witness(
    inner: Schema, outer: Schema, rest: CanonicalSchema | None, side: Side
) -> Witness | None:
    """Return the smallest value found that `inner` accepts and `outer` rejects, None without one.

    Args:
        inner: the schema of `side`.
        outer: the other side's.
        rest: what set algebra says is left of `inner` without `outer`; None when it cannot tell.
        side: whose schema `inner` is.
    """
    accepting, rejecting = Validity(inner), Validity(outer)
    found: list[Any] = []
    for value in _candidates(inner, outer, rest):
        if accepting.agree(value, True) and rejecting.agree(value, False):
            found.append(canonical(value))
            if len(found) == _ENOUGH:
                break
    if not found:
        return None
    smallest = min(found, key=_size)
    reason, pointer = _objection(outer, smallest)
    return Witness(value=smallest, accepted_by=side, reason=reason, pointer=pointer)


def _size(value: Any) -> tuple[int, str]:
    text = json.dumps(value)
    return len(text), text


def _objection(schema: Schema, value: Any) -> tuple[str, str]:
    """Return what jsonschema-rs says against `value`, and where."""
    judge = jsonschema_rs.validator_for(schema, validate_formats=False, offline=True)
    error = next(iter(judge.iter_errors(value)))
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in error.instance_path]
    return error.message, "".join(f"/{part}" for part in parts)


def _candidates(inner: Schema, outer: Schema, rest: CanonicalSchema | None) -> Iterator[Any]:
    """Yield values worth trying: of the difference itself, then near the edges of both sides."""
    if rest is not None:
        left = rest.to_json_schema()
        if isinstance(left, dict):
            yield from _values(left, _OF_THE_REST)
    yield from _values(inner, _OF_THE_SIDES)
    yield from _edges(outer)


def _values(schema: Schema, count: int) -> Iterator[Any]:
    generator = _generator(schema)
    if generator is None:
        return
    yield generator.valid().arguments
    yield from _arguments(generator.boundary_cases)
    drawn = random.Random(0)  # variety, not secrecy
    for _ in range(count):
        yield generator.valid(drawn.randbytes(_BYTES)).arguments


def _edges(schema: Schema) -> Iterator[Any]:
    generator = _generator(schema)
    if generator is not None:
        yield from _arguments(generator.invalid_cases)
        yield from _arguments(generator.boundary_cases)


def _arguments(cases: Iterable[Case]) -> Iterator[Any]:
    yield from (case.arguments for case in islice(cases, _MOST_CASES) if is_json(case.arguments))


def _generator(schema: Schema) -> Generator | None:
    # What cannot be generated for has no witnesses to offer; other sources may.
    with suppress(UnsupportedSchema, UsageError):
        return generator_for(schema)
    return None
