"""JSON values in one form, so that equal values are equal to Python as well."""

from __future__ import annotations

from typing import Any


def canonical(value: Any) -> Any:
    """Return `value` with whole floats as integers: `1.0` and `1` are one JSON number.

    A boolean stays a boolean, which a comparison that merely ignores number types would lose.
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    return value
