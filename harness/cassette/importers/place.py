"""Walking through somebody else's data without losing sight of where one stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jsonpointer import escape

DECODED_LIMIT = 256 * 1024 * 1024
"""Bytes that all bodies of a file together may have when they are decompressed."""


_STEP_LIMIT = 200
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass
class Journal:
    """What is gathered while one file is read: notes, and how much was decompressed."""

    notes: list[tuple[str, str]] = field(default_factory=list)
    decoded: int = 0


class InvalidEntry(ValueError):
    """One entry cannot be read; the rest of the file can."""

    def __init__(self, place: Place, reason: str) -> None:
        self.pointer, self.reason = place.pointer, reason
        super().__init__(f"{reason}, at {place.pointer or '/'}")


class RefusedFile(ValueError):
    """The whole file is refused for what stands at one place, or in one line."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        self.reason, self.line = reason, line
        super().__init__(reason)


@dataclass(frozen=True)
class Place:
    """A value and the JSON pointer to it."""

    value: Any
    pointer: str
    journal: Journal

    @property
    def kind(self) -> str:
        """What the value is, in words for a message."""
        for known, word in _KINDS:
            if isinstance(self.value, known):
                return word
        return "nothing"

    def find(self, *names: str) -> Place | None:
        """Return the first of `names` that has a value here; nothing has none anywhere."""
        if not isinstance(self.value, dict):
            return None
        for name in names:
            if self.value.get(name) is not None:
                return self._below(name)
        return None

    def need(self, *names: str) -> Place:
        """Return the first of `names` that has a value here.

        Raises:
            InvalidEntry: none of them has.
        """
        if not isinstance(self.value, dict):
            raise InvalidEntry(self, f"a mapping was expected, not {self.kind}")
        found = self.find(*names)
        if found is None:
            raise InvalidEntry(self, f"no {names[0]}")
        return found

    def has(self, *names: str) -> bool:
        """Tell whether all of `names` are keys here, whatever their values."""
        return isinstance(self.value, dict) and all(name in self.value for name in names)

    def items(self) -> Iterator[Place]:
        """Yield the items of a list, or the values of a mapping."""
        pairs = self.value.items() if isinstance(self.value, dict) else enumerate(self.value)
        for name, _ in pairs:
            yield self._below(name)

    def text(self) -> str:
        """Return a text, bytes read as Latin-1, or a number or truth value as JSON writes it.

        Raises:
            InvalidEntry: a list, a mapping or nothing stands here, or a text that UTF-8 cannot say.
        """
        if isinstance(self.value, str):
            if _SURROGATE.search(self.value):
                raise InvalidEntry(self, "half a surrogate pair")
            return self.value
        if isinstance(self.value, bytes):
            return self.value.decode("latin-1")
        if isinstance(self.value, (int, float)):
            return str(self.value).lower()
        raise InvalidEntry(self, f"a text was expected, not {self.kind}")

    def note(self, reason: str) -> None:
        """Say what could not be kept here, or was guessed."""
        self.journal.notes.append((self.pointer or "/", reason))

    def _below(self, name: str | int) -> Place:
        step = escape(str(name)[:_STEP_LIMIT]).encode("utf-8", "backslashreplace").decode("utf-8")
        return Place(self.value[name], f"{self.pointer}/{step}", self.journal)


_KINDS: tuple[tuple[type, str], ...] = (
    (dict, "a mapping"),
    (list, "a list"),
    (str, "a text"),
    (bytes, "bytes"),
    (bool, "a truth value"),
    (int, "a number"),
    (float, "a number"),
)
