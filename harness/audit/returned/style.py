"""How a tool answers, learned from what it made of ordinary answers of its provider."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.audit.dialect import Dialect, recognised
from harness.audit.returned.documents import Place, mismatches
from harness.audit.returned.seen import Seen, strings_in, trees_in
from harness.audit.returned.text_members import Member, text_members
from harness.audit.scripts import document
from harness.records.audit import Observation
from harness.records.http import HttpRequest

ORDINARY = ("text", "other-text")
"""Scripts that every server has to cope with in its most ordinary way."""
UNKNOWN = "x_text"
"""A member that no document names (`scripts.catalogue`): who keeps it keeps what stands by it."""
_UNNAMED = "x_"
_COUNTED = frozenset({"usage", "logprobs"})


@dataclass(frozen=True)
class Style:
    """What the answers of one tool have in them."""

    returns_text: bool = False
    """Both ordinary texts came back."""
    is_raw: bool = False
    """The text alone is the content, in no form of JSON."""
    carried: frozenset[Place] = frozenset()
    """Places of the provider's document that came back in one answer or another."""
    keeps_digits: bool = False
    """`1.0` came back with its fraction: whole numbers are told from doubles here, so they have no
    reason to be rounded. RFC 8259 §6 promises no more than doubles to those that do not."""
    counts: frozenset[str] = frozenset()
    """`input`, `output`: token counts that ordinary answers showed."""
    openings: frozenset[str] = frozenset()
    """What stands before the model's text in a content that is no JSON, the same in each answer."""
    members: frozenset[Member] = frozenset()
    """Members of the tool's own JSON that hold the model's text, the same in each answer."""
    constants: frozenset[str] = frozenset()
    """Texts that stand in ordinary answers as they are, whatever the model said."""

    def passes(self, place: Place) -> bool:
        """Tell whether what stands at `place` is known to come back."""
        is_known = place in self.carried or (*place[:-1], UNKNOWN) in self.carried
        # Who passes the whole document on passes on each kind of block, and all that is counted.
        is_part = place[0] == "content" or not _COUNTED.isdisjoint(place)
        is_named = not any(step.startswith(_UNNAMED) for step in place)
        return is_known or (is_part and is_named and self.passes_all)

    @property
    def passes_all(self) -> bool:
        """Whether the document comes back with members that its API does not name."""
        return (UNKNOWN,) in self.carried


def request_of(observation: Observation) -> tuple[HttpRequest, Dialect] | None:
    """Return the last request to a completion API that the call made, None when it made none."""
    for interaction in reversed(observation.call.interactions or ()):
        dialect = recognised(interaction.request)
        if dialect is not None:
            return interaction.request, dialect
    return None


def sent_document(observation: Observation) -> dict[str, Any] | None:
    """Return the document that the provider's script sent, None when nobody asked."""
    asked = request_of(observation)
    if asked is None:
        return None
    return _document(observation.probe.upstream.script, *asked)


@functools.lru_cache(maxsize=256)
def _document(name: str, request: HttpRequest, dialect: Dialect) -> dict[str, Any]:
    # Asked for several times an observation, and the longest has 64 kB. Nobody changes it.
    return document(name, request, dialect)


def found_document(observation: Observation, seen: Seen) -> dict[str, Any] | None:
    """Return the provider's document in an answer, None when it is not there.

    Of several it is the one with the fewest mismatches: what is right once has come back. One that
    the model wrote into its text is none.
    """
    asked, sent = request_of(observation), sent_document(observation)
    if asked is None or sent is None:
        return None
    quoted = [tree for text in strings_in(sent) for tree in trees_in(text)]
    quoted += [tree for one in quoted for text in strings_in(one) for tree in trees_in(text)]
    found = (item for item in seen.documents(asked[1]) if item not in quoted)
    return min(found, key=lambda item: len(list(mismatches(sent, item))), default=None)


def learned(observations: Sequence[Observation]) -> Style:
    """Return the style of a tool, from its results of whole answers without a fault."""
    good = [
        (item, Seen(item.call.outcome))
        for item in observations
        if item.call.outcome.plane == "result" and item.sent and not item.probe.upstream.fault
    ]
    ordinary = [(item, seen) for item, seen in good if item.probe.upstream.script in ORDINARY]
    texts = [seen.says(str(_sent(item)["text"])) for item, seen in ordinary]
    raw = [item.call.outcome.text == _sent(item)["text"] for item, _ in ordinary]
    places, fractions = set[Place](), list[bool]()
    for item, seen in good:
        pair = _pair(item, seen)
        if pair is not None:
            places.update(_places(*pair))
            fractions += _fractions(*pair)
    return Style(
        returns_text=any(texts),
        is_raw=any(raw),
        carried=frozenset(places),
        keeps_digits=any(fractions),
        counts=frozenset(_counts(ordinary)),
        openings=frozenset(_openings(ordinary)),
        members=frozenset(_members(ordinary)),
        constants=frozenset(string for _, seen in ordinary for string in seen.strings),
    )


def _sent(observation: Observation) -> dict[str, Any]:
    return observation.sent if isinstance(observation.sent, dict) else {}


def places_kept(observation: Observation) -> frozenset[Place]:
    """Return the places of the provider's document that came back in one answer."""
    pair = _pair(observation, Seen(observation.call.outcome))
    return frozenset(_places(*pair)) if pair is not None else frozenset()


def _pair(item: Observation, seen: Seen) -> tuple[dict[str, Any], dict[str, Any]] | None:
    sent, found = sent_document(item), found_document(item, seen)
    return None if sent is None or found is None else (sent, found)


def _places(sent: Any, seen: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the places that both have."""
    if isinstance(sent, dict) and isinstance(seen, dict):
        for key, value in sent.items():
            if value is not None and seen.get(key) is not None:
                yield (*place, key)
                yield from _places(value, seen[key], (*place, key))
    elif isinstance(sent, list) and isinstance(seen, list):
        for ours, theirs in zip(sent, seen, strict=False):
            yield from _places(ours, theirs, (*place, step_of(ours)))


def step_of(item: Any) -> str:
    """Return how a place names a member of a list: content blocks have a type, others `*`."""
    kind = item.get("type") if isinstance(item, dict) and "function" not in item else None
    return kind if isinstance(kind, str) else "*"


def _fractions(sent: Any, seen: Any) -> Iterator[bool]:
    """Yield whether each whole number with a fraction, `1.0`, has kept it."""
    if isinstance(sent, dict) and isinstance(seen, dict):
        for key, value in sent.items():
            yield from _fractions(value, seen.get(key))
    elif isinstance(sent, list) and isinstance(seen, list):
        for ours, theirs in zip(sent, seen, strict=False):
            yield from _fractions(ours, theirs)
    elif isinstance(sent, float) and sent.is_integer():
        yield isinstance(seen, float)


def _openings(ordinary: Sequence[tuple[Observation, Seen]]) -> set[str]:
    parts = [
        item.call.outcome.text.partition(str(_sent(item)["text"]))
        for item, seen in ordinary
        if not seen.content_trees
    ]
    openings = {before for before, text, _ in parts if text}
    return openings if len(openings) == 1 else set()


def _members(ordinary: Sequence[tuple[Observation, Seen]]) -> set[Member]:
    found = [text_members(seen.trees, str(_sent(item)["text"])) for item, seen in ordinary]
    return set.intersection(*found) if found else set()


def _counts(ordinary: Sequence[tuple[Observation, Seen]]) -> Iterator[str]:
    for name in ("input", "output"):
        shown = [says_number(seen, _sent(item)["usage"][name]) for item, seen in ordinary]
        if len(shown) > 1 and all(shown):
            yield name


def says_number(seen: Seen, number: int) -> bool:
    """Tell whether `number` stands somewhere, as a JSON number or in a text."""
    return seen.holds(number) or seen.says(str(number))
