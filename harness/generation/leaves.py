"""Nodes of strings, numbers and unconstrained values: pools that both validators have accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from jsonschema_rs import CanonicalSchema

from harness.generation import numbers_near
from harness.generation import text as texts
from harness.generation.compilation import Compilation
from harness.generation.hints import Path
from harness.generation.node import Node, Pool, distinct_of
from harness.generation.numbers_near import NumberBounds
from harness.generation.samples import ANYTHING, HOSTILE, PLAIN
from harness.generation.text import TextBounds
from harness.generation.unsupported import UnsupportedSchema
from harness.generation.validity import Validity

_POOL = 72


def accepted(
    part: CanonicalSchema, values: Iterable[Any], formats: Sequence[str] = ()
) -> list[Any]:
    """Return those of `values` that both validators accept for `part`, each once, in order.

    Args:
        part: what they have to obey.
        values: read until the pool is full.
        formats: what they have to obey besides.
    """
    schema = part.to_json_schema()
    validity = Validity(schema if isinstance(schema, dict) else {})
    format_of = Validity({"allOf": [{"format": name} for name in formats]} if formats else {})
    found: dict[str, Any] = {}
    for value in values:
        key = f"{type(value).__name__}:{value!r}"
        if key in found or not validity.agree(value, True):
            continue
        if not formats or format_of.accepts_formats(value):
            found[key] = value
            if len(found) == _POOL:
                break
    return list(found.values())


def preferring(preferred: Iterable[Any], values: list[Any]) -> list[Any]:
    """Return `values` with the preferred ones among them first."""
    return distinct_of([*(value for value in preferred if value in values), *values])


def text(compilation: Compilation, part: CanonicalSchema, view: Any, path: Path) -> Node:
    """Return the node of a constrained string.

    Raises:
        UnsupportedSchema: no proposal passes.
    """
    hints = compilation.hints
    bounds = TextBounds(
        view.min_length or 0, view.max_length, tuple(view.patterns), hints.formats(path)
    )
    if bounds.least > 10 * texts.LONGEST:
        reason = f"{bounds.least} characters are too many"
        raise UnsupportedSchema("minLength", hints.located(path, "minLength"), reason)
    found = _texts(part, bounds, hints.preferred(path))
    if not found:
        keyword = "pattern" if bounds.patterns else "minLength"
        reason = f"no text found for {' and '.join(bounds.patterns) or 'the lengths'}"
        raise UnsupportedSchema(keyword, hints.located(path, keyword), reason)
    is_barred = view.excluded_patterns or view.excluded
    is_barred = is_barred or view.content_encodings or view.content_media_types
    return Pool(found, texts.composer(bounds) if bounds.is_free and not is_barred else None)


def _texts(part: CanonicalSchema, bounds: TextBounds, preferred: list[Any]) -> list[Any]:
    found = accepted(part, texts.proposals(bounds, preferred), bounds.formats)
    # A format is an annotation: one that nothing here can fulfil bars no value.
    return found or accepted(part, texts.proposals(bounds._replace(formats=()), preferred))


def integer(compilation: Compilation, part: CanonicalSchema, view: Any, path: Path) -> Node:
    """Return the node of a bounded integer."""
    bounds = NumberBounds(view.minimum, view.maximum, tuple(view.multiple_of), is_integer=True)
    return _numeric(compilation, part, bounds, path, is_plain=not view.not_multiple_of)


def number(compilation: Compilation, part: CanonicalSchema, view: Any, path: Path) -> Node:
    """Return the node of a bounded number."""
    bounds = NumberBounds(view.minimum, view.maximum, tuple(view.multiple_of))
    is_plain = not view.not_multiple_of and not view.excludes_integers
    return _numeric(compilation, part, bounds, path, is_plain=is_plain)


def _numeric(
    compilation: Compilation,
    part: CanonicalSchema,
    bounds: NumberBounds,
    path: Path,
    *,
    is_plain: bool,
) -> Node:
    found = accepted(part, numbers_near.proposals(bounds, compilation.hints.preferred(path)))
    if not found:
        keyword = "multipleOf" if bounds.multiples else "minimum"
        where = compilation.hints.located(path, keyword)
        raise UnsupportedSchema(keyword, where, "no number found inside the bounds")
    return Pool(found, numbers_near.composer(bounds) if is_plain else None)


def of_type(compilation: Compilation, part: CanonicalSchema, name: str, path: Path) -> Node:
    """Return the node of any value of one JSON type other than object."""
    preferred = compilation.hints.preferred(path)
    if name == "string":
        bounds = TextBounds(0, None, formats=compilation.hints.formats(path))
        composed_text = texts.composer(bounds) if bounds.is_free else None
        return Pool(_texts(part, bounds, preferred), composed_text)
    composed = None
    if name in ("integer", "number"):
        composed = numbers_near.composer(NumberBounds(None, None, is_integer=name == "integer"))
    return Pool(accepted(part, [*preferred, *ANYTHING[name]]), composed)


def anything(preferred: Iterable[Any]) -> Node:
    """Return the node of a value that the schema leaves open."""
    ordinary = [value for values in ANYTHING.values() for value in values]
    return Pool(distinct_of([*preferred, PLAIN[0], *ordinary, *HOSTILE]))
