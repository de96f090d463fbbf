"""Lists of objects that arrive in another order, whatever form the provider's list has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from harness.audit.mapped.argument_places import description_at
from harness.audit.mapped.given import Given
from harness.audit.mapped.held import leaves, parts

LEAST = 3
"""Characters of a text by which an object is known again."""
SORTED = re.compile(r"\b(?:sorted|alphabetical|any order|unordered|ranked|shuffled)\b", re.I)
"""What a tool says that orders a list anew."""


def reordered(tried: Sequence[Given]) -> Iterator[tuple[Given, list[str]]]:
    """Yield the lists of objects of which each stands in one list of the request, but elsewhere.

    With them come the texts by which the objects are known, in the order in which they arrived.
    """
    for one in tried:
        told = f"{one.tool.description}\n{description_at(one.tool.schema, one.path)}"
        marks = [] if SORTED.search(told) else _marks(one.value)
        for _, part in parts(one.body) if marks else ():
            arrived = _order(part, marks) if isinstance(part, list) else None
            if arrived is not None and arrived != marks:
                yield one, arrived
                break


def _marks(value: Any) -> list[str]:
    """Return a text of each object that no other one has, nothing where one has none."""
    objects = value if isinstance(value, list) and len(value) > 1 else []
    if not all(isinstance(item, dict) for item in objects):
        return []
    said = [{text for text in leaves(item) if _is_mark(text)} for item in objects]
    own = [sorted(texts.difference(*said[:at], *said[at + 1 :])) for at, texts in enumerate(said)]
    return [texts[0] for texts in own] if all(own) else []


def _is_mark(text: Any) -> bool:
    return isinstance(text, str) and len(text) >= LEAST


def _order(part: Sequence[Any], marks: Sequence[str]) -> list[str] | None:
    """Return the marks in the order of the list `part`, if each of its items has one of them."""
    found = [[mark for mark in marks if mark in leaves(item)] for item in part]
    order = [own[0] for own in found if len(own) == 1]
    is_whole = len(part) == len(marks) and sorted(order) == sorted(marks)
    return order if is_whole else None
