"""The phrase families of `phrases.toml`, and where they stand in a text."""

from __future__ import annotations

import functools
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from importlib.resources import files
from typing import NamedTuple

from harness.scoring.descriptions.openings import needed


class Span(NamedTuple):
    """A place in a description: character offsets, the end not included."""

    start: int
    end: int


class PhraseIndex:
    """Phrases of several families, searched only where a word they need stands."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        pairs = [(family, text) for family, texts in phrases.items() for text in texts]
        self._entries = [(family, compiled([text])) for family, text in pairs]
        self._by_opening: dict[str, set[int]] = defaultdict(set)
        self._always: set[int] = set()
        for number, (_, text) in enumerate(pairs):
            openings = needed(text)
            if openings is None:
                self._always.add(number)
            for opening in openings or ():
                self._by_opening[opening].add(number)

    def found(self, lower: str, openings: Set[str]) -> dict[str, list[Span]]:
        """Return where each family stands in `lower`, in order.

        `openings` are those of the words of `lower` (`openings_of`).
        """
        here = self._by_opening
        numbers = self._always.union(*(here[opening] for opening in here.keys() & openings))
        found: dict[str, list[Span]] = {}
        for family, pattern in map(self._entries.__getitem__, numbers):
            if pattern.search(lower) is not None:  # seldom: most have only an opening in common
                for span in spans_of(pattern, lower):
                    found.setdefault(family, []).append(span)
        for spans in found.values():
            spans.sort(key=lambda span: (span.start, -span.end))
        return found


@functools.cache
def phrase_table(name: str) -> dict[str, dict[str, str | list[str]]]:
    """Return a file of phrases as it stands, its families by their names."""
    text = files(__package__).joinpath(f"{name}.toml").read_text("utf-8")
    return dict(_flat(tomllib.loads(text)))


def _flat(tables: dict[str, dict[str, dict[str, str | list[str]]]]) -> Iterable[
    tuple[str, dict[str, str | list[str]]]
]:  # fmt: skip
    for area, families in tables.items():
        for name, table in families.items():
            yield f"{area}.{name}", table


@functools.cache
def phrase_index(name: str) -> PhraseIndex:
    """Return the index over all phrases of a file."""
    return PhraseIndex({key: phrases_of(table) for key, table in phrase_table(name).items()})


def phrases_of(table: Mapping[str, str | list[str]]) -> list[str]:
    """Return the phrases of a family."""
    phrases = table["phrases"]
    assert isinstance(phrases, list)
    return phrases


def message_of(family: str) -> str:
    """Return what it says of a text when a family of `phrases.toml` stands in it."""
    return str(phrase_table("phrases")[family]["message"])


def compiled(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern for all, over lower case; a blank stands for any white space."""
    # A blank inside a character class stays, and so does one with a quantifier of its own.
    joined = "|".join(
        re.sub(r" (?![^\[]*\])(?![?*+])", r"\\s+", phrase)
        + ("" if phrase[-1] == ">" else r"(?!\w)")
        for phrase in phrases
    )
    return re.compile(joined.replace(" ?", r"\s?"), re.DOTALL)


def spans_of(pattern: re.Pattern[str], lower: str) -> Iterator[Span]:
    """Yield where `pattern` stands in `lower` at the beginning of a word.

    A look-behind in the pattern would say the same and forbid `re` to skip to its first letter,
    which makes it four times as fast.
    """
    match = pattern.search(lower)
    while match is not None:
        start, end = match.span()
        is_inside = start > 0 and (lower[start - 1].isalnum() or lower[start - 1] == "_")
        if not is_inside:
            yield Span(start, end)
        match = pattern.search(lower, start + 1 if is_inside or end == start else end)
