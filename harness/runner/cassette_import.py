"""Importing recordings of other tools as cassettes, redacted."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from harness.cassette import store
from harness.cassette.importers.recording import UnsupportedRecording
from harness.cassette.importers.registry import import_recording
from harness.cassette.redacted_places import PlaceFinder
from harness.errors import CassetteError, UsageError
from harness.records.cassette_results import ImportedFile, ImportResult
from harness.runner.cassette_files import require_inside

LARGEST_RECORDING = 256 * 1024 * 1024
"""Bytes; a larger file is refused before it is read."""
_STEM = re.compile(r"[^\W_][\w .+@=,-]*")


def import_recordings(
    files: Sequence[Path], folder: Path, *, finder: PlaceFinder, is_forced: bool
) -> ImportResult:
    """Write `folder/STEM.yaml` for each file; one that is refused leaves the others alone.

    Raises:
        UsageError: a file does not exist, or the folder is a file.
        CassetteError: a cassette cannot be written.
    """
    for file in files:
        if not file.is_file():
            raise UsageError(f"{file}: no such file; folders are not searched, name the recordings")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--to {folder}: this is no folder")
    written: dict[Path, Path] = {}
    results = []
    for file in files:
        path = folder / f"{file.stem}.yaml"
        try:
            _require_free(file, path, written, is_forced=is_forced)
            results.append(_imported(file, path, finder))
            written[path] = file
        except (_Refused, UsageError) as reason:
            results.append(ImportedFile(file=os.path.relpath(file), refused=str(reason)))
    return ImportResult(files=tuple(results))


class _Refused(Exception):
    """A file is not imported; `str()` is the reason."""


def _require_free(file: Path, path: Path, written: dict[Path, Path], *, is_forced: bool) -> None:
    if not _STEM.fullmatch(file.stem):
        raise _Refused(f"{path.name!r} is no name for a cassette; rename the recording")
    if path in written:
        raise _Refused(
            f"{path} was just written from {written[path]}; import it into another folder"
        )
    if path.is_symlink() or path.exists():
        require_inside(path, path.parent)
        if not is_forced:
            raise _Refused(f"{path} is already there; --force replaces it")
    if path.exists() and path.resolve() == file.resolve():
        raise _Refused(f"{path} would replace the recording itself")
    if file.stat().st_size > LARGEST_RECORDING:
        raise _Refused(f"larger than {LARGEST_RECORDING // 2**20} MiB")


def _imported(file: Path, path: Path, finder: PlaceFinder) -> ImportedFile:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CassetteError(f"{file}: cannot be read: {error.strerror}") from error
    try:
        imported = import_recording(file.name, data)
    except UnsupportedRecording as error:
        place = f"line {error.line}: " if error.line is not None else ""
        raise _Refused(f"{place}{error.reason}") from error
    redacted = [finder.redact(item) for item in imported.interactions]
    store.save(path, [item.interaction for item in redacted])
    return ImportedFile(
        file=os.path.relpath(file),
        format=imported.format,
        cassette=os.path.relpath(path),
        interactions=len(redacted),
        redacted=sum(len(item.places) for item in redacted),
        notes=tuple(f"{note.place}: {note.reason}" for note in imported.notes),
    )
