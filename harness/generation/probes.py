"""Values on both sides of one keyword: which side each is on is for a validator to say.

Limits and meanings are those of JSON Schema 2020-12 Validation §6. The confusions are those that
callers and models make: numbers as text, text for a list, one element for a list, other case.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from harness.generation.case import Change
from harness.generation.choices import Choices
from harness.generation.numbers_near import plain
from harness.generation.pattern_text import matching
from harness.generation.text import LONGEST, LONGEST_EXACT

_DIGIT = re.compile("[0-9]")


class Probe(NamedTuple):
    """A value to put in place of another."""

    now: Any
    place: tuple[str | int, ...] = ()
    """Where inside the value the change is, when that says more."""
    change: Change = "changed"
    was: Any = None
    """What was at `place`; the whole value when that is empty."""


Schema = Mapping[str, Any]
Seen = Callable[..., list[Any]]
"""`seen("items")` gives valid values met under that place of the schema in other arguments."""
Prober = Callable[[Schema, Any, Seen], Iterator[Probe]]


def types(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
    """Yield one value of each type, and the value as another type would spell it."""
    for now in (*_confused(value), None, True, 0, 1.5, "text", "", [], {}):
        yield Probe(now)
    named = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "number" in named or "integer" in named:
        for now in ("1", math.nan, math.inf, -math.inf, 1.0, True, False):
            yield Probe(now)
    if "boolean" in named:
        for now in ("true", "false", 1, False):
            yield Probe(now)


def _confused(value: Any) -> Iterator[Any]:
    match value:
        case bool():
            yield from (str(value).lower(), int(value))
        case int() | float():
            yield from (str(value), value + 0.5 if abs(value) < 2**50 else str(value), [value])
        case str():
            yield from (len(value), [value], {"text": value})
        case list():
            yield from (*value[:1], ",".join(map(str, value)), dict(enumerate_text(value)))
        case dict():
            yield from (list(value.values()), [value], str(value))


def enumerate_text(value: list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the elements under their numbers as text, as some clients send lists."""
    return ((str(index), item) for index, item in enumerate(value))


def members(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
    """Yield each member of `enum` or `const`, then near misses of each."""
    allowed = schema["enum"] if "enum" in schema else [schema["const"]]
    for member in allowed:
        yield Probe(member)
    for member in allowed:
        for now in _near_misses(member):
            yield Probe(now)


def _near_misses(member: Any) -> Iterator[Any]:
    match member:
        case str():
            yield from (member.upper(), member.title(), member.lower(), member.swapcase())
            yield from (f" {member}", f"{member} ", f"{member}x", member[:-1], f"{member}\n", "")
        case bool() | None:
            yield from (str(member), 2)
        case int() | float():
            yield from (member + 1, member - 1, str(member))
        case list():
            yield from ([*member, None], member[1:])
        case dict():
            yield {**member, "unexpected": None}


def bounds(keyword: str) -> Prober:
    """Return the prober of a numeric bound: at it, one beside it, and the least bit beside it."""

    def probes(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
        bound = schema[keyword]
        exact = Fraction(bound)
        small = Fraction(1, 1000)
        for distance in (0, -1, 1, -small, small, Fraction(-1, 10**9), Fraction(1, 10**9)):
            yield Probe(plain(exact + distance))
        for sign in (-1, 1):
            yield Probe(plain(exact + sign * 10**6))
            if abs(exact) < 2**53:
                yield Probe(math.nextafter(float(exact), sign * math.inf))
        yield Probe(-bound)

    return probes


def multiples(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
    """Yield multiples, and numbers between two of them."""
    step = Fraction(str(schema["multipleOf"]))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    base = Fraction(str(value)) if is_number and math.isfinite(value) else step
    for near in (base, Fraction(0), step, 2 * step, -step, 100 * step):
        yield Probe(plain(near))
        for part in (Fraction(1, 2), Fraction(1, 3), Fraction(1, 10), Fraction(1)):
            yield Probe(plain(near + step * part))
            yield Probe(plain(near + part))


def lengths(keyword: str) -> Prober:
    """Return the prober of a length: at it and one beside it, in one and more code units each."""

    def probes(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
        bound = int(schema[keyword])
        if bound > LONGEST:
            # One text at it and one beyond, since each is as long as a small file.
            if bound <= LONGEST_EXACT and "pattern" not in schema:
                yield from (Probe("a" * length) for length in (bound, bound + 1))
            return
        for length in (bound, bound - 1, bound + 1, 2 * bound + 10, 0):
            if length >= 0:
                for text in _of_length(length, schema, value, seen):
                    yield Probe(text)

    return probes


def _of_length(length: int, schema: Schema, value: Any, seen: Seen) -> Iterator[str]:
    for text in (value, *seen()):
        if isinstance(text, str):
            filler = text[-1:] or "a"
            yield text[:length] + filler * (length - len(text))
    for filler in ("a", "é", "😀"):
        yield filler * length
    if "pattern" in schema:
        for extra in range(max(0, length - 40), length + 1):
            text = matching(schema["pattern"], Choices(), extra=extra)
            if text is not None and len(text) == length:
                yield text


def patterns(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
    """Yield texts that match, and small departures from each."""
    texts = [text for text in (value, *seen()[:6]) if isinstance(text, str)]
    for data in (b"", b"\x01\x02\x03", b"\x07\x1d\x2b\x11\x05"):
        text = matching(schema["pattern"], Choices(data))
        texts += [text] if text is not None else []
    for text in texts:
        yield Probe(text)
    for text in texts:
        # A digit of another script, which `isdigit` and `\d` of some languages take for one.
        yield Probe(_DIGIT.sub("\u0663", text, count=1))
    for text in [*texts, "x" * len(texts[0]) if texts else "x"]:
        for now in (
            f"{text}\n", f" {text}", f"{text} ", f"{text}!", f"!{text}", text.upper(), text.lower(),
            text.swapcase(), text[:-1], text[1:], text + text, "é" + text, text.replace("-", "_"),
        ):  # fmt: skip
            yield Probe(now)
    for now in ("", "0", "a", "A", "zz zz", "-", "~", "😀", "\u0000", "9" * 40, "a" * 40):
        yield Probe(now)


VALUE_PROBES: dict[str, Prober] = {
    "type": types,
    "enum": members,
    "const": members,
    "minimum": bounds("minimum"),
    "maximum": bounds("maximum"),
    "exclusiveMinimum": bounds("exclusiveMinimum"),
    "exclusiveMaximum": bounds("exclusiveMaximum"),
    "multipleOf": multiples,
    "minLength": lengths("minLength"),
    "maxLength": lengths("maxLength"),
    "pattern": patterns,
}
"""The keywords of single values."""
