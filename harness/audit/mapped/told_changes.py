"""Changes of a value that a description tells: cut, limited, rounded, replaced within a range."""

from __future__ import annotations

import re
from typing import Any

_CUT = re.compile(
    r"truncat|shorten|trimmed|first \d|\bcut (?:off )?(?:at|to|after|there)\b|up to \d"
    r"|at most \d|limited to|clamp|\bcapp?(?:s|ed)?\b"
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
_LENGTH = re.compile(
    r"(?:first|more than|longer than|over|beyond|cut (?:off )?(?:at|to|after)"
    r"|(?:truncat\w+|shortened) (?:at|to|after))\s+(\d[\d,_]*)\s*(?:characters?|chars?|letters)\b",
    re.IGNORECASE,
)
_MEMORY = re.compile(
    r"\bremember(?:s|ed)\b|\b(?:conversation(?:al)?|session|chat|context)[- ]memory\b"
    r"|\b(?:has|have|with|keeps?) (?:an? |its )?(?:\w+ )?memory\b|\bsaid (?:\w+ ){0,3}before\b"
    r"|\bkeeps? (?:the |a |its )?(?:conversation|history|context|state)\b"
    r"|\b(?:conversation|history|context|session) (?:is )?(?:kept|remembered|stored|continued)\b"
    r"|\b(?:stor(?:es?|ing)|sav(?:es?|ing)|search(?:es|ing)?|recall(?:s|ing)?|retriev(?:es?|ing)"
    r"|quer(?:y|ies|ying)|updat(?:es?|ing)|adds?|writ(?:es?|ing)) "
    r"(?:(?!(?:in|on|about|of|translation)\b)\w+ ){0,3}"
    r"memor(?:y|ies)\b"
    r"|\b(?:stor(?:es?|ing)|sav(?:es?|ing)|retains?|recalls?) (?:(?:new|any|the|your|user|important"
    r"|relevant) ){0,2}(?:information|facts|knowledge|preferences)\b"
    r"(?![^.;\n]*\b(?:files?|disk|folder|directory|logs?)\b)",
    re.IGNORECASE,
)
"""Words for a server that keeps what callers say; an answer may be stored in a file."""
_ROUNDS = re.compile(
    r"\brounds?\b|\biterat(?:e[sd]?|ions?|ively)\b|\bself-consistency\b|\bvot(?:es?|ing)\b"
    r"|\bsamples? (?:it )?(?:\w+ )?times\b|\bup to \w+ (?:times|attempts)\b|\bresampl\w+"
    r"|\bagain (?:until|till)\b|\b(?:loops?|retries) until\b|\bbest[- ]of[- ](?:n|\d)\b",
    re.IGNORECASE,
)
_ROUNDED = re.compile(r"\bround(?:s|ed)?\b", re.IGNORECASE)
_RENAMED = re.compile(
    r"alias|resolv|\bmap(?:s|ped|ping)?\b|redirect|replaced|stands? for|->|→|=>", re.IGNORECASE
)
_TRIMMED = re.compile(
    r"\b(?:trim|strip)(?:s|ped|med|ming|ping)?\b"
    r"|\b(?:spaces?|blanks?|white ?space)\b[^.;]{0,40}\b(?:removed|cut|dropped|ignored|left out)\b"
    r"|\bwithout (?:leading|trailing|surrounding)\b"
    r"|\bwithout (?:any |the )?(?:spaces?|blanks?|white ?space)\b[^.;]{0,20}\b(?:at|around)\b",
    re.IGNORECASE,
)
_WRITES_CODE = re.compile(
    r"\b(?:generat\w+|writ(?:e|es|ing)|produc\w+|creat(?:e|es|ing)|implement\w*)\b[^.;\n]{0,60}"
    r"\b(?:code|boilerplate|scripts?|functions?|programs?|configs?|tests?|source|patch\w*|files?)\b",
    re.IGNORECASE,
)
_WINDOW = re.compile(
    r"\b(?:last|latest|most recent|newest|up to|at most)\b[^.;]{0,30}\b(?:messages|turns)\b"
    r"|(?:trim|truncat|cut|drop|shorten)\w*[^.;]{0,40}\b(?:messages|turns|conversation|history)\b"
    r"|\b(?:messages|turns|conversation|history)\b[^.;]{0,40}(?:trimmed|truncated|cut|dropped|shortened)",
    re.IGNORECASE,
)
LONGEST_NAME = 100
_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,_]*(?:\.\d+)?")
_MOST_DIGITS = 6
_NEAR = 24
"""Characters behind a word of a bound in which its number stands."""


def told_length(text: str) -> int | None:
    """Return to how many characters `text` tells that texts are cut, None when it tells nothing."""
    found = _LENGTH.search(text)
    return int(re.sub("[,_]", "", found[1])) if found is not None else None


def tells_memory(text: str) -> bool:
    """Whether `text` tells that the server keeps what was said before."""
    return _MEMORY.search(text) is not None


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


def tells_rounds(text: str) -> bool:
    """Whether `text` tells that a call asks the model in several rounds, or several times."""
    return _ROUNDS.search(text) is not None


def tells_trim(text: str) -> bool:
    """Whether `text` tells that blanks at the ends of texts are left out."""
    return _TRIMMED.search(text) is not None


def writes_code(text: str) -> bool:
    """Whether `text` tells that a model writes code or a file, around which it puts a fence."""
    return _WRITES_CODE.search(text) is not None


def tells_window(text: str) -> bool:
    """Whether `text` tells that only the end of a long conversation is sent."""
    return _WINDOW.search(text) is not None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.;!?])\s|\n", text)


def _tells_number(sentence: str, given: float, arrived: float) -> bool:
    bounds = _numbers(sentence)
    upper, lower = _bounds(sentence, _UPPER), _bounds(sentence, _LOWER)
    is_limited = bool(_LIMITED.search(sentence))
    if not bounds:
        return is_limited and (given > arrived or bool(_LOWER.search(sentence)))
    is_beyond = (bool(upper) and given > max(upper)) or (bool(lower) and given < min(lower))
    if is_beyond and (arrived in bounds or is_limited or _REPLACED.search(sentence)):
        return True
    # A range, or a single bound with a word for what is done to values beyond it.
    is_outside = given > max(bounds) or (given < min(bounds) and len(bounds) > 1)
    return is_limited and arrived in bounds and is_outside


def _bounds(sentence: str, word: re.Pattern[str]) -> list[float]:
    """Return the numbers that stand right behind a word of a bound, else all where there is one."""
    behind = [
        number
        for found in word.finditer(sentence)
        for number in _numbers(sentence[found.end() :][:_NEAR])[:1]
    ]
    return behind or (_numbers(sentence) if word.search(sentence) else [])


def _numbers(text: str) -> list[float]:
    return [float(re.sub("[,_]", "", found)) for found in _NUMBER.findall(text)]


def _is_rounded(given: float, arrived: float) -> bool:
    return any(round(given, digits) == arrived for digits in range(_MOST_DIGITS)) or (
        abs(given - arrived) < 1
    )


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
