"""What a verb does with its resource."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from harness.scoring.descriptions.text import stems_of

Verb = Literal["read", "write", "destructive"]
_KINDS: tuple[Verb, ...] = ("destructive", "write", "read")


def kind_of(stems: Iterable[str]) -> Verb | None:
    """Return what the first verb among `stems` does, None when there is none."""
    for item in stems:
        for kind in _KINDS:
            if item in stems_of(kind):
                return kind
    return None


def is_verb(stemmed: str) -> bool:
    """Tell whether a stem is one of a verb that the lists know."""
    return kind_of((stemmed,)) is not None or stemmed in stems_of("vague")
