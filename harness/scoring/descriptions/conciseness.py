"""Conciseness: the point first, and each sentence earns its place (TDQS 1.2, weight 10)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.scoring.descriptions.judged import Fired, Judged, fired_on
from harness.scoring.descriptions.places import places
from harness.scoring.descriptions.signals import Definition
from harness.scoring.descriptions.text import Text, name_words, stem, stems_of

_LENGTHS = ((350, 3), (160, 2), (90, 1))
_SECTIONED = ((300, 2), (160, 1))
"""Words from which a text is too long, and what that costs; sections make more bearable."""
_RUN_ON = 40
_NOISE = {
    "markup": (re.compile(r"```|</[a-z]\w*>"), "is markup that few clients show"),
    "shouting": (re.compile(r"(?:\b[A-Z]{2,}\b[ ,]+){4,}[A-Z]{2,}\b"), "shouts"),
    "decoration": (re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]"), "is decoration"),
}
"""What stands in the way of reading, over the text as it is given."""
_FEWEST_REPEATED = 3
_COVERED = 80
_SECTION = re.compile(
    r"^\s*(?:#{1,4}\s|[-*•]\s|\d+[.)]\s|[A-Z][\w /]{1,30}:\s*$|\*\*|[`\w]+(?: ?\([^)\n]*\))?: )",
    re.M,
)
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
    rules = [*_wording(text), *_noise(text), *_length(text), *_repetition(text)]
    rules += [*_schema_again(definition), *_order(definition)]
    score = max(2, 5 + sum(int(rule.effect) for rule in rules))
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


def _noise(text: Text) -> Iterator[Fired]:
    for name, (pattern, message) in _NOISE.items():
        match = pattern.search(text.raw)
        if match is not None:
            yield Fired(f"conciseness.{name}", "-1", message, *match.span())
            return


def _length(text: Text) -> Iterator[Fired]:
    count = len(text.words)
    is_sectioned = len(_SECTION.findall(text.raw)) >= _FEWEST_SECTIONS
    for least, cost in _SECTIONED if is_sectioned else _LENGTHS:
        if count > least:
            yield Fired("conciseness.long", f"-{cost}", f"{count} words")
            return
    for start, end in text.sentences:
        if end - start > _RUN_ON and len(text.raw[start:end].split()) > _RUN_ON:
            message = f"is a sentence of more than {_RUN_ON} words"
            yield Fired("conciseness.run-on", "-1", message, start, end)
            return


def _schema_again(definition: Definition) -> Iterator[Fired]:
    """Yield a rule for an argument block that says what the schema says already."""
    if definition.coverage <= _COVERED or len(definition.text.words) < _LENGTHS[-1][0] // 2:
        return
    told = [place for place in places(definition.text, definition.parameters)
            if place.is_explained]  # fmt: skip
    if len(told) >= max(_FEWEST_REPEATED, len(definition.parameters) / 2):
        yield Fired("conciseness.schema-again", "-1", "repeats what the schema says",
                    told[0].start, told[-1].end)  # fmt: skip


def _repetition(text: Text) -> Iterator[Fired]:
    seen: dict[frozenset[str], None] = {}
    for start, end in text.sentences:
        stems = frozenset(map(stem, name_words(text.raw[start:end]))) - stems_of("stop")
        if len(stems) < 2:
            continue
        if any(stems <= other or _overlap(stems, other) for other in seen if len(other) > 2):
            is_same = stems == next(reversed(seen)) and len(stems) >= _FEWEST_STEMS
            cost = "-2" if is_same else "-1"
            yield Fired("conciseness.repeats", cost, "says a second time what it said", start, end)
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
