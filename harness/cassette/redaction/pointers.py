"""Replacing what JSON pointers name, with `*` for any one token."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

REDACTED = "REDACTED"


def redacted_at(text: str, pointers: Sequence[str]) -> str:
    """Return a JSON text with `redact_at` applied; another text, or without a change, as it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not redact_at(value, pointers):
        return text
    indent = len(text) - len(text.lstrip("{[\n ")) if text[:2] in ("{\n", "[\n") else 0
    return json.dumps(
        value,
        ensure_ascii=text.isascii(),
        indent=indent - 2 if indent > 2 else None,
        separators=None if '": ' in text else (",", ":"),
    )


def redact_at(value: Any, pointers: Sequence[str]) -> bool:
    """Replace in place what the pointers name in `value`; tell whether anything changed.

    Texts become `REDACTED` and numbers 0, so that the types stay; so do those within what is named.
    """
    changed = False
    for pointer in pointers:
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]
        for holder, member in list(_named(value, tokens)):
            after = _emptied(holder[member])
            changed |= after != holder[member]
            holder[member] = after
    return changed


def _named(value: Any, tokens: Sequence[str]) -> Iterator[tuple[Any, Any]]:
    members = [member for member in _members(value) if tokens[0] in ("*", str(member))]
    for member in members:
        if len(tokens) == 1:
            yield value, member
        else:
            yield from _named(value[member], tokens[1:])


def _members(value: Any) -> Sequence[Any]:
    if isinstance(value, dict):
        return list(value)
    return range(len(value)) if isinstance(value, list) else ()


def _emptied(value: Any) -> Any:
    if isinstance(value, str):
        return REDACTED if value else value
    if isinstance(value, list):
        return [_emptied(item) for item in value]
    if isinstance(value, dict):
        return {key: _emptied(item) for key, item in value.items()}
    return 0 if isinstance(value, int | float) and not isinstance(value, bool) else value
