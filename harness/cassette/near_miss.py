"""Why a cassette has no answer: the most similar recorded request, and what differs from it."""

from __future__ import annotations

import difflib
import json

from harness.cassette.cassette import Cassette
from harness.cassette.matching import comparable
from harness.differences import differences
from harness.records.call import Miss, MissReason
from harness.records.http import HttpRequest

COMPARED_CHARACTERS = 20_000
"""Similarity looks at this much of a body: enough to rank, and bounded for huge ones."""


def explain_miss(cassette: Cassette, request: HttpRequest) -> Miss:
    """Return the miss of `request`, with the nearest interaction and the differences from it."""
    position = _nearest(cassette, request)
    found = []
    if position is not None:
        recorded = cassette.interactions[position].request
        found = differences(comparable(recorded), comparable(request))
    return Miss(
        request=request,
        cassette=cassette.path,
        reason=_reason(cassette, request),
        nearest=position,
        differences=tuple(found),
    )


def _reason(cassette: Cassette, request: HttpRequest) -> MissReason:
    if not cassette.exists:
        return "no_cassette"
    if not cassette.interactions:
        return "empty_cassette"
    return "already_played" if cassette.is_known(request) else "no_match"


def _nearest(cassette: Cassette, request: HttpRequest) -> int | None:
    if not cassette.interactions:
        return None
    wanted = _outline(request)
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)

    def similarity(position: int) -> tuple[bool, float]:
        recorded = cassette.interactions[position].request
        matcher.set_seq1(_outline(recorded))
        # By the words that both have: `ratio`, which heeds their order as well, takes minutes for
        # two long bodies that repeat a few words.
        return recorded.path == request.path, matcher.quick_ratio()

    return max(range(len(cassette.interactions)), key=similarity)


def _outline(request: HttpRequest) -> list[str]:
    """Return the words of the request's JSON form, each on its own, in a fixed order."""
    text = json.dumps(comparable(request), sort_keys=True, indent=0, ensure_ascii=False)
    return text[:COMPARED_CHARACTERS].split()
