"""Which interactions of two cassettes belong together: the same request first, then the nearest."""

from __future__ import annotations

import difflib
import json
from collections import defaultdict, deque
from collections.abc import Sequence

from harness.cassette.matching import comparable, match_key
from harness.records.http import HttpRequest, Interaction

COMPARED_CHARACTERS = 4_000
"""Similarity looks at this much of a request."""
MOST_COMPARISONS = 10_000
"""Where more pairs are possible than this, requests are paired in their order instead."""

Pair = tuple[int | None, int | None]


def pair_interactions(first: Sequence[Interaction], second: Sequence[Interaction]) -> list[Pair]:
    """Return positions that belong together; None stands for "the other has none"."""
    pairs, left, right = _same_requests(first, second)
    for one, other in _nearest(first, second, left, right):
        pairs.append((one, other))
        left.remove(one)
        right.remove(other)
    whole: list[Pair] = [*pairs, *((one, None) for one in left)]
    whole.sort(key=lambda pair: pair[0] or 0)
    return [*whole, *((None, other) for other in right)]


def _same_requests(
    first: Sequence[Interaction], second: Sequence[Interaction]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Pair identical requests in their order; return what is left on both sides."""
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for position, interaction in enumerate(second):
        waiting[match_key(interaction.request)].append(position)
    pairs, left = [], []
    for position, interaction in enumerate(first):
        same = waiting[match_key(interaction.request)]
        if same:
            pairs.append((position, same.popleft()))
        else:
            left.append(position)
    return pairs, left, sorted(place for places in waiting.values() for place in places)


def _nearest(
    first: Sequence[Interaction],
    second: Sequence[Interaction],
    left: Sequence[int],
    right: Sequence[int],
) -> list[tuple[int, int]]:
    if len(left) * len(right) > MOST_COMPARISONS:
        return [
            (one, other)
            for one, other in zip(left, right, strict=False)
            if _is_related(first[one].request, second[other].request)
        ]
    outlines = {other: _outline(second[other].request) for other in right}
    ranked: list[tuple[float, int, int]] = []
    for one in left:
        matcher = difflib.SequenceMatcher(autojunk=False)
        matcher.set_seq2(_outline(first[one].request))
        for other in right:
            if _is_related(first[one].request, second[other].request):
                matcher.set_seq1(outlines[other])
                ranked.append((-matcher.quick_ratio(), one, other))
    return _greedy(sorted(ranked))


def _is_related(one: HttpRequest, other: HttpRequest) -> bool:
    """Tell whether one may be the other, changed: the same method, and the same path or host.

    How alike two JSON forms are says little when both are short: braces are alike in all of them.
    """
    is_same_place = one.path == other.path or one.origin == other.origin
    return one.method == other.method and is_same_place


def _greedy(ranked: Sequence[tuple[float, int, int]]) -> list[tuple[int, int]]:
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, one, other in ranked:
        if one not in pairs and other not in taken:
            pairs[one] = other
            taken.add(other)
    return list(pairs.items())


def _outline(request: HttpRequest) -> list[str]:
    """Return the words of the request's JSON form; word by word, so that prompts weigh too."""
    text = json.dumps(comparable(request), sort_keys=True, indent=0, ensure_ascii=False)
    return text[:COMPARED_CHARACTERS].split()
