"""Changes of a value that a description tells: cut, limited, rounded, replaced within a range."""

from __future__ import annotations

import re
from typing import Any

_CUT = re.compile(
    r"truncat|shorten|trimmed|first \d|up to \d|at most \d|limited to|clamp|\bcapp?(?:s|ed)?\b"
    r"|normali[sz]ed",
    re.IGNORECASE,
)
"""Words for what happens to texts and lists."""
_LIMITED = re.compile(
    r"clamp|\bcap(?:s|ped)?\b|limited|restricted to|reduced|lowered|raised|truncat|floor|ceiling"
    r"|bounded|adjusted",
    re.IGNORECASE,
)
_REPLACED = re.compile(r"replaced|ignored|not used|overrid(?:es|den)", re.IGNORECASE)
"""Words that tell a change of the values in a range that stands beside them."""
_UPPER = re.compile(
    r"\b(?:at most|up to|max(?:imum)?|above|over|more than|greater than|larger than|ceiling|capped"
    r"|caps?|reduced|lowered)\b|[>≥]",
    re.IGNORECASE,
)
_LOWER = re.compile(
    r"\b(?:at least|min(?:imum)?|below|under|less than|smaller than|fewer than|floor|raised)\b"
    r"|[<≤]",
    re.IGNORECASE,
)
_ROUNDED = re.compile(r"\bround(?:s|ed)?\b", re.IGNORECASE)
_RENAMED = re.compile(
    r"alias|resolv|\bmap(?:s|ped|ping)?\b|redirect|replaced|stands? for|->|→|=>", re.IGNORECASE
)
LONGEST_NAME = 100
_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,_]*(?:\.\d+)?")
_MOST_DIGITS = 6


def tells_change(text: str, given: Any, arrived: Any) -> bool:
    """Whether `text` tells that `given` may arrive as `arrived`.

    A number may arrive as a bound that it lies beyond, rounded, or otherwise where the text says
    that values of its range are replaced. A text or list may arrive as its beginning, a text also
    respelt. Words of limits alone ("tokens at most") excuse nothing else.
    """
    if _is_number(given) and _is_number(arrived):
        return any(_tells_number(part, given, arrived) for part in _sentences(text)) or (
            _ROUNDED.search(text) is not None and _is_rounded(given, arrived)
        )
    if not _CUT.search(text):
        return False
    if isinstance(given, list) and isinstance(arrived, list):
        return given[: len(arrived)] == arrived
    if isinstance(given, str) and isinstance(arrived, str):
        return given.startswith(arrived[:-3].rstrip()) or _plain(given) == _plain(arrived)
    return arrived is None


def tells_some_change(text: str) -> bool:
    """Whether `text` tells that texts are cut or respelt on their way."""
    return _CUT.search(text) is not None


def tells_name(text: str, given: str, arrived: str) -> bool:
    """Whether a sentence tells that the name `given` stands for `arrived`.

    It has both, or `arrived` beside a word for names that stand for others; the first part of a
    name that has several may be left out of the text (`v4-flash` for `deepseek-v4-flash`).
    """
    if not arrived or len(given) > LONGEST_NAME or len(arrived) > LONGEST_NAME:
        return False
    sentences = [one.lower() for one in _sentences(text)]
    spellings = [arrived.lower()]
    _, *rest = re.split(r"[-/:]", arrived.lower(), maxsplit=1)
    spellings += [one for one in rest if "-" in one]
    given = given.lower()
    told = [one for one in sentences if any(spelling in one for spelling in spellings)]
    return any(given in one or _RENAMED.search(one) for one in told)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.;!?])\s|\n", text)


def _tells_number(sentence: str, given: float, arrived: float) -> bool:
    bounds = [float(re.sub("[,_]", "", found)) for found in _NUMBER.findall(sentence)]
    is_upper, is_lower = bool(_UPPER.search(sentence)), bool(_LOWER.search(sentence))
    is_limited = bool(_LIMITED.search(sentence))
    if not bounds:
        return is_limited and (given > arrived or is_lower)
    beyond = [one for one in bounds if (given > one) or (given < one)]
    if (is_limited or _REPLACED.search(sentence)) and (
        (is_lower and any(given < one for one in beyond))
        or (is_upper and any(given > one for one in beyond))
    ):
        return True
    if arrived not in bounds or not (is_limited or is_upper or is_lower):
        return False
    is_range = len(bounds) > 1
    if is_range:
        return given > max(bounds) or given < min(bounds)
    return (given > arrived and (is_upper or not is_lower)) or (given < arrived and is_lower)


def _is_rounded(given: float, arrived: float) -> bool:
    return any(round(given, digits) == arrived for digits in range(_MOST_DIGITS)) or (
        abs(given - arrived) < 1
    )


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
