"""Words to choose from, each of which its description tells the number of: `creative is 1.2`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.audit.described import description_of
from harness.audit.mapped.given import Given
from harness.audit.mapped.held import leaves
from harness.audit.parameters import json_type

ENOUGH = 2
"""Words with numbers that arrive, before a third one is expected to."""
_NEAR = r"[^\w.]{1,3}(?:(?:is|means|sets|uses|for|temperature|top_p|tokens)[^\w.]{1,3}){0,3}"
_NUMBER = r"\d+(?:\.\d+)?"
_LISTED = re.compile(rf"(?<![\w.]){_NUMBER}(?:, {_NUMBER})*,? (?:or|and) {_NUMBER}(?![\w.]\w)")


def wrong_numbers(given: Sequence[Given]) -> Iterator[tuple[Given, float]]:
    """Yield the words whose own number does not arrive where those of other words do.

    A request has the number anywhere; a word of which nothing is told says nothing.
    """
    words = [one for one in given if isinstance(one.value, str) and "enum" in one.part]
    pairs = [(one, number) for one in words if (number := _told(one)) is not None]
    if len({number for _, number in pairs}) < len({one.value for one, _ in pairs}):
        return
    arrived = {one.value: _arrives(one, number) for one, number in pairs}
    if sum(arrived.values()) >= ENOUGH:
        yield from ((one, number) for one, number in pairs if not arrived[one.value])


def _told(given: Given) -> float | None:
    """Return the number that stands behind a word, or at its place in a list of as many."""
    told = description_of(given.tool.definition, given.path[-1])
    words, listed = list(given.part["enum"]), _LISTED.findall(told)
    numbers = re.findall(_NUMBER, listed[0]) if len(listed) == 1 else []
    if len(numbers) == len(words) and not any(str(word) in told for word in words):
        return float(numbers[words.index(given.value)])
    found = re.findall(rf"(?<!\w){re.escape(given.value)}{_NEAR}({_NUMBER})", told, re.I)
    return float(found[0]) if len(found) == 1 else None


def _arrives(given: Given, number: float) -> bool:
    return any(json_type(item) == "number" and item == number for item in leaves(given.body))
