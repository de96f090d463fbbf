"""Identifiers and numbers that depend on the request alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formatdate
from typing import TypeVar

T = TypeVar("T")

EPOCH = 1_790_000_000
"""Simulated answers are dated within the 30 days after this second, 2026-09-21."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Seed:
    """A digest from which named values are drawn; the same name gives the same value."""

    digest: str

    @classmethod
    def of(cls, *parts: bytes) -> Seed:
        """Return the seed of `parts`, which may not run into each other."""
        lengths = b",".join(b"%d" % len(part) for part in parts)
        return cls(hashlib.sha256(lengths + b"".join(parts)).hexdigest())

    def branch(self, name: str) -> Seed:
        """Return a seed of its own for `name`."""
        return Seed(hashlib.sha256(f"{self.digest}/{name}".encode()).hexdigest())

    def number(self, name: str, low: int, high: int) -> int:
        """Return an integer from `low` to `high`, both included."""
        return low + int(self.branch(name).digest, 16) % (high - low + 1)

    def pick(self, name: str, options: Sequence[T]) -> T:
        """Return one of `options`."""
        return options[self.number(name, 0, len(options) - 1)]

    def hex(self, name: str, length: int) -> str:
        """Return `length` ≤ 64 hexadecimal digits."""
        return self.branch(name).digest[:length]

    def digits(self, name: str, length: int) -> str:
        """Return `length` decimal digits."""
        return str(self.number(name, 0, 10**length - 1)).rjust(length, "0")

    def letters(self, name: str, length: int) -> str:
        """Return `length` characters out of 0-9, A-Z, a-z."""
        number = self.number(name, 0, len(ALPHABET) ** length - 1)
        letters = []
        for _ in range(length):
            number, index = divmod(number, len(ALPHABET))
            letters.append(ALPHABET[index])
        return "".join(letters)

    def uuid(self, name: str) -> str:
        """Return a UUID that shows by its zeros that nobody issued it."""
        return f"00000000-0000-4000-8000-{self.hex(name, 12)}"

    @property
    def created(self) -> int:
        """The second at which the answer pretends to have been made."""
        return EPOCH + self.number("created", 0, 30 * 86400 - 1)

    @property
    def date(self) -> str:
        """`created` as an HTTP date."""
        return formatdate(self.created, usegmt=True)
