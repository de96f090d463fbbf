"""Where a value that was given and the one that arrived say different things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from harness.audit.parameters import json_type

EXACT = 2**53
"""Integers beyond it have no exact double (RFC 8259 §6)."""


class Unequal(NamedTuple):
    """One place where they differ."""

    pointer: str
    """RFC 6901, into the value that was given."""
    given: Any
    arrived: Any
    """None when nothing did."""
    is_double: bool = False
    """Whether it is the same number for whoever keeps numbers as doubles."""


def unequal(given: Any, arrived: Any, pointer: str = "") -> Iterator[Unequal]:
    """Yield the places where `arrived` is not what was given.

    Numbers are compared by value: `1.0` is `1` in JSON. A key without content may be left out, and
    keys may be added: null is nothing, and schema defaults are filled in.

    Args:
        given: a JSON value.
        arrived: what the provider got in its place.
        pointer: the place of both.
    """
    if isinstance(given, Mapping) and isinstance(arrived, Mapping):
        for key, value in given.items():
            place = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in arrived:
                yield from unequal(value, arrived[key], place)
            elif value not in (None, "", [], {}):
                yield Unequal(place, value, None)
    elif isinstance(given, list) and isinstance(arrived, list) and len(given) == len(arrived):
        for number, (one, other) in enumerate(zip(given, arrived, strict=True)):
            yield from unequal(one, other, f"{pointer}/{number}")
    elif not _is_same(given, arrived):
        yield Unequal(pointer, given, arrived, _is_same_double(given, arrived))


def is_equal(given: Any, arrived: Any) -> bool:
    """Whether `arrived` is what was given."""
    return next(unequal(given, arrived), None) is None


def is_wrapped(given: Any, arrived: Any) -> bool:
    """Whether `arrived` is what was given in a wrapper that loses nothing.

    A text in a list or object, a list of one without its list, and the same for each item.
    """
    if isinstance(given, list) and isinstance(arrived, list) and len(given) == len(arrived):
        return all(_is_member(one, other) for one, other in zip(given, arrived, strict=True))
    alone = isinstance(given, list) and len(given) == 1 and is_equal(given[0], arrived)
    return alone or _is_member(given, arrived)


def _is_member(given: Any, arrived: Any) -> bool:
    if is_equal(given, arrived):
        return True
    members: Sequence[Any] = ()
    if isinstance(arrived, Mapping):
        members = list(arrived.values())
    elif isinstance(arrived, list) and not isinstance(given, list):
        members = arrived if len(arrived) == 1 else ()
    return any(is_equal(given, item) for item in members)


def _is_same(given: Any, arrived: Any) -> bool:
    same_type = json_type(given) == json_type(arrived)
    return same_type and (given == arrived if not isinstance(given, list | Mapping) else False)


def _is_same_double(given: Any, arrived: Any) -> bool:
    numbers = json_type(given) == json_type(arrived) == "number"
    try:
        return numbers and abs(given) >= EXACT and float(given) == float(arrived)
    except OverflowError:
        return False
