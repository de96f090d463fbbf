"""Cassette files as far as they are safe to read: plain files of a bearable size, in their folder.

A pipe or a device would block or never end, and a symbolic link in a checkout from strangers may
lead to any file of the user; neither is opened.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from harness.cassette.yaml_limits import BYTE_LIMIT
from harness.errors import InvalidCassette

FILE_LIMIT = BYTE_LIMIT
"""Bytes of a cassette; what would grow beyond them is not recorded either."""


def read_cassette(path: Path) -> bytes | None:
    """Return the bytes of the cassette at `path`, or None when there is no such file.

    Raises:
        InvalidCassette: it is no plain file, larger than `FILE_LIMIT`, a symbolic link that leads
            out of its folder, or cannot be read.
    """
    require_own_place(path)
    try:
        # Without waiting: opening a pipe would last until somebody writes into it.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            _require_bearable(path, os.fstat(handle))
            with open(handle, "rb", closefd=False) as file:
                return file.read()
        finally:
            os.close(handle)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InvalidCassette(path, f"cannot be read: {error.strerror}") from error


def require_own_place(path: Path) -> None:
    """Refuse a symbolic link at `path` that leads out of its folder.

    Raises:
        InvalidCassette: it does; nothing was read or written.
    """
    if path.is_symlink():
        _require_inside(path, path.parent, "name that file itself")


def require_in_library(path: Path, library: Path) -> None:
    """Hold a cassette to the folder of all cassettes, whatever its name and its links say.

    Raises:
        InvalidCassette: it stands elsewhere; nothing was read or written.
    """
    _require_inside(path, library, "keep it inside that folder")


def _require_inside(path: Path, folder: Path, repair: str) -> None:
    try:
        real, root = path.resolve(), folder.resolve()
    except (OSError, RuntimeError) as error:
        raise InvalidCassette(path, f"cannot be followed: {error}") from error
    if not real.is_relative_to(root):
        raise InvalidCassette(path, f"leads out of {folder}, to {real}; {repair}")


def _require_bearable(path: Path, facts: os.stat_result) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise InvalidCassette(path, "cannot be read: a pipe, a device or a folder, not a file")
    if facts.st_size > FILE_LIMIT:
        raise InvalidCassette(
            path,
            f"is larger than {FILE_LIMIT >> 20} MiB ({facts.st_size} bytes); "
            "record into several cassettes",
        )
