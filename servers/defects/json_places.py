"""Changes of JSON values, without touching the value that was given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Change = Callable[[Any], Any]


def without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return an object without these members."""
    return {key: item for key, item in value.items() if key not in names}


def changed(value: Any, name: str, change: Change) -> Any:
    """Return an object with one member changed, if it is there."""
    return {**value, name: change(value[name])} if name in value else value


def each(change: Change) -> Change:
    """Return the change of every item of a list."""
    return lambda items: [change(item) for item in items]


def everywhere(value: Any, change: Change) -> Any:
    """Return a JSON value with `change` applied to everything in it that is no container."""
    if isinstance(value, dict):
        return {key: everywhere(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [everywhere(item, change) for item in value]
    return change(value)
