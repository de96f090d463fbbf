"""Numbers with their nouns, in English."""

from __future__ import annotations


def counted_noun(count: int, noun: str) -> str:
    """Return `1 call`, `2 calls`; the noun takes an s."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
