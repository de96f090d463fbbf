"""Small, ordinary arguments: what an audit tries first, to learn how a tool works."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.parameters import parameter_of
from harness.errors import UsageError
from harness.generation import Generator, UnsupportedSchema, generator_for
from harness.generation.samples import NAMED
from harness.generation.validity import Validity

_EXAMPLE = re.compile(
    r"(?:e\.g\.|for example|such as|like|example:?)[\s,:]*[\"'`](?P<text>[^\"'`\n]+)", re.I
)
_SAYING = ("content", "conversation")
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
    validity = Validity(dict(schema))
    if isinstance(simplest, dict):
        ordinary = _ordinary(simplest, validity)
        yield ordinary
        yield from _as_described(schema, ordinary, validity)
        yield from _with_one_content(schema, ordinary, validity)
    yield simplest
    chosen = random.Random(seed)
    for _ in range(TRIES):
        yield generator.valid(chosen.randbytes(32)).arguments


def _as_described(
    schema: Mapping[str, Any], ordinary: dict[str, Any], validity: Validity
) -> Iterator[dict[str, Any]]:
    """Yield `ordinary` with the texts that descriptions give as examples: `e.g. "English"`."""
    found = dict(ordinary)
    for name in ordinary:
        part = (schema.get("properties") or {}).get(name)
        told = str(part.get("description") or "") if isinstance(part, Mapping) else ""
        example = _EXAMPLE.search(told)
        if example is not None and isinstance(ordinary[name], str):
            changed = {**found, name: example["text"]}
            found = changed if validity.accepts(changed) else found
    if found != ordinary:
        yield found


def _with_one_content(
    schema: Mapping[str, Any], ordinary: dict[str, Any], validity: Validity
) -> Iterator[dict[str, Any]]:
    """Yield `ordinary` with one optional argument that carries what is asked, each by itself."""
    given = [parameter_of(name) for name in ordinary]
    if any(one is not None and one.kind in _SAYING for one in given):
        return
    for name in schema.get("properties") or {}:
        one = parameter_of(name)
        if one is None or one.kind not in _SAYING or one.name == "system":
            continue
        for value in NAMED.get(name, NAMED.get(one.name, ())):
            changed = {**ordinary, name: value}
            if validity.accepts(changed):
                yield changed
                break


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
