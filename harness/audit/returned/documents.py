"""Where a document that comes back differs from the one that the provider sent."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from harness.audit.json_text import json_value

Kind = Literal["changed", "lost", "rounded", "fewer"]
"""Another value; no value; a number that lost digits; a list that lost members."""

Place = tuple[str, ...]
"""Keys on the way to a value, `*` for each member of a list (for a block, its type)."""

MOST_DIGITS = 17


class Mismatch(NamedTuple):
    """One place where what came back is not what was sent."""

    place: Place
    kind: Kind
    sent: Any
    seen: Any


def mismatches(sent: Any, seen: Any, place: Place = ()) -> Iterator[Mismatch]:
    """Yield where `seen` does not have what `sent` has; what it has beyond that is its own.

    A member that is null may be missing or empty, and the other way round. A JSON text may come
    back as the value that it stands for. Numbers are compared as values, `1.0` is 1: whether a
    number of more digits than a double has was rounded is for the caller to judge.
    """
    if sent is None:
        if seen not in (None, "", [], {}, False):
            yield Mismatch(place, "changed", sent, seen)
    elif seen is None and sent not in ("", [], {}):
        yield Mismatch(place, "lost", sent, seen)
    elif isinstance(sent, dict) and isinstance(seen, dict):
        yield from _in_object(sent, seen, place)
    elif isinstance(sent, list) and isinstance(seen, list):
        yield from _in_list(sent, seen, place)
    else:
        yield from _of_leaf(sent, seen, place)


def _in_object(sent: dict[str, Any], seen: dict[str, Any], place: Place) -> Iterator[Mismatch]:
    for key, value in sent.items():
        yield from mismatches(value, seen.get(key), (*place, key))


def _in_list(sent: list[Any], seen: list[Any], place: Place) -> Iterator[Mismatch]:
    types = _block_types(sent)
    if types and len(sent) != len(seen):
        for kind in types:
            ours, theirs = _of_type(sent, kind), _of_type(seen, kind)
            yield from _in_row(ours, theirs, (*place, kind))
        return
    yield from _in_row(sent, seen, place)


def _in_row(sent: list[Any], seen: list[Any], place: Place) -> Iterator[Mismatch]:
    pairs = list(zip(sent, seen, strict=False))
    if len(seen) < len(sent):
        # Which of them is missing is not known, so only the first are held against each other.
        yield Mismatch(place, "fewer", sent, seen)
        del pairs[1:]
    elif len(seen) > len(sent):
        yield Mismatch(place, "changed", sent, seen)
    for ours, theirs in pairs:
        step = str(ours["type"]) if _block_types([ours]) else "*"
        yield from mismatches(ours, theirs, (*place, step))


def _block_types(items: list[Any]) -> list[str]:
    """Return the types of content blocks in their order; none when these are something else."""
    if not all(isinstance(item, dict) and isinstance(item.get("type"), str) for item in items):
        return []
    # Tool calls of a chat answer have types too, but no kinds of content to tell apart.
    return [] if any("function" in item for item in items) else list({i["type"]: 0 for i in items})


def _of_type(items: list[Any], kind: str) -> list[Any]:
    return [item for item in items if isinstance(item, dict) and item.get("type") == kind]


def _of_leaf(sent: Any, seen: Any, place: Place) -> Iterator[Mismatch]:
    if is_number(sent) and is_number(seen):
        if sent != seen:
            kind: Kind = "rounded" if is_rounded(sent, seen) else "changed"
            yield Mismatch(place, kind, sent, seen)
    elif not _is_same(sent, seen):
        yield Mismatch(place, "changed", sent, seen)


def _is_same(sent: Any, seen: Any) -> bool:
    if type(sent) is type(seen):
        return bool(sent == seen)
    if isinstance(sent, str) and isinstance(seen, dict | list):
        return bool(json_value(sent) == seen)
    if isinstance(seen, str) and isinstance(sent, dict | list):
        return bool(json_value(seen) == sent)
    # Null and empty are one for a list, an object and a text.
    return sent in ("", [], {}) and seen in (None, "", [], {})


def is_number(value: Any) -> bool:
    """Tell whether `value` is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_rounded(sent: float, seen: float) -> bool:
    """Tell whether `seen` is `sent` with fewer digits, of a fraction or in all."""
    try:
        exact, kept = float(sent), float(seen)
    except OverflowError:
        return False
    if exact == kept or math.trunc(exact) == kept != exact:
        return True
    if exact == round(exact):
        return False
    return any(kept == round(exact, digits) for digits in range(MOST_DIGITS))
