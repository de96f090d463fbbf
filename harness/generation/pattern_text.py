"""Text that matches a regular expression, by walking the parsed expression.

hypothesis has `from_regex`, but as a strategy with many draws; here one string of bytes decides
(`Choices`), and the length can be steered. The walk proposes, a validator decides: look-arounds
are proposed as if they were not there.
"""

from __future__ import annotations

import re
import re._constants as op  # type: ignore[import-not-found]  # the parser has no public name
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from harness.generation.choices import Choices

MOST_REPEATS = 4_096

_ALPHABET = "a0 bcxyzABCXYZ123789_-./:@#+,;=!?&%$*~^|'\"\\()[]{}<>\t\néßΩжあ中€\u00a0😀"
_PROPERTIES = {
    "L": "a-zA-Zéßж中", "Lu": "A-ZÉ", "Ll": "a-zé", "N": "0-9", "Nd": "0-9", "P": "!-/", "Z": " ",
    "Letter": "a-zA-Zé", "Uppercase_Letter": "A-Z", "Lowercase_Letter": "a-z", "Number": "0-9",
}  # fmt: skip
_ESCAPED_PROPERTY = re.compile(r"\\p\{(?:General_Category=|gc=)?(\w+)\}|\\p(L|N|P|Z)")
_NAMED_GROUP = re.compile(r"\(\?<(?![=!])")
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    op.CATEGORY_DIGIT: lambda c: c in "0123456789",
    op.CATEGORY_NOT_DIGIT: lambda c: c not in "0123456789",
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    op.CATEGORY_WORD: lambda c: c == "_" or (c.isascii() and c.isalnum()),
    op.CATEGORY_NOT_WORD: lambda c: not (c == "_" or c.isalnum()),
}


def matching(pattern: str, choices: Choices, *, extra: int | None = None) -> str | None:
    """Return text proposed for `pattern` (ECMA 262), None when it cannot be read.

    Args:
        pattern: as in a schema; it is searched for, not anchored.
        choices: decides; without data the shortest text comes.
        extra: how far beyond its least number each repetition goes; None lets `choices` decide.
    """
    try:
        parsed = parser.parse(_in_python(pattern))
    except (re.error, RecursionError, OverflowError):
        return None
    return _Walk(choices, extra).sequence(parsed)


def _in_python(pattern: str) -> str:
    def letters(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        members = _PROPERTIES.get(name)
        if members is None:
            raise re.error(f"no letters known for {found[0]}")
        in_class = pattern.rfind("[", 0, found.start()) > pattern.rfind("]", 0, found.start())
        return members if in_class else f"[{members}]"

    translated = _ESCAPED_PROPERTY.sub(letters, pattern)
    return _NAMED_GROUP.sub("(?P<", translated)


class _Walk:
    """One pass over a parsed expression; remembers what groups matched."""

    def __init__(self, choices: Choices, extra: int | None) -> None:
        self._choices = choices
        self._extra = extra
        self._groups: dict[int, str] = {}

    def sequence(self, parsed: Iterable[tuple[Any, Any]]) -> str:
        return "".join(self._part(kind, value) for kind, value in parsed)

    def _part(self, kind: Any, value: Any) -> str:
        known = _PARTS.get(kind)
        return known(self, value) if known else ""

    def _literal(self, value: int) -> str:
        return chr(value)

    def _one_of(self, value: list[tuple[Any, Any]]) -> str:
        members = _members(tuple(value))
        return members[self._choices.below(len(members))] if members else ""

    def _any(self, _: None) -> str:
        letters = _ALPHABET.replace("\n", "")
        return letters[self._choices.below(len(letters))]

    def _not_literal(self, value: int) -> str:
        return next(letter for letter in _ALPHABET if ord(letter) != value)

    def _repeat(self, value: tuple[int, int, Any]) -> str:
        least, most, inner = value
        most = min(most, max(least, MOST_REPEATS))
        if self._extra is None:
            count = least + self._choices.below(min(most - least, 6) + 1)
        else:
            count = min(most, least + self._extra)
        # Only the outermost repetition is stretched: lengths would multiply.
        outer, self._extra = self._extra, None if self._extra is None else 0
        try:
            return "".join(self.sequence(inner) for _ in range(count))
        finally:
            self._extra = outer

    def _group(self, value: tuple[Any, ...]) -> str:
        text = self.sequence(value[-1])
        if isinstance(value[0], int):
            self._groups[value[0]] = text
        return text

    def _branch(self, value: tuple[Any, list[Any]]) -> str:
        return self.sequence(value[1][self._choices.below(len(value[1]))])

    def _again(self, value: int) -> str:
        return self._groups.get(value, "")

    def _atomic(self, value: Any) -> str:
        return self.sequence(value)


_PARTS: dict[Any, Callable[[Any, Any], str]] = {
    op.LITERAL: _Walk._literal,
    op.NOT_LITERAL: _Walk._not_literal,
    op.IN: _Walk._one_of,
    op.ANY: _Walk._any,
    op.MAX_REPEAT: _Walk._repeat,
    op.MIN_REPEAT: _Walk._repeat,
    op.POSSESSIVE_REPEAT: _Walk._repeat,
    op.SUBPATTERN: _Walk._group,
    op.ATOMIC_GROUP: _Walk._atomic,
    op.BRANCH: _Walk._branch,
    op.GROUPREF: _Walk._again,
}


# A class is asked for every letter of every text: without the cache it is all the time there is.
@lru_cache(maxsize=1_024)
def _members(items: tuple[tuple[Any, Any], ...]) -> str:
    if items[0][0] is op.NEGATE:
        return "".join(c for c in _ALPHABET if not any(_holds(c, item) for item in items[1:]))
    found = "".join(c for c in _ALPHABET if any(_holds(c, item) for item in items))
    return found or "".join(map(_first, items))


def _holds(letter: str, item: tuple[Any, Any]) -> bool:
    kind, value = item
    if kind is op.LITERAL:
        return ord(letter) == int(value)
    if kind is op.RANGE:
        return bool(value[0] <= ord(letter) <= value[1])
    return kind is op.CATEGORY and _CATEGORIES[value](letter)


def _first(item: tuple[Any, Any]) -> str:
    kind, value = item
    if kind is op.LITERAL:
        return chr(value)
    return chr(value[0]) if kind is op.RANGE else ""
