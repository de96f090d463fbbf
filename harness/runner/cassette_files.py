"""Finding the cassettes that a command is about, and opening them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from harness.cassette import store
from harness.cassette.block_lines import interaction_lines
from harness.errors import CassetteError, UsageError, did_you_mean
from harness.records.http import Interaction

PATTERN = "*.yaml"


class CassetteFile(NamedTuple):
    """A cassette that was read; `lines` is where its interactions begin, empty when unknown."""

    path: Path
    interactions: list[Interaction]
    lines: list[int]

    @property
    def shown(self) -> str:
        """The path as seen from the current folder."""
        return os.path.relpath(self.path)


def find_cassettes(paths: Iterable[Path]) -> list[Path]:
    """Return the files, and every `*.yaml` inside the folders, each once.

    Raises:
        UsageError: a path does not exist, a folder holds no cassette, or a symbolic link leads
            out of the folder that it stands in.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob(PATTERN))
            if not inside:
                raise UsageError(f"{path}: no cassette ({PATTERN}) in this folder")
            for item in inside:
                require_inside(item, path)
            found.update(dict.fromkeys(item for item in inside if item.is_file()))
        elif path.is_file():
            require_inside(path, path.parent)
            found[path] = None
        else:
            known = [str(item) for item in path.parent.glob("*")] if path.parent.is_dir() else []
            raise UsageError(f"{path}: no such file or folder{did_you_mean(str(path), known)}")
    return list(found)


def require_inside(path: Path, folder: Path) -> None:
    """Refuse a path that a symbolic link or `..` leads out of `folder`.

    Raises:
        UsageError: it does; nothing was read or written.
    """
    try:
        real, root = path.resolve(), folder.resolve()
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{path}: cannot be followed: {error}") from error
    if not real.is_relative_to(root):
        raise UsageError(f"{path} leads out of {folder}, to {real}; name that file itself")


def open_cassette(path: Path) -> CassetteFile:
    """Return the cassette at `path`.

    Raises:
        CassetteError: it is unreadable, no cassette, or gone.
    """
    interactions = store.load(path)
    if interactions is None:
        raise CassetteError(f"{path}: there is no such cassette any more")
    lines = interaction_lines(path.read_bytes())
    return CassetteFile(path, interactions, lines if len(lines) == len(interactions) else [])


def open_cassettes(paths: Sequence[Path]) -> list[CassetteFile]:
    """Return all cassettes that `paths` name; raises as `find_cassettes` and `open_cassette`."""
    return [open_cassette(path) for path in find_cassettes(paths)]
