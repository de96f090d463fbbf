"""Words of a list to choose from, of which one arrives as another one of the list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.audit.mapped.argument_places import MISSING, description_at
from harness.audit.mapped.given import Given, own_route
from harness.audit.mapped.held import value_on
from harness.audit.mapped.other_names import listed_words

ENOUGH = 2
"""Words that arrive as they are before it counts as the way of the argument."""


def swapped_words(own: Sequence[Given]) -> Iterator[tuple[Given, str]]:
    """Yield the words that arrive as another word of their list, where others arrive as given.

    A list of the tool's own may have two words for one thing of the provider, but not the
    provider's word for another thing: it would mean that other thing as well.
    """
    words = [one for one in own if one.value in listed_words(one)]
    route = own_route(words, ENOUGH)
    if route is None:
        return
    for one in words:
        arrived = value_on(route, one.body)
        if arrived is MISSING or arrived == one.value or arrived not in listed_words(one):
            continue
        told = description_at(one.tool.schema, one.path)
        if not _tells_alias(told, one.value, arrived):
            yield one, arrived


def _tells_alias(text: str, given: str, arrived: str) -> bool:
    """Whether `text` says that the word `given` stands for `arrived`."""
    between = r"\W{1,4}(?:(?:is |are )?(?:the same as|an? (?:alias|synonym) (?:of|for)|sent as"
    between += r"|treated as|short for|means|stands for|becomes)\W{1,4}|\W*(?:=|→|->)\W*)"
    found = rf"(?<!\w){re.escape(given)}{between}{re.escape(arrived)}(?!\w)"
    return re.search(found, text, re.IGNORECASE) is not None
