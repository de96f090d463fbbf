"""Numbers inside bounds, the most ordinary first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from harness.generation.choices import Choices
from harness.generation.samples import ANYTHING

Number = int | float | Decimal


class NumberBounds(NamedTuple):
    """An interval, closed at both ends for the sake of proposals; None is open-ended."""

    least: Number | None
    most: Number | None
    multiples: tuple[Number, ...] = ()
    is_integer: bool = False


def proposals(bounds: NumberBounds, preferred: Iterable[Any]) -> Iterator[int | float]:
    """Yield candidates for `bounds`; they still have to be validated."""
    for value in preferred:
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield value
    step = _step(bounds)
    if step:
        yield from _multiples(bounds, step)
    yield from (1, 0)
    for bound, sign in ((bounds.least, 1), (bounds.most, -1)):
        if bound is not None:
            yield from near(bound, sign)
    if bounds.least is not None and bounds.most is not None:
        yield from _between(Fraction(bounds.least), Fraction(bounds.most))
    yield from ANYTHING["integer"]
    if not bounds.is_integer:
        yield from ANYTHING["number"]
        yield from _shifted(bounds)
    elif bounds.least is None and bounds.most is None:
        yield from (10**20, -(10**20), 2**64)


def composer(bounds: NumberBounds) -> Callable[[Choices], int | float] | None:
    """Return a maker of numbers strictly inside `bounds`, None where it takes a multiple."""
    if bounds.multiples:
        return None
    least, most = bounds.least, bounds.most
    if least is not None:
        low = Fraction(least)
    else:
        low = Fraction(-_SPAN if most is None else Fraction(most) - _SPAN)
    width = Fraction(2 * _SPAN) if most is None else Fraction(most) - low
    if not bounds.is_integer and width < Fraction(1, 1000):
        return None

    def composed(choices: Choices) -> int | float:
        part = Fraction(1 + choices.below(_PARTS - 1), _PARTS)
        if bounds.is_integer:
            return math.ceil(low + width * part - Fraction(1, 2)) if width else math.ceil(low)
        return plain(low + width * part)

    return composed


_SPAN = 2**20
_PARTS = 2**20


def near(bound: Number, sign: int) -> Iterator[int | float]:
    """Yield numbers at `bound` and a little to the side of `sign`."""
    exact = Fraction(bound)
    for distance in (0, 1, 2, 10, 1000):
        yield plain(exact + sign * distance)
    for part in (Fraction(1, 2), Fraction(1, 1000), Fraction(1, 10**9)):
        yield plain(exact + sign * part)
    if exact.denominator == 1:
        yield float(exact) if abs(exact) < 2**53 else plain(exact)
    try:
        yield math.nextafter(float(exact), sign * math.inf)
    except OverflowError:
        return


def plain(value: Fraction) -> int | float:
    """Return `value` as the nearest JSON number, an integer where it is whole."""
    if value.denominator == 1:
        return int(value)
    return float(value)


def _between(least: Fraction, most: Fraction) -> Iterator[int | float]:
    for part in range(1, 16):
        value = least + (most - least) * part / 16
        yield plain(value)
        yield round(value)
    for tenths in range(1, 10):
        yield round(float(least + (most - least) * tenths / 10), 4)


def _shifted(bounds: NumberBounds) -> Iterator[int | float]:
    if bounds.least is not None and bounds.most is None:
        yield from (plain(Fraction(bounds.least) + n) for n in (7, 99, 12345, 10**9, 10**15))
    if bounds.most is not None and bounds.least is None:
        yield from (plain(Fraction(bounds.most) - n) for n in (7, 99, 12345, 10**9, 10**15))


def _step(bounds: NumberBounds) -> Fraction | None:
    """Return the least common multiple of all that the number has to be a multiple of."""
    # str: the 0.01 of a schema means one hundredth, not the binary float next to it.
    steps = [abs(Fraction(str(value))) for value in bounds.multiples]
    if bounds.is_integer:
        steps.append(Fraction(1))
    if not bounds.multiples:
        return None
    return Fraction(
        math.lcm(*(step.numerator for step in steps)),
        math.gcd(*(step.denominator for step in steps)),
    )


def _multiples(bounds: NumberBounds, step: Fraction) -> Iterator[int | float]:
    anchors = [Fraction(0)]
    anchors += [Fraction(bound) for bound in (bounds.least, bounds.most) if bound is not None]
    for anchor in reversed(anchors):
        first = anchor / step
        for offset in (0, 1, -1, 2, -2, 3, -3, 10, -10, 100, -100):
            yield plain((math.floor(first) + offset) * step)
