"""Parameters: meaning beyond the schema, more of it where the schema is silent (TDQS 1.2, 15)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from harness.scoring.descriptions.judged import Fired, Judged, fired_on
from harness.scoring.descriptions.signals import Definition, Parameter
from harness.scoring.descriptions.text import Text, name_words, stem

_ADDITIONS = ("parameters.format", "parameters.default", "parameters.relation")
_HIGH = 80
_EXPLAINED, _HALF = 0.8, 0.5
_FEWEST_WORDS = 2
_FEWEST_LETTERS = 3
"""Of a script that sets no blanks between words."""
_MANY_SILENT = 3


class Place(NamedTuple):
    """Where the text speaks of a parameter; `is_explained` when it says what it means."""

    name: str
    start: int
    end: int
    is_explained: bool


def judge_parameters(definition: Definition) -> Judged:
    """Return 4 without parameters, else what text and schema say of them together, 1 to 5."""
    if not definition.parameters:
        return Judged(4, (Fired("parameters.none", "=4", "takes no arguments"),))
    silent = [item for item in definition.parameters if not item.is_described]
    if definition.coverage > _HIGH:
        return _well_covered(definition)
    return _poorly_covered(definition, silent)


def _well_covered(definition: Definition) -> Judged:
    base = Fired("parameters.coverage", "=3",
                 f"the schema describes {definition.coverage} % of them")  # fmt: skip
    rules = [rule for rule in _additions(definition) if not _is_in_schema(definition, rule)]
    kinds = {rule.id for rule in rules}
    explained = [place for place in places(definition.text, definition.parameters)
                 if place.is_explained]  # fmt: skip
    shown = [_explained(place) for place in explained[:3]]
    score = 3
    few = min(2, len(definition.parameters))
    if kinds or len(explained) >= max(few, _HALF * len(definition.parameters)):
        score = 4
    if "parameters.relation" in kinds and len(kinds) > 1 and explained:
        score = 5
    empty = sum(item.is_described for item in definition.parameters) - definition.telling
    if empty:
        message = f"{empty} of the descriptions in the schema only repeat the name"
        shown.append(Fired("parameters.echo", "", message))
    lacking = ("format", "relation") if score < 4 else ("relation",) if score < 5 else ()
    return Judged(score, (base, *rules, *shown), lacking)


def _is_in_schema(definition: Definition, rule: Fired) -> bool:
    """Tell whether a description in the schema says the same words: then nothing is added."""
    words = " ".join(definition.text.lower[rule.start : rule.end].split())
    return any(words in item.description.lower() for item in definition.parameters)


def _poorly_covered(definition: Definition, silent: Sequence[Parameter]) -> Judged:
    found = places(definition.text, silent)
    explained = sum(place.is_explained for place in found) / len(silent)
    named = len(found) / len(silent)
    base = Fired("parameters.coverage", "",
                 f"the schema describes {definition.coverage} % of them, "
                 f"the text explains {round(100 * explained)} % of the rest")  # fmt: skip
    kinds = list(_additions(definition))
    score = 2
    if explained >= _EXPLAINED:
        score = 5 if len({rule.id for rule in kinds}) >= 3 else 4
    elif named >= _HALF:
        score = 3
    elif not found and definition.coverage == 0 and _is_hopeless(definition, silent):
        score = 1
    shown = [_explained(place) for place in found[:5]]
    level = Fired("parameters.level", f"={score}", "schema and text together")
    return Judged(score, (base, level, *shown, *kinds), ("describe",) if score < 5 else ())


def _is_hopeless(definition: Definition, silent: Sequence[Parameter]) -> bool:
    needed = any(item.is_required for item in silent)
    return (definition.is_placeholder and needed) or len(silent) >= _MANY_SILENT


def _explained(place: Place) -> Fired:
    said = "explains" if place.is_explained else "names"
    return Fired("parameters.named", "", f"the text {said} {place.name}", place.start, place.end)


def _additions(definition: Definition) -> Iterator[Fired]:
    """Yield form, default and relation, in sentences that speak of a parameter."""
    if not any(name in definition.text.said for name in _ADDITIONS):
        return
    near = [
        span
        for span in definition.text.sentences
        if any(
            span.start <= place.start < span.end
            for place in places(definition.text, definition.parameters)
        )
        or _ANY.search(definition.text.lower, span.start, span.end)
    ]
    for name in _ADDITIONS:
        inside = [
            span
            for span in definition.text.said.get(name, ())
            if any(item.start <= span.start < item.end for item in near)
        ]
        if inside:
            yield fired_on(name, "+1", inside[0])


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
                return Place(name, start, end, True)
            first = first or Place(name, start, end, False)
    if first is None:
        match = re.search(rf"(?<!\w){re.escape(words[-1][:4])}\w*", lower)
        first = Place(name, *match.span(), False) if match is not None else None
    return first


def _is_word(lower: str, start: int, end: int) -> bool:
    before, after = lower[start - 1 : start], lower[end : end + 1]
    return not (_CONTINUES.match(before) or _CONTINUES.match(after))


_ANY = re.compile(r"\b(?:parameters?|arguments?|omitted (?:fields?|values?|options?))\b")
"""Speaks of the arguments without naming one."""
_GIVEN = re.compile(r"\b(?:omit|pass|set|provide|specify|supply|leave|use) (?:the )?[`'\"]?$")
"""Stands before a word that is meant as a parameter: `pass query to …`."""
_TO_WHAT = re.compile(r"[`'\"]?(?:\s?[=:]\s?\S+)?\s+(?:to|for|if|when|as)\s+(?P<said>[^\n]*)")
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
_LOOK_BACK = 20
_CONTINUES = re.compile(r"[a-z0-9_]", re.A)
"""Not a letter of another script: there, names stand between words without a blank."""


def _is_explained(lower: str, start: int, end: int, *, is_identifier: bool) -> bool:
    """Tell whether what follows a name says what it means, as a line of an argument block does.

    A name that is also a plain word (`path`) has to be marked as one: first in its line, in
    quotes, or with brackets behind it.
    """
    before = lower[max(0, start - _LOOK_BACK) : start]
    is_quoted = bool(before) and before[-1] in _QUOTES
    begins_line = not before.split("\n")[-1].strip(" \t-*•0123456789.")
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
