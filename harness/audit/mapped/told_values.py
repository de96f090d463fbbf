"""Words to choose from, whose values a description tells: `creative is 1.2`, `large is gpt-4o`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.audit.described import description_of
from harness.audit.mapped.given import Given
from harness.audit.mapped.held import leaves
from harness.audit.parameters import json_type

ENOUGH = 2
"""Words whose values arrive, before a third one is expected to."""
_WORDS = "is|means|sets|uses|for|asks|stands|maps|to|temperature|top_p|tokens|model"
_NEAR = rf"[^\w.]{{1,3}}(?:(?:{_WORDS})[^\w.]{{1,3}}){{0,3}}"
_NUMBER = r"\d+(?:\.\d+)?"
_NAME = r"[A-Za-z][\w./:-]*[\d-][\w./:-]*\w"
"""A model's, which has a digit or a hyphen in it."""
_LISTED = re.compile(rf"(?<![\w.]){_NUMBER}(?:, {_NUMBER})*,? (?:or|and) {_NUMBER}(?![\w.]\w)")

Told = float | str


def wrong_values(given: Sequence[Given]) -> Iterator[tuple[Given, Told]]:
    """Yield the words whose own value does not arrive, while others' values do.

    Either another word's stands in its place, or those of others arrive for these. A request has a
    value anywhere; a word of which nothing is told says nothing.
    """
    words = [one for one in given if isinstance(one.value, str) and "enum" in one.part]
    pairs = [(one, value) for one in words if (value := _told(one)) is not None]
    values = {value for _, value in pairs}
    if len(values) < len({one.value for one, _ in pairs}):
        return
    right = {one.value for one, value in pairs if _arrives(one, value)}
    for one, value in pairs:
        is_another = any(_arrives(one, other) for other in values)
        if one.value not in right and (is_another or len(right) >= ENOUGH):
            yield one, value


def _told(given: Given) -> Told | None:
    """Return the value that stands behind a word, or the number at its place in a list of them."""
    told = description_of(given.tool.definition, given.path[-1])
    words, listed = list(given.part["enum"]), _LISTED.findall(told)
    numbers = re.findall(_NUMBER, listed[0]) if len(listed) == 1 else []
    if len(numbers) == len(words) and not any(str(word) in told for word in words):
        return float(numbers[words.index(given.value)])
    behind = rf"(?<![\w-]){re.escape(given.value)}{_NEAR}({_NAME}|{_NUMBER})(?!\w)"
    found = [one for one in re.findall(behind, told, re.I) if one not in words]
    if len(found) != 1:
        return None
    return float(found[0]) if re.fullmatch(_NUMBER, found[0]) else found[0]


def _arrives(given: Given, value: Told) -> bool:
    kind = json_type(value)
    return any(json_type(item) == kind and item == value for item in leaves(given.body))
