"""Small, ordinary arguments: what an audit tries first, to learn how a tool works."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from harness.errors import UsageError
from harness.generation import Generator, UnsupportedSchema, generator_for
from harness.generation.samples import NAMED
from harness.generation.validity import Validity

TRIES = 6
"""Generated candidates; one that is refused may break a rule that only prose tells."""


def first_arguments(schema: Mapping[str, Any], seed: int) -> Iterator[dict[str, Any]]:
    """Yield arguments that `schema` accepts, the most ordinary ones first.

    Nothing is yielded when the schema is no JSON Schema, or nothing can be made for it.
    """
    try:
        generator = generator_for(dict(schema))
    except (UnsupportedSchema, UsageError):
        return
    tried: list[Any] = []
    for candidate in _candidates(schema, generator, seed):
        if isinstance(candidate, dict) and candidate not in tried:
            tried.append(candidate)
            yield candidate


def _candidates(schema: Mapping[str, Any], generator: Generator, seed: int) -> Iterator[Any]:
    simplest = generator.valid(b"").arguments
    if isinstance(simplest, dict):
        yield _ordinary(simplest, Validity(dict(schema)))
    yield simplest
    chosen = random.Random(seed)
    for _ in range(TRIES):
        yield generator.valid(chosen.randbytes(32)).arguments


def _ordinary(simplest: dict[str, Any], validity: Validity) -> dict[str, Any]:
    """Return `simplest` with values as callers give them, where the schema takes them."""
    found = dict(simplest)
    for key in simplest:
        for value in NAMED.get(key, ()):
            changed = {**found, key: value}
            if validity.accepts(changed):
                found = changed
                break
    return found
