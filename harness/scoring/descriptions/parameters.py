"""Parameters: meaning beyond the schema, more of it where the schema is silent (TDQS 1.2, 15)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.scoring.descriptions.judged import Fired, Judged, fired_on
from harness.scoring.descriptions.places import Place, places
from harness.scoring.descriptions.signals import Definition, Parameter
from harness.scoring.descriptions.text import Text, name_words, stem

_ADDITIONS = ("parameters.format", "parameters.default", "parameters.relation")
_HIGH = 80
_EXPLAINED, _HALF = 0.8, 0.5
_MANY_SILENT = 3
_FEW_WORDS, _MORE_WORDS = 9, 20
"""Words from which a text gives some hint at one argument, or at several."""
_TELLING_LETTERS = 4
_ANY = re.compile(r"\b(?:parameters?|arguments?|omitted (?:fields?|values?|options?))\b")
"""Speaks of the arguments without naming one."""


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
    verb = {definition.leading_verb}
    found = [
        place
        for place in places(definition.text, silent)
        if place.is_explained or set(map(stem, name_words(place.name))) != verb
    ]
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
    """Tell whether neither schema nor text gives a hint at arguments that must be given."""
    if not any(item.is_required for item in silent) and len(silent) < _MANY_SILENT:
        return False
    words = definition.text.words
    if len(words) >= (_FEW_WORDS if len(silent) == 1 else _MORE_WORDS):
        return False
    return not any(_is_touched(definition.text, word)
                   for item in silent for word in name_words(item.name))  # fmt: skip


def _is_touched(text: Text, word: str) -> bool:
    """Tell whether the text has a word of a parameter's name, or one that it abbreviates."""
    return len(word) >= _TELLING_LETTERS and any(item.startswith(word) for item in text.words)


def _explained(place: Place) -> Fired:
    said = "explains" if place.is_explained else "names"
    return Fired("parameters.named", "", f"the text {said} {place.name}", place.start, place.end)


def _additions(definition: Definition) -> Iterator[Fired]:
    """Yield form, default and relation, in sentences that speak of a parameter."""
    if not any(name in definition.text.said for name in _ADDITIONS):
        return
    found = places(definition.text, definition.parameters)
    starts = {start for place in found for start in (place.start, place.first)}
    near = [
        span
        for span in definition.text.sentences
        if any(span.start <= start < span.end for start in starts)
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
