"""The front door: strategies of cases for an input schema."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from harness.generation.case import Case, Mode
from harness.generation.generator import Generator
from harness.generation.validity import Schema

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def arguments(schema: Schema, mode: Mode = "valid") -> SearchStrategy[Case]:
    """Return a hypothesis strategy of cases whose arguments are valid, at a bound, or invalid.

    One case is one draw. It shrinks towards the fewest optional keys, the first branch and the
    most ordinary values; what it yields is as valid or as invalid after shrinking as before.

    Args:
        schema: a tool's input schema, draft-07, 2019-09 or 2020-12 (without `$schema` the last).
        mode: `valid`, `boundary` or `invalid`; see `Case`.

    Raises:
        UnsupportedSchema: nothing can be generated; names the keyword and its place.
        UsageError: `schema` is no JSON Schema.
    """
    return generator_for(schema).strategy(mode)


def generator_for(schema: Schema) -> Generator:
    """Return the generator of `schema`; the same one for an equal schema.

    Enumerating the cases of a large schema takes a second, and several checks share them.

    Raises:
        UnsupportedSchema: nothing can be generated; names the keyword and its place.
        UsageError: `schema` is no JSON Schema.
    """
    return _generator(json.dumps(schema))


@lru_cache(maxsize=64)
def _generator(text: str) -> Generator:
    return Generator(json.loads(text))
