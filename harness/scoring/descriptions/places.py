"""Where a text speaks of parameters, and whether it says what they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from harness.scoring.descriptions.signals import Parameter
from harness.scoring.descriptions.text import Text, name_words, stem

_FEWEST_WORDS = 2
_FEWEST_LETTERS = 3
"""Of a script that sets no blanks between words."""
_GIVEN = re.compile(r"\b(?:omit|pass|set|provide|specify|supply|leave|use) (?:the )?[`'\"]?$")
"""Stands before a word that is meant as a parameter: `pass query to …`."""
_TO_WHAT = re.compile(
    r"[`'\"]?(?:\s?[=:]\s?\S+| parameter| argument)?\s+(?:to|for|if|when|as)\s+(?P<said>[^\n]*)"
)
_MARKED = re.compile(
    r"(?:[`'\"]?\s*[,/]\s*[`'\"]?\w+){0,3}[`'\"*]{0,3}\s*"
    r"(?:\([^)\n]{0,80}\)|<[^>\n]{0,40}>|\[[^\]\n]{0,40}\])?\s*[`'\"*]{0,3}\s*(?::|=|–|—|\s-\s)\s*(?P<said>[^\n]*)"
)
_IN_BRACKETS = re.compile(r"[`'\"]?\s*\((?P<said>[^)\n]{3,160})\)")
_SAID = re.compile(
    r"[`'\"]?\s+(?:is|are|must|can|should|may|specifies|sets|controls|determines|accepts|takes|"
    r"defaults?|decides|selects|limits|only|means|defines|has)\s+(?P<said>[^\n]*)"
)
_AS_A_NOUN = re.compile(
    r"[`'\"]?\s+(?:string|parameter|argument|field|value|flag|option)s?\s+(?:is|are|must|can|"
    r"should|may|uses|supports|specifies|controls|determines|accepts|takes|has)\s+(?P<said>[^\n]*)"
)
_QUOTES = "`'\"*"
_BEGINNING = re.compile(r"[\s\-*•\d.]*(?:[`'\"]?\w+[`'\"]?\s*[,/]\s*){0,3}[`'\"]?$")
"""What may stand before a name in its line: a bullet, a number, other names."""
_LOOK_BACK = 40
_CONTINUES = re.compile(r"[a-z0-9_]", re.A)
"""Not a letter of another script: there, names stand between words without a blank."""


class Place(NamedTuple):
    """Where the text speaks of a parameter; `is_explained` when it says what it means."""

    name: str
    start: int
    end: int
    is_explained: bool
    first: int
    """Where it stands first, explained or not."""


def places(text: Text, parameters: Sequence[Parameter]) -> list[Place]:
    """Return where `text` speaks of `parameters`: by name, or by all words of the name."""
    stems = text.stems
    found = []
    for item in parameters:
        words = name_words(item.name)
        if words and (not text.is_latin or all(stem(word) in stems for word in words)):
            place = _place(text, item.name, words)
            if place is not None:
                found.append(place)
    return found


def _place(text: Text, name: str, words: tuple[str, ...]) -> Place | None:
    lower, wanted = text.lower, name.lower()
    first: Place | None = None
    start = -1
    while (start := lower.find(wanted, start + 1)) >= 0:
        end = start + len(wanted)
        if _is_word(lower, start, end):
            if _is_explained(lower, start, end, is_identifier=len(words) > 1 or "_" in name):
                return Place(name, start, end, True, first.start if first else start)
            first = first or Place(name, start, end, False, start)
    if first is None:
        match = re.search(rf"(?<!\w){re.escape(words[-1][:4])}\w*", lower)
        first = Place(name, *match.span(), False, match.start()) if match is not None else None
    return first


def _is_word(lower: str, start: int, end: int) -> bool:
    before, after = lower[start - 1 : start], lower[end : end + 1]
    return not (_CONTINUES.match(before) or _CONTINUES.match(after))


def _is_explained(lower: str, start: int, end: int, *, is_identifier: bool) -> bool:
    """Tell whether what follows a name says what it means, as a line of an argument block does.

    A name that is also a plain word (`path`) has to be marked as one: first in its line, in
    quotes, or with brackets behind it.
    """
    before = lower[max(0, start - _LOOK_BACK) : start]
    is_quoted = bool(before) and before[-1] in _QUOTES
    begins_line = bool(_BEGINNING.match(before.split("\n")[-1]))
    is_marked = is_quoted or begins_line
    candidates = [_IN_BRACKETS, _AS_A_NOUN]
    if is_identifier or is_marked:
        candidates += [_MARKED, _SAID]
    if _GIVEN.search(before):
        candidates.append(_TO_WHAT)
    for pattern in candidates:
        match = pattern.match(lower, end)
        if match is not None and _says_enough(match["said"]):
            return True
    return False


def _says_enough(said: str) -> bool:
    words = said.split()
    return len(words) >= _FEWEST_WORDS or any(
        len(word) >= _FEWEST_LETTERS and not word.isascii() for word in words
    )
