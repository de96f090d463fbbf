"""Strings: proven values first, free composition where only a length bounds the text."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from harness.generation.choices import Choices
from harness.generation.pattern_text import matching
from harness.generation.samples import FORMATS, HOSTILE, LONG, PLAIN

LONGEST = 20_000
"""Characters; a longer bound is listed as not exercised rather than sent."""

LONGEST_EXACT = 200_000
"""Characters of a bound that is still met exactly, once on each side."""

_ATTEMPTS = 120
_LENGTHS_OF_PATTERNS = (0, 1, 2, 3, 5, 8, 15, 31, 63, 99, 127, 254)


class TextBounds(NamedTuple):
    """What a string has to obey; lengths in code points (JSON Schema Validation §6.3)."""

    least: int
    most: int | None
    patterns: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()

    @property
    def is_free(self) -> bool:
        """Whether nothing but the length is asked."""
        return not self.patterns and not self.formats


def proposals(bounds: TextBounds, preferred: Iterable[Any]) -> Iterator[str]:
    """Yield candidates, the most ordinary first; they still have to be validated.

    Args:
        bounds: what the schema asks.
        preferred: values named by the schema (`default`, `examples`) or by the argument's name.
    """
    yield from (value for value in preferred if isinstance(value, str))
    for name in bounds.formats:
        yield from FORMATS.get(name, ())
    for pattern in bounds.patterns:
        yield from from_pattern(pattern, bounds)
    fillers = (*PLAIN, *HOSTILE, *LONG) if bounds.is_free else (*PLAIN, "")
    for text in fillers:
        yield fitted(text, bounds)
    for filler in ("a", "é", "😀", " "):
        yield filler * bounds.least
        if bounds.most is not None and bounds.most <= LONGEST:
            yield filler * bounds.most


def from_pattern(pattern: str, bounds: TextBounds) -> Iterator[str]:
    """Yield texts proposed for `pattern`, the shortest first, then of many lengths."""
    lengths = sorted({*_LENGTHS_OF_PATTERNS, bounds.least, *_near(bounds.most)})
    for extra in lengths:
        for data in (b"", b"\x01\x02\x03", b"\x07\x1d\x2b\x11\x05"):
            text = matching(pattern, Choices(data), extra=extra)
            if text is not None and _is_long_enough(text, bounds):
                yield text
    shuffled = random.Random(pattern)  # variety, not secrecy
    for _ in range(_ATTEMPTS):
        text = matching(pattern, Choices(shuffled.randbytes(48)))
        if text is not None:
            yield text if _is_long_enough(text, bounds) else fitted(text, bounds)


def _is_long_enough(text: str, bounds: TextBounds) -> bool:
    return bounds.least <= len(text) <= (LONGEST if bounds.most is None else bounds.most)


def _near(most: int | None) -> tuple[int, ...]:
    return () if most is None or most > LONGEST else tuple(range(max(0, most - 40), most + 1))


def fitted(text: str, bounds: TextBounds) -> str:
    """Return `text` cut or repeated until its length is allowed."""
    if len(text) < bounds.least:
        filler = text or "x"
        text = (filler * (bounds.least // len(filler) + 1))[: bounds.least]
    return text if bounds.most is None else text[: bounds.most]


def composer(bounds: TextBounds) -> Callable[[Choices], str]:
    """Return a maker of text out of ordinary and hostile fragments, for free text only."""
    fragments = (*PLAIN, *HOSTILE)

    def composed(choices: Choices) -> str:
        count = 1 + choices.below(4)
        parts = [fragments[choices.below(len(fragments))] for _ in range(count)]
        return fitted(" ".join(parts), bounds)

    return composed
