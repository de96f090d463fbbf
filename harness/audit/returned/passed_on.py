"""What is wrong with an answer beyond its values: order, spelling, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.audit.returned.beside import beside_texts, left_out
from harness.audit.returned.copied import emptied
from harness.audit.returned.ordered import disordered, skips_a_choice
from harness.audit.returned.problem import Problem, shown
from harness.audit.returned.respelt import respelt
from harness.audit.returned.seen import Seen
from harness.audit.returned.several import drops_an_equal_choice
from harness.audit.returned.style import sent_document
from harness.records.audit import Observation


def out_of_place(observation: Observation, seen: Seen) -> Iterator[Problem]:
    """Yield what came back as it was sent, but not where it belongs."""
    sent: Any = observation.sent
    for what in disordered(sent, seen):
        cause = f"choices in order: {what}"
        yield Problem("field-changed", cause, f"the {what} came back in another order")
    if drops_an_equal_choice(sent, seen):
        told = "of two choices that say the same only one came back"
        yield Problem("choices-lost", "choices", told)
    if skips_a_choice(sent, seen):
        told = "a choice that says nothing is left out of the texts: they stand for other choices"
        yield Problem("choices-lost", "choices", told)


def written_anew(
    sent: dict[str, Any], found: dict[str, Any], *, is_streamed: bool
) -> Iterator[Problem]:
    """Yield what means the same but is spelt otherwise in the document `found`.

    Deltas add up to a text, also where there are none: one that `is_streamed` has no null.
    """
    for item in respelt(sent, found):
        if item.sent is None and is_streamed:
            continue
        place = "/".join(item.place)
        told = f"{place} was {shown(item.sent)}, came back as the text {shown(item.seen)}"
        yield Problem("field-changed", place, told)


def left_beside(observation: Observation, seen: Seen) -> Iterator[Problem]:
    """Yield what a document lacks whose texts alone are told beside it, or one of its objects."""
    sent = sent_document(observation) or {}
    yield from emptied(sent, seen)
    found = beside_texts(sent, seen) if sent else None
    for what in left_out(sent, found) if found is not None else ():
        told = f"all of the document but the texts came back, without the {what}"
        yield Problem("field-changed", what, told, is_lost=True)
