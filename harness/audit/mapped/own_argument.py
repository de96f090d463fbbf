"""Arguments that only this tool has: where they arrive is learned from those that do."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from harness.audit.mapped.argument import Arrival
from harness.audit.mapped.argument_places import MISSING, description_at
from harness.audit.mapped.given import Given, own_route
from harness.audit.mapped.held import is_held, parts, value_on
from harness.audit.mapped.other_names import has_names_to_choose
from harness.audit.mapped.parted_objects import parted
from harness.audit.mapped.reordered import SORTED
from harness.audit.mapped.swapped_words import swapped_words
from harness.audit.mapped.told_as import arrives_as_told
from harness.audit.mapped.told_changes import tells_change, tells_some_change
from harness.audit.mapped.unequal import EXACT, is_equal
from harness.audit.parameters import json_type

ENOUGH = 2
"""Values that arrived before it counts as the way of an argument."""


LEAST = 3
"""Characters of a word that stands in no text by chance."""


class Altered(NamedTuple):
    """A value that went the way of its argument and arrived as another one."""

    given: Given
    arrived: Any
    """None when it is a text that stands nowhere."""


def altered(own: Sequence[Given]) -> Iterator[Altered]:
    """Yield the values that arrive changed where others arrive as they are.

    What the description says about cutting or rounding, and names that the tool lets choose
    from, are the tool's own affair.
    """
    yield from _named_alike(own)
    yield from (Altered(one, arrived) for one, arrived in swapped_words(own))
    yield from (Altered(one, arrived) for one, arrived in parted(own))
    usual = [one for one in own if not has_names_to_choose(one) and not arrives_as_told(one)]
    if not usual:
        return
    told = description_at(usual[0].tool.schema, usual[0].path)
    for one in _numbers(usual):
        if not tells_change(told, one.given.value, one.arrived):
            yield one
    if not tells_some_change(told):
        yield from _texts(usual)
    yield from _lists(usual)
    yield from (one for one in _cut_lists(usual) if not tells_some_change(told))


def without_other_words(
    arrivals: Sequence[tuple[Given, Arrival]],
) -> list[tuple[Given, Arrival]]:
    """Return the arrivals, own words without an effect as unasked where another word has one.

    A word of the tool's own may ask for more of the answer to be shown, and of the provider for no
    more than the ordinary call did.
    """
    is_read = any(came.fate == "arrived" and isinstance(one.value, str) for one, came in arrivals)
    return [
        (one, Arrival("unasked") if is_read and _is_lost_word(one, came) else came)
        for one, came in arrivals
    ]


def _is_lost_word(one: Given, came: Arrival) -> bool:
    is_own = one.parameter is not None and not one.parameter.takes(one.value)
    return came.fate == "dropped" and isinstance(one.value, str) and is_own


def _named_alike(own: Sequence[Given]) -> Iterator[Altered]:
    """Yield the booleans that arrive negated at a key of their own name."""
    for one in own:
        arrived = one.body.get(one.path[-1])
        if isinstance(one.value, bool) and arrived is (not one.value):
            yield Altered(one, arrived)


def _numbers(own: Sequence[Given]) -> Iterator[Altered]:
    numbers = [one for one in own if json_type(one.value) == "number" and abs(one.value) < EXACT]
    route = own_route(numbers, ENOUGH)
    if route is None:
        return
    for one in numbers:
        arrived = value_on(route, one.body)
        if arrived is not MISSING and not is_equal(one.value, arrived):
            yield Altered(one, arrived)


def _texts(own: Sequence[Given]) -> Iterator[Altered]:
    texts = [one for one in own if isinstance(one.value, str) and len(one.value.strip()) > 1]
    lost = [one for one in texts if not _is_told(one)]
    is_asked = any(_is_told(one, first=True) for one in texts)
    if len(texts) - len(lost) >= ENOUGH and is_asked:
        yield from (Altered(one, None) for one in lost if one.body != one.without)


def _lists(own: Sequence[Given]) -> Iterator[Altered]:
    """Yield the lists of texts that arrive within one text in another order."""
    for one in own:
        if _is_list_of_words(one.value) and not SORTED.search(one.tool.description):
            for _, text in parts(one.body):
                if isinstance(text, str) and all(item in text for item in one.value):
                    places = [text.index(item) for item in one.value]
                    if places != sorted(places):
                        yield Altered(one, sorted(one.value, key=text.index))
                    break


def _cut_lists(own: Sequence[Given]) -> Iterator[Altered]:
    """Yield the lists of which the first items arrive only, where shorter ones arrive whole."""
    lists = [one for one in own if _is_list_of_words(one.value)]
    whole = [one for one in lists if all(_stands(one, item) for item in one.value)]
    longest = max((len(one.value) for one in whole), default=0)
    for one in lists:
        arrived = [item for item in one.value if _stands(one, item)]
        if longest >= ENOUGH and len(one.value) > longest and arrived == one.value[: len(arrived)]:
            yield Altered(one, arrived)


def _stands(one: Given, item: str) -> bool:
    return any(is_held(item, turn.body, turn.without) for turn in one.rounds())


def _is_list_of_words(value: Any) -> bool:
    """Whether it is a list of texts none of which stands in another one."""
    if not isinstance(value, list) or len(value) < ENOUGH:
        return False
    if not all(isinstance(item, str) and len(item) >= LEAST for item in value):
        return False
    return not any(
        item in other
        for at, item in enumerate(value)
        for place, other in enumerate(value)
        if at != place
    )


def _is_told(one: Given, *, first: bool = False) -> bool:
    """Whether the text stands in a request; a template may trim it or escape it for its tags.

    Only the `first` of a call shows that it is asked: later ones may quote what became of it.
    """
    turns = one.rounds()
    text = one.value.strip()
    spellings = (text, html.escape(text), html.escape(text, quote=False))
    return any(
        is_held(spelling, turn.body, turn.without)
        for turn in (turns[:1] if first else turns)
        for spelling in spellings
    )
