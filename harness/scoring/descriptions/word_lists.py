"""The lists of `words.toml`."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files


@functools.cache
def word_list(name: str) -> frozenset[str]:
    """Return a list of `words.toml`; entries with blanks in them are separated by bars there."""
    text: str = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))[name]
    return frozenset(part.strip() for part in (text.split("|") if "|" in text else text.split()))
