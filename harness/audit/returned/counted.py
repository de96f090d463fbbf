"""Counts of tokens as the words around an answer say them: `12 prompt tokens`, `output tokens: 7`.

Names of the contract sheets: prompt and completion (OpenAI §3.1), input and output (Anthropic
§5.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

_LABELS = {"input": r"(?:prompt|input)[ _-]tokens?", "output": r"(?:completion|output)[ _-]tokens?"}


class Miscounted(NamedTuple):
    """A count that is another one: nothing, or what belongs to the other label."""

    which: str
    sent: int
    told: int


def miscounted(usage: Mapping[str, Any], strings: Sequence[str]) -> Iterator[Miscounted]:
    """Yield the counts of `usage` (`{input, output}`) that prose gives as zero or as each other.

    Any other number may be a sum over several requests, or of another kind.
    """
    prose = "\n".join(strings)
    for which, label in _LABELS.items():
        other = usage["output" if which == "input" else "input"]
        claimed = _claimed(label, prose)
        wrong = [one for one in claimed if one != usage[which] and one in (0, other)]
        if wrong and usage[which] not in claimed:
            yield Miscounted(which, usage[which], wrong[0])


def _claimed(label: str, prose: str) -> list[int]:
    """Return the numbers that stand before the label, or behind it where none does."""
    before = re.findall(rf"(?i)(?<![\w.])(\d[\d,]*) {label}\b", prose)
    found = before or re.findall(rf"(?i)\b{label}[\"']?[ \t]*[:=]?[ \t]*(\d[\d,]*)\b", prose)
    return [int(one.replace(",", "")) for one in found]
