"""A text cut where what is said about it begins or ends."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Mark = tuple[int, int, int]
"""Start, end (not included), and the number of what is said."""


def segments(text: str, marks: Sequence[Mark]) -> list[tuple[str, list[int]]]:
    """Return the stretches of `text` in order, each with the numbers of all marks over it.

    Marks may overlap and touch; what reaches outside the text is cut off.
    """
    inside = [(max(0, start), min(end, len(text)), number) for start, end, number in marks]
    bounds = sorted({0, len(text), *(edge for start, end, _ in inside if start < end
                                     for edge in (start, end))})  # fmt: skip
    return [
        (text[start:end], sorted({number for a, b, number in inside if a <= start and end <= b}))
        for start, end in pairwise(bounds)
    ]
