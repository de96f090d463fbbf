"""Whether every text that one regular expression finds something in, another does as well.

Set algebra of schemas keeps patterns as names. Here they are read as ECMA 262 reads them (JSON
Schema 2020-12, Core §6.4) and handed to greenery, which decides by finite automata. Expressions
that no finite automaton stands for (look-around, back-references), and large ones, stay undecided.
"""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]  # the parser has no public name
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from greenery import Bound, Charclass, Multiplier, Pattern  # type: ignore[import-untyped]
from greenery.rxelems import Conc, Mult  # type: ignore[import-untyped]

_LARGEST = 24
"""Characters of an expression with all its repetitions written out. greenery takes 15 ms for ten,
and seconds for a hundred."""
_SPACES = (
    ("\t", "\r"), (" ", " "), ("\u00a0", "\u00a0"), ("\u1680", "\u1680"), ("\u2000", "\u200a"),
    ("\u2028", "\u2029"), ("\u202f", "\u202f"), ("\u205f", "\u205f"), ("\u3000", "\u3000"),
    ("\ufeff", "\ufeff"),
)  # fmt: skip
_LINE_ENDS = (("\n", "\n"), ("\r", "\r"), ("\u2028", "\u2029"))
_DIGITS = (("0", "9"),)
_WORD = (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))


class _Undecided(Exception):
    """No finite automaton is made for this expression."""


@lru_cache(maxsize=1_024)
def is_within(pattern: str, other: str) -> bool:
    """Tell whether it is proven that all texts which match `pattern` match `other`."""
    if pattern == other:
        return True
    try:
        inner, outer = _anchored(pattern), _anchored(other)
        return _is_piecewise_within(inner, outer) or bool(
            _automaton(pattern).issubset(_automaton(other))
        )
    except (_Undecided, re.error, RecursionError, OverflowError):
        return False


class _Anchored(NamedTuple):
    """A parsed expression without its anchors at the ends, and which of them it had."""

    body: list[Any]
    starts: bool
    ends: bool


def _anchored(pattern: str) -> _Anchored:
    items = list(parser.parse(pattern, re.ASCII))
    starts = bool(items) and items[0] == (op.AT, op.AT_BEGINNING)
    ends = bool(items) and items[-1] == (op.AT, op.AT_END)
    return _Anchored(items[starts : len(items) - ends], starts, ends)


def _is_piecewise_within(one: _Anchored, other: _Anchored) -> bool:
    """Tell whether each piece lies within the piece at its place: enough, whatever the counts."""
    if (other.starts and not one.starts) or (other.ends and not one.ends):
        return False
    if len(one.body) != len(other.body):
        return False
    return all(map(_is_piece_within, one.body, other.body))


def _is_piece_within(one: Any, other: Any) -> bool:
    (unit, low, high), (other_unit, other_low, other_high) = map(_repetition, (one, other))
    if low < other_low or high > other_high or _size([unit]) + _size([other_unit]) > _LARGEST:
        return False
    inner, outer = (Pattern(Conc(*_sequence([item]))).to_fsm() for item in (unit, other_unit))
    return bool(inner.issubset(outer))


def _repetition(item: Any) -> tuple[Any, int, int]:
    """Return what is repeated, and how often at least and at most."""
    code, value = item
    if code not in _REPEATS or len(value[2]) != 1:
        return item, 1, 1
    low, high, below = value
    return below[0], int(low), int(high)


@lru_cache(maxsize=256)
def _automaton(pattern: str) -> Any:
    body, starts, ends = _anchored(pattern)
    if _size(body) > _LARGEST:
        raise _Undecided
    anything = _repeated(_class((), negated=True), 0, None)
    whole = ([] if starts else [anything]) + _sequence(body) + ([] if ends else [anything])
    return Pattern(Conc(*whole)).to_fsm()


def _size(items: Sequence[Any]) -> int:
    """Return how many characters the expression has when its repetitions are written out."""
    total = 0
    for code, value in items:
        if code in _REPEATS:
            low, high, below = value
            total += _size(below) * max(1, low if high == op.MAXREPEAT else high)
        elif code == op.SUBPATTERN:
            total += _size(value[-1])
        elif code == op.BRANCH:
            total += sum(_size(branch) for branch in value[1])
        else:
            total += 1
        if total > _LARGEST:
            break
    return total


def _class(ranges: Sequence[tuple[str, str]], *, negated: bool = False) -> Any:
    return Charclass(tuple(ranges), negated)


def _repeated(unit: Any, low: int, high: int | None) -> Any:
    return Mult(unit, Multiplier(Bound(low), Bound(high)))


def _sequence(items: Sequence[Any]) -> list[Any]:
    mults = []
    for code, value in items:
        if code not in _TRANSLATIONS:
            raise _Undecided
        mults.append(_TRANSLATIONS[code](value))
    return mults


def _once(unit: Any) -> Any:
    return _repeated(unit, 1, 1)


def _repeat(value: Any) -> Any:
    low, high, below = value
    return _repeated(
        Pattern(Conc(*_sequence(below))), low, None if high == op.MAXREPEAT else int(high)
    )


def _group(value: Any) -> Any:
    _, added, removed, below = value
    if added or removed:
        raise _Undecided
    return _once(Pattern(Conc(*_sequence(below))))


def _branch(value: Any) -> Any:
    return _once(Pattern(*(Conc(*_sequence(branch)) for branch in value[1])))


def _in(members: Sequence[Any]) -> Any:
    is_negated = bool(members) and members[0][0] == op.NEGATE
    found = _class(())
    for code, value in members[is_negated:]:
        if code == op.LITERAL:
            found = found | _class(((chr(value), chr(value)),))
        elif code == op.RANGE:
            found = found | _class(((chr(value[0]), chr(value[1])),))
        elif code == op.CATEGORY and value in _CATEGORIES:
            ranges, negated = _CATEGORIES[value]
            found = found | _class(ranges, negated=negated)
        else:
            raise _Undecided
    return _once(~found if is_negated else found)


_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)
_CATEGORIES: dict[Any, tuple[Sequence[tuple[str, str]], bool]] = {
    op.CATEGORY_DIGIT: (_DIGITS, False),
    op.CATEGORY_NOT_DIGIT: (_DIGITS, True),
    op.CATEGORY_WORD: (_WORD, False),
    op.CATEGORY_NOT_WORD: (_WORD, True),
    op.CATEGORY_SPACE: (_SPACES, False),
    op.CATEGORY_NOT_SPACE: (_SPACES, True),
}
_TRANSLATIONS: dict[Any, Callable[[Any], Any]] = {
    op.LITERAL: lambda value: _once(_class(((chr(value), chr(value)),))),
    op.NOT_LITERAL: lambda value: _once(_class(((chr(value), chr(value)),), negated=True)),
    op.ANY: lambda _: _once(_class(_LINE_ENDS, negated=True)),
    op.IN: _in,
    op.MAX_REPEAT: _repeat,
    op.MIN_REPEAT: _repeat,
    op.SUBPATTERN: _group,
    op.BRANCH: _branch,
}
