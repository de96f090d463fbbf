"""Whether an expectation held, and if not, why and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from harness.records.call import Difference

EXCERPT = 300
"""Characters of an answer that a message quotes."""


class Verdict(NamedTuple):
    """The outcome of one judgement; the message is empty when it held."""

    held: bool
    message: str = ""
    differences: tuple[Difference, ...] = ()


HELD = Verdict(True)


def broken(message: str, differences: Sequence[Difference] = ()) -> Verdict:
    """Return the verdict that the expectation did not hold."""
    return Verdict(False, message, tuple(differences))


def excerpt(text: str) -> str:
    """Return the beginning of `text`, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}…"
