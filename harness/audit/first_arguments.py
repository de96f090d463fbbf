"""Small, ordinary arguments: what an audit tries first, to learn how a tool works."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.audit.carried import is_content
from harness.audit.described import description_of
from harness.audit.first_pictures import (
    forms_of_picture,
    is_of_several,
    speaks_of_picture,
    with_one_picture,
)
from harness.audit.parameters import parameter_of, snake_case
from harness.audit.told_base64 import PICTURE
from harness.audit.told_forms import choices, examples, offered, quoted_examples
from harness.errors import UsageError
from harness.generation import Generator, UnsupportedSchema, generator_for
from harness.generation.samples import NAMED
from harness.generation.validity import Validity

_SAYING = ("content", "conversation")
MOST_TOLD = 4
"""Told texts that are tried for one argument."""
TRIES = 6
"""Generated candidates; one that is refused may break a rule that only prose tells."""


def first_arguments(definition: Mapping[str, Any], seed: int) -> Iterator[dict[str, Any]]:
    """Yield arguments that a tool's input schema accepts, the most ordinary ones first.

    Nothing is yielded when that is no JSON Schema, or nothing can be made for it.
    """
    schema = definition.get("inputSchema") or {}
    try:
        generator = generator_for(dict(schema))
    except (UnsupportedSchema, UsageError):
        return
    tried: list[Any] = []
    for candidate in _candidates(definition, generator, seed):
        if isinstance(candidate, dict) and candidate not in tried:
            tried.append(candidate)
            yield candidate


def _candidates(definition: Mapping[str, Any], generator: Generator, seed: int) -> Iterator[Any]:
    schema = definition.get("inputSchema") or {}
    simplest = generator.valid(b"").arguments
    validity = Validity(dict(schema))
    if isinstance(simplest, dict):
        ordinary = _ordinary(simplest, validity)
        yield ordinary
        yield from _as_described(definition, ordinary, validity)
        yield from _with_one_content(schema, ordinary, validity)
        yield from with_one_picture(definition, ordinary, validity)
        yield from _with_one_example(definition, ordinary, validity)
        yield from _with_one_text(schema, ordinary, validity)
    yield simplest
    chosen = random.Random(seed)
    for _ in range(TRIES):
        yield generator.valid(chosen.randbytes(32)).arguments


def _as_described(
    definition: Mapping[str, Any], ordinary: dict[str, Any], validity: Validity
) -> Iterator[dict[str, Any]]:
    """Yield `ordinary` with texts as descriptions tell them: examples, choices, documents.

    All arguments at once first, then with what is told of each by itself, as some of it may be
    about something else.
    """
    told: dict[str, list[Any]] = {}
    for name, value in ordinary.items():
        texts = _as_told(description_of(definition, name), name)
        forms = texts
        if isinstance(value, list):
            both = f"{definition.get('description') or ''}\n{description_of(definition, name)}"
            twice = [[PICTURE, PICTURE]] if PICTURE in texts and is_of_several(both) else []
            forms = [*twice, *([one] for one in texts)]
        if isinstance(value, dict) and not value:
            forms = _with_told_keys(description_of(definition, name))
        right = [one for one in forms if validity.accepts({**ordinary, name: one})]
        if right and not (isinstance(value, str) and is_content(name, {})):
            told[name] = right[:MOST_TOLD]
    if told:
        yield {**ordinary, **{name: right[0] for name, right in told.items()}}
    for name, right in told.items():
        yield from ({**ordinary, name: one} for one in right)


def _as_told(told: str, name: str) -> list[Any]:
    """Return texts as `told` shows them, and pictures where it or the name speaks of one."""
    pictures, shown = forms_of_picture(told, name), examples(told, name)
    return [*pictures, *shown] if speaks_of_picture(told, name) else [*shown, *pictures]


def _with_told_keys(told: str) -> list[Any]:
    """Return objects with a key that `told` puts in quotes, for one that may have any."""
    return [{word: NAMED["prompt"][0]} for word in choices(told) if word.isidentifier()]


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


def _with_one_example(
    definition: Mapping[str, Any], ordinary: dict[str, Any], validity: Validity
) -> Iterator[dict[str, Any]]:
    """Yield `ordinary` with one optional argument of the tool's own, as its description shows."""
    schema = definition.get("inputSchema") or {}
    own = (name for name in schema.get("properties") or {} if parameter_of(name) is None)
    shown = (
        {**ordinary, name: text}
        for name in own
        if name not in ordinary
        for text in quoted_examples(description_of(definition, name))
    )
    yield from itertools.islice(filter(validity.accepts, shown), MOST_TOLD)


def _with_one_text(
    schema: Mapping[str, Any], ordinary: dict[str, Any], validity: Validity
) -> Iterator[dict[str, Any]]:
    """Yield `ordinary` with one optional text of the tool's own, each by itself, a few of them."""
    if says_something(ordinary):
        return
    own = (name for name in schema.get("properties") or {} if parameter_of(name) is None)
    forms = ({**ordinary, name: NAMED["prompt"][0]} for name in own if name not in ordinary)
    yield from itertools.islice(filter(validity.accepts, forms), MOST_TOLD)


def as_offered(
    definition: Mapping[str, Any], refused: Sequence[tuple[Mapping[str, Any], str]]
) -> Iterator[dict[str, Any]]:
    """Yield refused arguments with a word that the refusal itself offers, the first of them first.

    Args:
        definition: the tool.
        refused: arguments, and how they were refused.
    """
    if not refused:
        return  # its schema may be none
    schema = definition.get("inputSchema") or {}
    validity = Validity(dict(schema))
    names = [name for name in schema.get("properties") or {} if not is_content(name, {})]
    for arguments, text in refused[:1]:
        for word in offered(text)[:MOST_TOLD]:
            forms = ({**arguments, name: word} for name in names if _is_about(name, text))
            yield from filter(validity.accepts, forms)


def _is_about(name: str, text: str) -> bool:
    return snake_case(name).replace("_", " ") in text.lower().replace("_", " ")


def says_something(arguments: Mapping[str, Any]) -> bool:
    """Whether arguments have anything in them that a model could be asked."""
    return any(isinstance(value, str | list | dict) for value in arguments.values())


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
