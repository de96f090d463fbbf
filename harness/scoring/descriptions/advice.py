"""What to write to gain a point, as `advice.toml` has it."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files


def advice(dimension: str, lacking: tuple[str, ...]) -> tuple[str, ...]:
    """Return a sentence for each thing that is `lacking`."""
    return tuple(map(_table()[dimension].__getitem__, lacking))


@functools.cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("advice.toml").read_text("utf-8"))
