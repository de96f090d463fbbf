"""What becomes of a text where a description tells that it is changed: trimmed, cut, respelt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from harness.audit.mapped.told_changes import tells_trim, told_length

_BLANKS = re.compile(
    r"\b(?:white ?space|spaces?|blanks?)\b[^.;]{0,40}"
    r"\b(?:collapsed|normali[sz]ed|run together|single)\b",
    re.IGNORECASE,
)
_LOWER = re.compile(r"\blower[- ]?case[ds]?\b|\bin small letters\b", re.IGNORECASE)
_UPPER = re.compile(r"\bupper[- ]?case[ds]?\b|\bin capitals\b", re.IGNORECASE)
_STOP = re.compile(r"\bfull stop|\bperiod\b|\bpunctuation\b", re.IGNORECASE)
_FIRST_LINE = re.compile(r"\bfirst line\b", re.IGNORECASE)
_THOUGHTS = re.compile(r"<think>|\bthoughts?\b|\bthinking\b", re.IGNORECASE)
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)

Change = Callable[[str], str]


def told_variants(told: str, text: str) -> set[str]:
    """Return what `text` may be after the changes that `told` tells, some of them or all."""
    found = {text}
    for change in _changes(told):
        found |= {change(one) for one in found}
    return {one for one in found if one and one != text}


def _changes(told: str) -> Iterator[Change]:
    if _THOUGHTS.search(told):
        yield lambda text: _THOUGHT.sub("", text)
    if tells_trim(told) or _FIRST_LINE.search(told) or _THOUGHTS.search(told):
        yield str.strip
    if _FIRST_LINE.search(told):
        yield lambda text: text.splitlines()[0] if text.splitlines() else text
    if _STOP.search(told):
        yield lambda text: text.rstrip(".").rstrip()
    if _BLANKS.search(told):
        yield lambda text: " ".join(text.split())
    if _LOWER.search(told):
        yield str.lower
    if _UPPER.search(told):
        yield str.upper
    length = told_length(told)
    if length is not None:
        yield lambda text: text[:length].strip()
