"""Which members of a tool's own JSON hold the text of the model, and what stands there now.

Prose may say in its own words that there is no text; a member that is the model's text may not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from harness.audit.returned.structure import WRAPPED

Member = tuple[str | int, ...]
"""Keys and indices on the way from the root of a JSON value."""


def text_members(trees: Iterable[Any], text: str) -> set[Member]:
    """Return the members that are `text` and nothing more.

    A structure that only wraps the content, as SDKs make it of a text, has none.
    """
    kept = (tree for tree in trees if not (isinstance(tree, dict) and set(tree) == {WRAPPED}))
    return {member for tree in kept for member, leaf in _leaves(tree) if leaf == text}


def said_at(trees: Iterable[Any], members: Iterable[Member]) -> Iterator[str]:
    """Yield the texts that stand at `members`, but blank ones."""
    wanted = set(members)
    for tree in trees:
        for member, leaf in _leaves(tree):
            if member in wanted and isinstance(leaf, str) and leaf.strip():
                yield leaf


def _leaves(value: Any, place: Member = ()) -> Iterator[tuple[Member, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*place, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, (*place, number))
    else:
        yield place, value
