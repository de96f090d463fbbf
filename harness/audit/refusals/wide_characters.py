"""Texts as long as they may be, of characters that have two bytes: length is counted in characters.

JSON Schema 2020-12, validation §6.3.1: the length of a string is the number of its characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jsonpointer import JsonPointer

from harness.generation import Case
from harness.generation.validity import Validity

WIDE = "é"
"""Two bytes in UTF-8, and one unit in UTF-16, which some languages count."""
MOST_WIDE = 8
"""Calls for one tool, one for each bound."""


def in_wide_characters(cases: Iterable[Case], validity: Validity) -> list[Case]:
    """Return the right cases on the near side of `maxLength` again, in wide characters."""
    found: dict[str, Case] = {}
    for case in cases:
        if case.is_valid and case.keyword == "maxLength" and case.schema_pointer not in found:
            for wide in _widened(case, validity):
                found[case.schema_pointer] = wide
    return list(found.values())[:MOST_WIDE]


def _widened(case: Case, validity: Validity) -> Iterator[Case]:
    """Yield the case with a longest text in wide characters, where the schema takes that."""
    pointer = JsonPointer(case.pointer)
    text = pointer.resolve(case.arguments, None)
    if isinstance(text, str) and len(text) > 1 and pointer.parts:
        wide = pointer.set(case.arguments, WIDE * len(text), inplace=False)
        if validity.agree(wide, True) and not validity.agree(
            pointer.set(case.arguments, WIDE * (len(text) + 1), inplace=False), True
        ):
            yield case._replace(arguments=wide, now=WIDE * len(text))
