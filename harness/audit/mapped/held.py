"""Whether a value stands somewhere in a request, under any name or in the middle of a text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.mapped.argument_places import MISSING
from harness.audit.mapped.unequal import is_equal

Route = tuple[str | int, ...]


def parts(value: Any, route: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Yield `value` and every value inside it with the way to it."""
    yield route, value
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from parts(item, (*route, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from parts(item, (*route, number))


def says_twice(value: Any) -> bool:
    """Whether a list inside `value` names one thing twice: a caller may want it done twice."""
    lists = [item for _, item in parts(value) if isinstance(item, list)]
    texts = [[item for item in one if isinstance(item, str)] for one in lists]
    return any(len(set(one)) < len(one) for one in texts)


def leaves(value: Any) -> list[Any]:
    """Return the texts, numbers and booleans inside `value`."""
    return [
        item
        for _, item in parts(value)
        if item not in (None, "") and not isinstance(item, Mapping | list)
    ]


def value_on(route: Route, value: Any) -> Any:
    """Return what is at the end of the way, MISSING when it leads nowhere."""
    for step in route:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return value


def is_held(given: Any, body: Any, without: Any) -> bool:
    """Whether `given` stands in `body` at a place where `without`, the body without it, differs.

    A list or object may have been taken apart: each of its leaves stands somewhere then.
    """
    changed = [item for route, item in parts(body) if value_on(route, without) != item]
    if any(is_equal(given, item) for item in changed):
        return True
    if isinstance(given, Mapping | list):
        inner = leaves(given)
        return bool(inner) and all(is_held(leaf, body, without) for leaf in inner)
    texts = [item for item in changed if isinstance(item, str)]
    return any(spelling in text for text in texts for spelling in _spellings(given))


def stands_within(text: str, body: Any, without: Any) -> bool:
    """Whether `text` stands in `body` within a longer one, where `without` has another."""
    changed = [item for route, item in parts(body) if value_on(route, without) != item]
    texts = [item for item in changed if isinstance(item, str)]
    return bool(text) and any(text in item and text != item.strip() for item in texts)


def exact_route(given: Any, body: Any, without: Any) -> Route | None:
    """Return the way to the one place that differs and is `given` itself, or None."""
    found = [
        route
        for route, item in parts(body)
        if value_on(route, without) != item and is_equal(given, item)
    ]
    return found[0] if len(found) == 1 else None


def _spellings(given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        quoted = (json.dumps(given)[1:-1], json.dumps(given, ensure_ascii=False)[1:-1])
        return (given, *quoted) if given else ()
    return (str(given), json.dumps(given))
