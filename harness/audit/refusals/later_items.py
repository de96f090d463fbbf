"""What is wrong with the first element of an array, in a later one: some servers check only one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from jsonpointer import JsonPointer

from harness.generation import Case
from harness.generation.validity import Validity

MOST_LATER = 12
"""Calls for one tool, one for each array of its schema."""


def in_later_items(cases: Iterable[Case], validity: Validity) -> list[Case]:
    """Return wrong cases again with the element in question after a right one of its kind."""
    found: dict[str, Case] = {}
    for case in cases:
        for names, moved in _moved(case):
            place = "/".join(names)
            if place not in found and _is_wrong_alike(case, moved, validity):
                found[place] = moved
    return list(found.values())[:MOST_LATER]


def _moved(case: Case) -> Iterator[tuple[tuple[str, ...], Case]]:
    """Yield the case with a right element before the wrong one, by each array that it is in."""
    names = list(JsonPointer(case.pointer).parts)
    for depth, name in enumerate(names):
        if name != "0":
            continue
        before, rest = names[:depth], names[depth + 1 :]
        array = JsonPointer.from_parts(before).resolve(case.arguments, None)
        right = _righted(case, array[0], rest) if isinstance(array, list) and array else None
        if right is not None and isinstance(array, list):
            arguments = _set(case.arguments, before, [right, *array])
            pointer = JsonPointer.from_parts([*before, "1", *rest]).path
            yield tuple(before), case._replace(arguments=arguments, pointer=pointer)


def _righted(case: Case, element: Any, rest: list[str]) -> Any:
    """Return the element as it was before it was made wrong, None where that cannot be told."""
    if not rest:
        return case.was if case.change == "changed" else None
    around = JsonPointer.from_parts(rest[:-1]).resolve(element, None)
    is_there = isinstance(around, dict) or (
        isinstance(around, list) and rest[-1].isdecimal() and int(rest[-1]) < len(around)
    )
    if not is_there or case.change not in ("changed", "removed"):
        return None
    return _set(element, rest, case.was)


def _set(value: Any, names: list[str], now: Any) -> Any:
    """Return `value` with `now` at the place that `names` lead to."""
    if not names:
        return now
    name, rest = names[0], names[1:]
    if isinstance(value, list):
        index = int(name)
        return [*value[:index], _set(value[index], rest, now), *value[index + 1 :]]
    return {**value, name: _set(value[name] if rest else None, rest, now)}


def _is_wrong_alike(case: Case, moved: Case, validity: Validity) -> bool:
    """Whether the moved case is wrong for the same reason and no other."""
    if not validity.agree(moved.arguments, False):
        return False
    one, other = ([place for place, _ in validity.findings(x.arguments)] for x in (case, moved))
    return one == other
