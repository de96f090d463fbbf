"""Appending to a cassette file: one write an interaction, by any number of processes and threads.

A block that was written is there whatever happens to the process afterwards; with `sync` it has
also reached the disk. A lock on the file (flock) keeps writers apart; it is held for one write.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.cassette.bounded_file import FILE_LIMIT, require_own_place
from harness.cassette.layout import HEADER, find_blocks
from harness.errors import CassetteError, InvalidCassette


class RecordingFile:
    """A file of our layout that is open for appending; made with the first block."""

    def __init__(self, path: Path, *, sync: bool = False) -> None:
        self.path = path
        self.repaired = 0
        """Bytes of torn blocks that were cut off."""
        self._sync = sync
        self._handle: int | None = None
        self._whole = -1
        self._thread_lock = threading.Lock()

    def append(self, block: str) -> None:
        """Write one block, or comment line, at the end of the file.

        Raises:
            CassetteError: the file cannot be written, or would become too large to be read.
            InvalidCassette: the file has meanwhile become something else; it is left as it is.
        """
        data = block.encode("utf-8")
        try:
            with self._thread_lock, self._locked() as handle:
                size = os.fstat(handle).st_size
                if size != self._whole:
                    size = self._cut_torn_tail(handle, size)
                if size == 0:
                    data = HEADER + data
                self._require_bearable(size + len(data))
                _write(handle, data)
                self._whole = size + len(data)
                if self._sync:
                    os.fdatasync(handle)
        except OSError as error:
            raise CassetteError(f"{self.path}: cannot be written: {error.strerror}") from error

    def repair(self) -> int:
        """Cut a torn tail off an existing file; return how many bytes that were."""
        with self._thread_lock, self._locked() as handle:
            size = os.fstat(handle).st_size
            self._cut_torn_tail(handle, size)
        return self.repaired

    def close(self) -> None:
        """Let go of the file; the next `append` opens it again."""
        with self._thread_lock:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None

    @contextmanager
    def _locked(self) -> Iterator[int]:
        handle = self._open()
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            if not self._is_current(handle):
                # Another process put a new file in its place while we waited.
                os.close(handle)
                self._handle = None
                handle = self._open()
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)

    def _open(self) -> int:
        if self._handle is None:
            require_own_place(self.path)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._handle = os.open(self.path, flags, 0o644)
            self._whole = -1
        return self._handle

    def _is_current(self, handle: int) -> bool:
        try:
            there = os.stat(self.path)
        except FileNotFoundError:
            return False
        ours = os.fstat(handle)
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)

    def _cut_torn_tail(self, handle: int, size: int) -> int:
        """Return the size of the whole part of the file, after cutting off what is torn."""
        self._require_bearable(size)
        data = os.pread(handle, size, 0)
        layout = find_blocks(data)
        is_torn_header = len(data) < len(HEADER) and HEADER.startswith(data)
        if layout is None and not is_torn_header:
            raise InvalidCassette(self.path, "is not laid out as a recording; it is left alone")
        end = layout.end if layout is not None else 0
        if end < size:
            os.ftruncate(handle, end)
            self.repaired += size - end
        return end

    def _require_bearable(self, size: int) -> None:
        if size > FILE_LIMIT:
            raise CassetteError(
                f"{self.path}: would grow beyond {FILE_LIMIT >> 20} MiB, which is not read again; "
                "record into several cassettes"
            )


def _write(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
