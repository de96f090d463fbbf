"""Two texts word by word: what only one of them has."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from harness.report.page.blocks import Segments
from harness.report.page.shown import shown

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 4000
"""Of both texts together; the comparison takes their product in steps."""


def changed_words(before: str, after: str) -> tuple[Segments, Segments]:
    """Return both texts in stretches; long ones are one stretch each, marked as a whole."""
    one, other = _WORD.findall(before), _WORD.findall(after)
    if len(one) + len(other) > MOST_WORDS:
        return [(shown(before), True)], [(shown(after), True)]
    left: Segments = []
    right: Segments = []
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for kind, start, end, begin, finish in matcher.get_opcodes():
        is_changed = kind != "equal"
        if start < end:
            left.append((shown("".join(one[start:end])), is_changed))
        if begin < finish:
            right.append((shown("".join(other[begin:finish])), is_changed))
    return left, right
