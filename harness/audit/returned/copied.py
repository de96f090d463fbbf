"""Objects of the provider's document that an answer of another form has, too, by their own name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.returned.problem import Problem
from harness.audit.returned.seen import Seen, objects_in


def emptied(document: Mapping[str, Any], seen: Seen) -> Iterator[Problem]:
    """Yield what became null in an object that otherwise is the provider's.

    It has the provider's name and keys, and a value at least as it was sent: what it lacks was
    lost, and not left out.
    """
    answers = [item for tree in seen.trees for item in objects_in(tree)]
    for part in objects_in(document):
        for name, sent in part.items():
            found = [one[name] for one in answers if isinstance(one.get(name), dict)]
            if isinstance(sent, dict) and found:
                yield from _nulls(name, sent, found)


def _nulls(name: str, sent: Mapping[str, Any], found: list[dict[str, Any]]) -> Iterator[Problem]:
    copies = [one for one in found if one.keys() == sent.keys()]
    kept = [key for key, value in sent.items() if value not in (None, "", [], {})]
    for key in kept:
        others = [one for one in copies if any(one[other] == sent[other] for other in kept)]
        if others and all(one[key] is None for one in others):
            told = f"{name}/{key} comes back as nothing, beside the rest of {name}"
            yield Problem("field-changed", f"{name}/{key}", told, is_lost=True)
