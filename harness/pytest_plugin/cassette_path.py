"""Where the cassette of a test stands: `cassettes/MODULE/TEST.yaml`, beside the test's file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

SUFFIXES = (".yaml", ".yml")
_FORBIDDEN = set("<>?%*:|\"'/\\")
"""Characters that some file system takes no name with."""
_MOST_BYTES = 200
"""File systems take 255; drafts of a recording have a longer name."""


def cassette_folder(item: pytest.Item) -> Path:
    """Return the folder for the cassettes of the item's module."""
    return item.path.parent / "cassettes" / item.path.stem


def cassette_path(item: pytest.Item, name: str | None = None) -> Path:
    """Return the cassette called `name` there, by default the one called as the test.

    Names are pytest-recording's, `TestClass.test_name[parameter]`, so that its cassettes are found.
    Where a name had to be changed, a digest keeps it apart from others that become the same.
    """
    if name is not None:
        return cassette_folder(item) / (name if Path(name).suffix in SUFFIXES else f"{name}.yaml")
    test_class = getattr(item, "cls", None)
    whole = f"{test_class.__name__}.{item.name}" if test_class is not None else item.name
    return cassette_folder(item) / f"{_as_file_name(whole)}.yaml"


def _as_file_name(name: str) -> str:
    plain = "".join("-" if char in _FORBIDDEN or not char.isprintable() else char for char in name)
    short = plain.encode()[:_MOST_BYTES].decode(errors="ignore")
    if short == name:
        return name
    return f"{short}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
