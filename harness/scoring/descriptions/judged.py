"""What a dimension's rules make of a definition: the score, and each rule that fired."""

from __future__ import annotations

from typing import NamedTuple

from harness.scoring.descriptions.phrases import Span, message_of


class Fired(NamedTuple):
    """A rule that fired; `end` is 0 where it did not fire on words."""

    id: str
    effect: str
    """`=4` sets the score, `+1` and `-1` move it, `` only tells."""
    message: str
    start: int = 0
    end: int = 0


class Judged(NamedTuple):
    """A dimension's score, 1 to 5, and what it rests on."""

    score: int
    fired: tuple[Fired, ...]
    lacking: tuple[str, ...] = ()
    """What would gain a point, by its name in `advice.toml`; the most useful first."""


def fired_on(family: str, effect: str, span: Span) -> Fired:
    """Return the rule of a phrase family, fired on the words at `span`."""
    return Fired(family, effect, message_of(family), *span)
