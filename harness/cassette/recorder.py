"""Recording into a cassette file so that nothing recorded is ever lost.

What is added to a cassette is appended to its file at once. What is recorded anew goes into a draft
beside it, which takes the old file's place when it is whole; until then the old file stays.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from harness.cassette import store
from harness.cassette.block_interaction import to_block
from harness.cassette.bounded_file import read_cassette
from harness.cassette.layout import EMPTY_HEADER, HEADER
from harness.cassette.recording_file import RecordingFile
from harness.records.http import Interaction

DRAFT_SUFFIX = ".recording"


class Recorder:
    """Writes what is recorded during one use of the cassette at `path`, if anything is.

    Args:
        path: the cassette.
        anew: whether an existing cassette is replaced rather than added to.
        sync: whether each interaction is forced to the disk before it counts as recorded.
    """

    def __init__(self, path: Path, *, anew: bool, sync: bool = False) -> None:
        self.path = path
        self._sync = sync
        self._is_draft = anew and path.exists()
        target = draft_path(path) if self._is_draft else path
        self._file = RecordingFile(target, sync=sync)
        self._is_prepared = self._is_draft
        self._lines: list[str] = []

    def write(self, interaction: Interaction, sequence: int) -> None:
        """Put one interaction into the file.

        Raises:
            CassetteError: the file cannot be written.
        """
        if not self._is_prepared:
            self._prepare()
        self._file.append(to_block(interaction, sequence))
        self._flush_lines()

    def note(self, line: str) -> None:
        """Put a comment line into the file; it waits for the first interaction, or for the end."""
        self._lines.append(line)
        if self._file.path.exists() and self._is_prepared:
            self._flush_lines()

    def _flush_lines(self) -> None:
        lines, self._lines = self._lines, []
        if lines:
            self._file.append("".join(lines))

    def _prepare(self) -> None:
        """Bring a file of another layout, whole, into one that can be appended to."""
        self._is_prepared = True
        data = read_cassette(self.path)
        if data is None or HEADER.startswith(data):
            return  # absent, or killed before its first interaction was whole
        if data.startswith(EMPTY_HEADER):
            self._lines.insert(0, data[len(EMPTY_HEADER) :].decode("utf-8"))
            self.path.unlink()
        elif not data.startswith(HEADER):
            store.save(self.path, store.load(self.path) or [])

    def finish(self, merged: Sequence[Interaction] | None) -> None:
        """Let the draft take the place of the cassette.

        `merged` is what the cassette must hold when the recording broke off, None when the draft
        is whole.
        """
        if self._lines:
            self._write_lines_alone()
        self._file.close()
        draft = draft_path(self.path)
        # An exchange that ends after this is added to the cassette itself.
        self._file = RecordingFile(self.path, sync=self._sync)
        self._is_prepared = False
        if not self._is_draft or not draft.exists():
            return
        if merged is None:
            os.replace(draft, self.path)
        else:
            store.save(self.path, merged)
            draft.unlink()

    def _write_lines_alone(self) -> None:
        """Keep the comment lines of a use that recorded no interaction."""
        target = self._file.path
        lines, self._lines = self._lines, []
        if target.exists():
            self._file.append("".join(lines))
        else:
            store.replace_file(target, EMPTY_HEADER.decode() + "".join(lines))


def draft_path(path: Path) -> Path:
    """Return where this process drafts a new recording of the cassette at `path`."""
    return path.with_name(f".{path.name}.{os.getpid()}{DRAFT_SUFFIX}")


def left_drafts(path: Path) -> list[Path]:
    """Return the drafts that killed processes left beside the cassette at `path`."""
    found = path.parent.glob(f".{path.name}.*{DRAFT_SUFFIX}") if path.parent.is_dir() else ()
    return sorted(draft for draft in found if not _is_running(draft))


def _is_running(draft: Path) -> bool:
    number = draft.name.removesuffix(DRAFT_SUFFIX).rpartition(".")[2]
    try:
        os.kill(int(number), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
