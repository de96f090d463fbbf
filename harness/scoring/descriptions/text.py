"""A description cut into sentences, words and stems; places count in the text as it was given."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import snowballstemmer  # type: ignore[import-untyped]

from harness.scoring.descriptions.openings import openings_of
from harness.scoring.descriptions.phrases import (
    PhraseIndex,
    Span,
    phrase_index,
    phrase_table,
    phrases_of,
)
from harness.scoring.descriptions.word_lists import word_list

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TOKEN = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_END = re.compile(r"[.!?。！？]+[)\"'”’]*(?=\s|$)|[。！？]|\n\s*\n|\n(?=\s*(?:[-*•#]|\d+[.)]))")
_ABBREVIATIONS = ("e.g.", "i.e.", "etc.", "vs.", "approx.", "incl.", "max.", "min.", "no.")
_LATIN_SHARE = 0.7
_LEAST_SAID = 3
_stemmer = snowballstemmer.stemmer("english")


@dataclass(frozen=True, slots=True)
class Text:
    """One description, ready to be looked at."""

    raw: str
    lower: str
    """As long as `raw`, so that places agree; praise is blanked out, so that it earns nothing."""
    words: tuple[str, ...]
    """In lower case, in order."""
    sentences: tuple[Span, ...]
    is_latin: bool
    """Whether English word lists can say anything about it."""
    stems: frozenset[str]
    """The stems of all words."""
    praise: tuple[Span, ...] = ()
    """Where it praises itself."""
    said: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    """Where the families of `phrases.toml` stand in it."""


def read_text(raw: str) -> Text:
    """Return `raw` cut up."""
    lower = raw.lower()
    if len(lower) != len(raw):  # U+0130 and a few others grow
        lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in raw)
    sentences = _sentences(raw, lower)
    openings = openings_of(_TOKEN.findall(lower))
    praised = praise().found(lower, openings).get("boast", ())
    if praised:
        lower = "".join(_plain(lower, span, praised) for span in _whole(sentences, raw))
        openings = openings_of(_TOKEN.findall(lower))
        sentences = tuple(span for span in sentences if _WORD.search(lower, *span))
    words = tuple(_WORD.findall(lower))
    return Text(
        raw=raw,
        lower=lower,
        words=words,
        sentences=sentences,
        is_latin=raw.isascii() or _is_latin(raw),
        stems=frozenset(map(stem, words)),
        praise=tuple(praised),
        said=phrase_index("phrases").found(lower, openings),
    )


@functools.lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return what the forms of an English word share; `word` is in lower case."""
    if len(word) < 4:  # "uses" and "used" are function words here; short names stay whole
        return word
    found: str = _stemmer.stemWord(word)
    return found


@functools.cache
def stems_of(name: str) -> frozenset[str]:
    """Return the stems of a list of `words.toml`."""
    return frozenset(map(stem, word_list(name)))


@functools.lru_cache(maxsize=20_000)
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of an identifier in lower case: `getUser_byID` → get, user, by, id."""
    return tuple(_WORD.findall(_CAMEL.sub(" ", name).lower().replace("_", " ")))


def _sentences(raw: str, lower: str) -> tuple[Span, ...]:
    found, start = [], 0
    for match in _END.finditer(raw):
        if lower[start : match.end()].endswith(_ABBREVIATIONS) and match.end() < len(raw.rstrip()):
            following = raw[match.end() :].lstrip()[:1]
            if not following.isupper():
                continue
        found.append(Span(start, match.end()))
        start = match.end()
    found.append(Span(start, len(raw)))
    return tuple(span for span in found if _WORD.search(raw, *span))


@functools.cache
def praise() -> PhraseIndex:
    """Return what finds words and phrases of praise."""
    words = [re.escape(word) for word in sorted(word_list("marketing"))]
    return PhraseIndex({"boast": [*words, *phrases_of(phrase_table("boasts")["boast.claim"])]})


def _whole(sentences: Iterable[Span], raw: str) -> Iterator[Span]:
    """Yield spans that cover all of `raw`: each sentence with what stands before it."""
    start = 0
    for span in sentences:
        yield Span(start, span.end)
        start = span.end
    yield Span(start, len(raw))


def _plain(lower: str, sentence: Span, praised: Sequence[Span]) -> str:
    """Return a sentence as long as before: without praise, blank when little else is in it."""
    plain = list(lower[sentence.start : sentence.end])
    inside = [span for span in praised if sentence.start <= span.start < sentence.end]
    for span in inside:
        for index in range(span.start, min(span.end, sentence.end)):
            plain[index - sentence.start] = " "
    text = "".join(plain)
    said = {stem(word) for word in _WORD.findall(text)} - stems_of("stop") - stems_of("generic")
    return text if not inside or len(said) >= _LEAST_SAID else " " * len(text)


def _is_latin(raw: str) -> bool:
    letters = [char for char in raw if char.isalpha()]
    latin = sum(_is_latin_letter(char) for char in letters)
    return latin >= _LATIN_SHARE * len(letters)


@functools.lru_cache(maxsize=10_000)
def _is_latin_letter(char: str) -> bool:
    return unicodedata.name(char, "").startswith("LATIN")
