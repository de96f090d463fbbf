"""Which words a phrase cannot do without, so that it is searched only where one of them stands.

An opening is the first four letters of a word, or the whole of a shorter one.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

from harness.scoring.descriptions.word_lists import word_list

LETTERS = 4
DIGIT = "0-9"
"""The opening of a phrase that needs a number."""
_MARKS = re.compile(r"^(?:\\[^\w]|\[\$€£\]|[~/<@#])(?:\?(?!\?))?(?:\\[^\w]|[~/<@#])*")
_LITERAL = re.compile(r"[a-z0-9]+")
_QUANTIFIER = re.compile(r"^(?:[?*]|\{0[\d,]*\})\??")
_OPTIONAL = re.compile(r"[?*]|\{0")


def openings_of(words: Iterable[str]) -> set[str]:
    """Return the openings of words in lower case; `DIGIT` when one of them begins with a digit."""
    found = {word[:LETTERS] for word in words}
    if any(opening[0].isdecimal() for opening in found):
        found.add(DIGIT)
    return found


def needed(phrase: str) -> frozenset[str] | None:
    """Return openings of which one stands in every text that `phrase` matches; None for unknown.

    `phrase` is a regular expression in which a blank stands for white space.
    """
    alternatives = _split(phrase, "|")
    if len(alternatives) > 1:
        found = [needed(part) for part in alternatives]
        return None if None in found else frozenset().union(*(item for item in found if item))
    best: frozenset[str] | None = None
    for piece in _split(phrase, " "):
        candidate = _of_piece(piece)
        if candidate and (best is None or _worth(candidate) > _worth(best)):
            best = candidate
    return best


def _worth(openings: frozenset[str]) -> tuple[int, int]:
    """Rank rare words before frequent ones, and few before many."""
    return -len(openings & _frequent()), -len(openings)


def _of_piece(piece: str) -> frozenset[str] | None:
    """Return what one word of a phrase needs."""
    while piece.startswith("(?:"):
        end = _closing(piece)
        inner, rest = piece[3 : end - 1], piece[end:]
        if _OPTIONAL.match(rest):
            if not all(part.endswith(" ") for part in _split(inner, "|")):
                return None
            piece = _QUANTIFIER.sub("", rest)
            continue
        return needed(inner) if not rest[:1].isalnum() and not rest.startswith("\\w") and all(
            part[-1:] != "\\" for part in _split(inner, "|")
        ) and _stands_alone(rest) else None  # fmt: skip
    piece = _MARKS.sub("", piece)
    if piece.startswith("\\d"):
        return frozenset({DIGIT})
    match = _LITERAL.match(piece)
    if match is None:
        return None
    literal, rest = match[0], piece[match.end() :]
    if _OPTIONAL.match(rest):
        literal, rest = literal[:-1], "\\w"
    if len(literal) >= LETTERS:
        return frozenset({literal[:LETTERS]})
    return frozenset({literal}) if literal and _stands_alone(rest) else None


def _stands_alone(rest: str) -> bool:
    """Tell whether no letter can follow: what comes next is the end, a mark or a blank."""
    if rest.startswith(("[ -]", "[- ]")):
        return not _OPTIONAL.match(rest[4:])
    if rest.startswith("(?:"):
        inner = rest[3 : _closing(rest) - 1]
        return all(part.startswith((" ", "[ -]")) for part in _split(inner, "|"))
    return not rest or rest[0] in ",:;/-'_" or rest.startswith(("\\.", "\\(", "\\b", "\\s"))


def _split(phrase: str, mark: str) -> list[str]:
    """Return `phrase` cut at `mark` outside of groups, classes and escapes."""
    return list(_parts(phrase, mark))


def _parts(phrase: str, mark: str) -> Iterator[str]:
    depth, start, index, is_class = 0, 0, 0, False
    while index < len(phrase):
        char = phrase[index]
        if char == "\\":
            index += 1
        elif is_class:
            is_class = char != "]"
        elif char == "[":
            is_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == mark and depth == 0:
            yield phrase[start:index]
            start = index + 1
        index += 1
    yield phrase[start:]


def _closing(piece: str) -> int:
    """Return the index after the bracket that closes the one at 0."""
    depth, index, is_class = 0, 0, False
    while index < len(piece):
        char = piece[index]
        if char == "\\":
            index += 1
        elif is_class:
            is_class = char != "]"
        elif char == "[":
            is_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
            if depth == 0:
                return index + 1
        index += 1
    return len(piece)


@functools.cache
def _frequent() -> frozenset[str]:
    return frozenset(word[:LETTERS] for word in word_list("frequent"))
