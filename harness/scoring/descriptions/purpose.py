"""Purpose: does the text say what the tool does, and what sets it apart (TDQS 1.2, weight 25)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.scoring.descriptions.judged import Fired, Judged, fired_on
from harness.scoring.descriptions.signals import Definition
from harness.scoring.descriptions.text import name_words, stem, stems_of
from harness.scoring.descriptions.verbs import kind_of

_SPECIFIC_STEMS = 3
_APART_STEMS = 2
_SPECIFIC_WORDS = 8
_TELLING_WORDS, _LEADING_WORDS = 6, 4
"""Words from which a text tells more than a name, fewer when it begins with a verb."""


def judge_purpose(definition: Definition) -> Judged:
    """Return 5 for a specific verb and resource set apart from the other tools, down to 1."""
    if definition.is_placeholder:
        return Judged(1, (Fired("purpose.placeholder", "=1", "stands where a text is missing"),),
                      ("verb",))  # fmt: skip
    if not definition.text.is_latin:
        return _by_length(definition)
    level, rule = _level(definition)
    if level < 4:
        return Judged(level, (rule,), ("verb",))
    apart = list(_set_apart(definition))
    return Judged(5 if apart else 4, (rule, *apart), () if apart else ("apart",))


def _level(definition: Definition) -> tuple[int, Fired]:
    informative = definition.informative
    words = definition.text.words
    verb = definition.leading_verb
    adds_deed = verb and kind_of((verb,)) != kind_of(map(stem, name_words(definition.name)))
    if not informative and len(words) <= len(definition.own_stems) + 1 and not adds_deed:
        return 2, Fired("purpose.restates-name", "=2", "says no more than the name")
    few = 0 if adds_deed else _LEADING_WORDS if verb else _TELLING_WORDS
    if not informative and len(words) < few:
        return 3, Fired("purpose.generic", "=3", "says little more than the name")
    if verb in stems_of("vague") and len(informative) < _SPECIFIC_STEMS:
        return 3, Fired("purpose.vague-verb", "=3", "its verb does not say what is done")
    if not verb and len(informative) <= _SPECIFIC_STEMS:
        return 3, Fired("purpose.no-verb", "=3", "does not begin with what it does")
    start, end = definition.text.sentences[0]
    return 4, Fired("purpose.verb-and-resource", "=4", "says what it does, to what", start, end)


def _set_apart(definition: Definition) -> Iterator[Fired]:
    text, neighbours = definition.text, definition.neighbours
    for mention in definition.mentions[:1]:
        yield Fired("purpose.names-sibling", "+1", f"sets itself apart from {mention.name}",
                    mention.start, mention.end)  # fmt: skip
    scope = definition.told.get("purpose.scope", ())
    if scope and len(neighbours.names) > 1:
        yield fired_on("purpose.scope", "+1", scope[0])
    informative = len(definition.informative)
    if (
        len(text.sentences) > 1
        and informative >= _APART_STEMS
        and len(text.words) >= _SPECIFIC_WORDS
        and len(neighbours.names) > 1
        and not neighbours.closest(definition.name)
    ):
        yield Fired("purpose.nothing-close", "+1", "specific, and no other tool is close to it")


def _by_length(definition: Definition) -> Judged:
    # No English list says anything here; eight letters of Han are about four words.
    letters = sum(char.isalpha() for char in definition.text.lower)
    score = 4 if letters >= 8 else 3
    return Judged(score, (Fired("purpose.structure-only", f"={score}", "judged by length only"),))
