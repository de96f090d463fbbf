"""Which of the tools that went and came are one tool under a new name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz

from harness.canonical import canonical

_LIKE = 80.0
"""Of 100: how alike two descriptions must be where the schema is the same and has parameters."""
_VERY_LIKE = 95.0
"""The same, where the schema differs or says nothing."""


def renamed(gone: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return old name → new name; the most alike are paired first, each once."""
    ranked = sorted(
        (
            (_likeness(one, other), one["name"], other["name"])
            for one in gone
            for other in new
            if _is_likely(one, other)
        ),
        key=lambda item: (-item[0], item[1], item[2]),
    )
    found: dict[str, str] = {}
    for _, old_name, new_name in ranked:
        if old_name not in found and new_name not in found.values():
            found[old_name] = new_name
    return found


def _is_likely(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    schema = canonical(one.get("inputSchema"))
    is_same = schema == canonical(other.get("inputSchema"))
    tells_apart = isinstance(schema, dict) and bool(schema.get("properties"))
    return _wording(one, other) >= (_LIKE if is_same and tells_apart else _VERY_LIKE)


def _wording(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    texts = [str(tool.get("description") or "") for tool in (one, other)]
    return fuzz.ratio(*texts) if all(texts) else 0.0


def _likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    return _wording(one, other) + fuzz.ratio(one["name"], other["name"]) / 100
