"""Behaviour: facts beyond what the annotations say (TDQS 1.2, weight 20)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.scoring.descriptions.contradiction import contradiction
from harness.scoring.descriptions.judged import Fired, Judged, fired_on
from harness.scoring.descriptions.phrases import Span
from harness.scoring.descriptions.signals import Definition
from harness.scoring.descriptions.text import name_words, stem, stems_of

_FACTS = (
    "irreversible",
    "reversible",
    "read_only",
    "effect",
    "auth",
    "limits",
    "errors",
    "returns",
)
_MOST_OF_A_KIND = 2
_FEWEST_TOLD = 2
_GUIDING = ("usage.when", "usage.not", "usage.prerequisite", "usage.forcing")
_WHOLE = re.compile(r"\s*[^\W_].*\.\s*$", re.S)
"""A sentence of running text: no point of a list, no example, no question."""
_WORDS_BEFORE = re.compile(r"\w")
_NEXT_LINES = 80
_STRUCTURE = ((2, 60), (5, 200))
"""Further sentences and letters that stand for a fact each."""
_SUBSTANCE = (3, 40)
"""Sentences and words of an explanation that tells of the tool's behaviour in no listed phrase."""
_BARE = 12
"""Words under which a tool that changes something says no more than what it is for."""


def judge_behavior(definition: Definition) -> Judged:
    """Return 1 for a contradiction or nothing, up to 5; the bar is lower with annotations."""
    against = contradiction(definition)
    if against is not None:
        return Judged(1, (against,), ("consistent",))
    if definition.is_placeholder:
        return Judged(1, (Fired("behavior.placeholder", "=1", "says nothing at all"),),
                      _lacking(definition, frozenset()))  # fmt: skip
    if not definition.text.is_latin:
        return _by_structure(definition)
    facts = facts_of(definition) or list(_substance(definition))
    said = frozenset(fact.id.removeprefix("behavior.") for fact in facts)
    score = _score(definition, said, len(facts))
    words = "beyond its annotations" if definition.is_annotated else "without annotations"
    summary = Fired("behavior.level", f"={score}", f"{len(facts)} facts {words}")
    return Judged(score, (summary, *facts), _lacking(definition, said) if score < 5 else ())


def _score(definition: Definition, kinds: frozenset[str], count: int) -> int:
    if not definition.is_annotated:
        return _unannotated(definition, kinds, count)
    if definition.is_mutating and not count and len(definition.text.words) < _BARE:
        return 2
    return _annotated(kinds, count)


def _substance(definition: Definition) -> Iterator[Fired]:
    text = definition.text
    sentences, words = _SUBSTANCE
    if len(text.words) < words:
        return
    guiding = [span.start for name in _GUIDING for span in definition.told.get(name, ())]
    whole = sum(
        bool(_WHOLE.match(text.lower[start:end]))
        and not any(start <= place < end for place in guiding)
        for start, end in text.sentences
    )
    if whole >= sentences:
        yield Fired("behavior.substance", "+1", "explains itself at some length")


def facts_of(definition: Definition) -> list[Fired]:
    """Return the facts that the text gives and the fields do not, at most two of a kind.

    Words of the tool's name are what it works on, no facts: `rate limit` in get_rate_limit.
    """
    restated = set(_restated(definition))
    found = [
        fired_on(f"behavior.{name}", "+1", span)
        for name in _FACTS
        if name not in restated and f"behavior.{name}" in definition.told
        for span in _apart(definition, name)
    ]
    return [
        fact
        for index, fact in enumerate(found)
        if not any(fact.start < other.end and other.start < fact.end for other in found[:index])
    ]


def _apart(definition: Definition, name: str) -> Iterator[Span]:
    """Yield a place in each of the first two sentences that give a fact of this kind."""
    text, count, start = definition.text, 0, 0
    for span in definition.told[f"behavior.{name}"]:
        if span.start < start or _is_own_name(definition, span):
            continue
        if name == "irreversible" and _is_hint(definition, span):
            continue
        if name == "returns" and (_is_deed(definition, span) or not _tells(definition, span)):
            continue
        yield span
        count += 1
        if count == _MOST_OF_A_KIND or name == "returns":
            return
        start = next((item.end for item in text.sentences if item.end >= span.end), len(text.raw))


def _is_hint(definition: Definition, span: Span) -> bool:
    """Tell `is destructive`, which `destructiveHint` says, from `cannot be undone`."""
    is_hinted = definition.annotations.get("destructiveHint") is True
    return is_hinted and "destructive" in definition.text.lower[span.start : span.end]


def _is_deed(definition: Definition, span: Span) -> bool:
    """Tell `Returns the weather …`, where returning is all that the tool does, from a fact."""
    return not _WORDS_BEFORE.search(definition.text.lower[: span.start])


def _is_own_name(definition: Definition, span: Span) -> bool:
    words = name_words(definition.text.lower[span.start : span.end])
    return {stem(word) for word in words} <= definition.own_stems


def _tells(definition: Definition, span: Span) -> bool:
    """Tell `returns temperature and wind` from `returns a JSON string of the result`."""
    text = definition.text
    end = next((item.end for item in text.sentences if item.end > span.end), len(text.lower))
    if text.lower[span.end - 1] == ":":  # a heading: what it heads may stand in the next lines
        end += _NEXT_LINES
    said = {stem(word) for word in name_words(text.lower[span.end : end])}
    known = stems_of("stop") | stems_of("generic") | stems_of("shapes")
    return len(said - known) >= _FEWEST_TOLD


def _by_structure(definition: Definition) -> Judged:
    """Judge a text in another script by how much more than one sentence it says."""
    letters = sum(char.isalpha() for char in definition.text.lower)
    more = len(definition.text.sentences) - 1
    steps = sum(more >= count and letters >= least for count, least in _STRUCTURE)
    score = (3 if definition.is_annotated else 2) + steps
    return Judged(score, (Fired("behavior.structure-only", f"={score}", "judged by structure"),),
                  _lacking(definition, frozenset()))  # fmt: skip


def _restated(definition: Definition) -> Iterator[str]:
    if definition.annotations.get("readOnlyHint") is True:
        yield "read_only"
    if definition.has_output_schema:
        yield "returns"


def _annotated(kinds: frozenset[str], count: int) -> int:
    return 5 if count >= 3 and len(kinds) >= 2 else 4 if count else 3


def _unannotated(definition: Definition, kinds: frozenset[str], count: int) -> int:
    if not kinds:
        return 1 if len(definition.text.words) <= 2 and definition.text.is_latin else 2
    score = 5 if count >= 4 and len(kinds) >= 3 else 4 if count >= 2 else 3
    is_grave = definition.verb_kind == "destructive" and "irreversible" in kinds
    return max(score, 4) if is_grave or "read_only" in kinds else score


def _lacking(definition: Definition, said: frozenset[str]) -> tuple[str, ...]:
    wanted = {
        "destructive": ("irreversible", "effect", "auth"),
        "write": ("effect", "reversible", "auth", "errors"),
        "read": ("returns", "limits", "auth"),
    }[definition.verb_kind]
    return tuple(name for name in wanted if name not in said)[:2]
