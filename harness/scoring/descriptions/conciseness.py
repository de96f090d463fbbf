"""Conciseness: the point first, and each sentence earns its place (TDQS 1.2, weight 10)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.scoring.descriptions.judged import Fired, Judged, fired_on
from harness.scoring.descriptions.signals import Definition
from harness.scoring.descriptions.text import Text, name_words, stem, stems_of

_LONG, _VERY_LONG, _ENDLESS = 90, 160, 350
_SECTION = re.compile(r"^\s*(?:#{1,4}\s|[-*•]\s|\d+[.)]\s|[A-Z][\w /]{1,30}:\s*$|\*\*)", re.M)
_FEWEST_SECTIONS = 3
_FEWEST_STEMS = 4
_WORDINGS = {"conciseness.filler": 2, "conciseness.noise": 2, "conciseness.vague_list": 1}
"""Phrase families and how often each counts."""


def judge_conciseness(definition: Definition) -> Judged:
    """Return 5 less what is too much; saying too little is not concise either."""
    if definition.is_placeholder:
        return Judged(2, (Fired("conciseness.placeholder", "=2", "says too little"),), ("more",))
    text = definition.text
    short = _too_short(text)
    if short is not None:
        return Judged(4 if short.effect == "=4" else 2, (short,), ("more",))
    rules = [*_wording(text), *_length(text), *_repetition(text), *_order(definition)]
    score = max(1, 5 + sum(int(rule.effect) for rule in rules))
    return Judged(score, tuple(rules), ("shorten",) if rules else ())


def _too_short(text: Text) -> Fired | None:
    if not text.is_latin or len(text.words) > 4:
        return None
    if len(text.words) <= 2:
        return Fired("conciseness.too-short", "=2", "says too little to be concise")
    return Fired("conciseness.short", "=4", "is as short as can be")


def _wording(text: Text) -> Iterator[Fired]:
    for family, most in _WORDINGS.items():
        for span in text.said.get(family, ())[:most]:
            yield fired_on(family, "-1", span)
    if text.praise:
        yield Fired("conciseness.praise", "-1", "praises itself", *text.praise[0])
    if len(text.praise) > 1:
        yield Fired("conciseness.praise", "-1", "praises itself again", *text.praise[1])


def _length(text: Text) -> Iterator[Fired]:
    count = len(text.words)
    is_sectioned = len(_SECTION.findall(text.raw)) >= _FEWEST_SECTIONS
    if count > _ENDLESS:
        yield Fired("conciseness.long", "-1" if is_sectioned else "-3", f"{count} words")
    elif count > _LONG and not is_sectioned:
        yield Fired("conciseness.long", "-2" if count > _VERY_LONG else "-1", f"{count} words")


def _repetition(text: Text) -> Iterator[Fired]:
    seen: dict[frozenset[str], None] = {}
    for start, end in text.sentences:
        stems = frozenset(map(stem, name_words(text.raw[start:end]))) - stems_of("stop")
        if len(stems) < 2:
            continue
        if any(stems <= other or _overlap(stems, other) for other in seen if len(other) > 2):
            yield Fired("conciseness.repeats", "-1", "says a second time what it said", start, end)
            return
        seen[stems] = None


def _overlap(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one) >= _FEWEST_STEMS and len(one & other) >= 0.85 * len(one | other)


def _order(definition: Definition) -> Iterator[Fired]:
    text = definition.text
    if len(text.sentences) < 2 or not text.is_latin or definition.leading_verb:
        return
    start, end = text.sentences[0]
    first = {stem(word) for word in name_words(text.raw[start:end])}
    if not first & definition.own_stems:
        yield Fired("conciseness.point-late", "-1", "does not begin with the point", start, end)
