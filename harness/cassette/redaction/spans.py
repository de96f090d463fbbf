"""Places in a text that are replaced, and replacing them in a text that is cut into pieces."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """`text[start:end]` becomes `shown`, by this rule; `name` is a known secret's name."""

    start: int
    end: int
    shown: str
    rule: str
    name: str = ""


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order of place; of two that overlap, the one given first."""
    chosen: list[Span] = []
    for span in spans:
        at = bisect(chosen, span)
        if (at and chosen[at - 1].end > span.start) or (
            at < len(chosen) and chosen[at].start < span.end
        ):
            continue
        chosen.insert(at, span)
    return chosen


def replaced(text: str, spans: Sequence[Span]) -> str:
    """Return `text` with the spans replaced."""
    shown: list[str] = []
    at = 0
    for span in spans:
        shown += (text[at : span.start], span.shown)
        at = span.end
    return "".join((*shown, text[at:]))


def replaced_in_pieces(pieces: Sequence[str], spans: Sequence[Span]) -> list[str]:
    """Return the pieces of a text with its spans replaced, cut where they were cut.

    A span is shown in the piece in which it begins, and of its rest nothing is shown.
    """
    cut: list[str] = []
    start = first = 0
    for piece in pieces:
        end, at = start + len(piece), start
        shown: list[str] = []
        while first < len(spans) and spans[first].end <= start:
            first += 1
        for span in spans[first:]:
            if span.start >= end:
                break
            shown.append(piece[at - start : max(at, span.start) - start])
            if span.start >= start:
                shown.append(span.shown)
            at = min(span.end, end)
        cut.append("".join((*shown, piece[at - start :])))
        start = end
    return cut
