"""Options of the form NAME=VALUE or NAME: VALUE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def pairs_callback(separator: str) -> Callable[[Any, Any, tuple[str, ...]], dict[str, str]]:
    """Return a click callback that makes a dict of the values, each cut at `separator`."""

    def split(_context: Any, parameter: Any, values: tuple[str, ...]) -> dict[str, str]:
        pairs = {}
        for value in values:
            name, found, text = value.partition(separator)
            if not found or not name.strip():
                raise click.BadParameter(f"{value!r} is not NAME{separator}VALUE", param=parameter)
            pairs[name.strip()] = text.strip() if separator == ":" else text
        return pairs

    return split
