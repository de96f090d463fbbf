"""Finding and reading the cassettes that a stand-in answers from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.cassette import store
from harness.cassette.entry import Entry
from harness.errors import CassetteError, did_you_mean
from harness.upstream.cassette_set import CassetteSet

PATTERN = "*.yaml"


def load_cassettes(paths: Iterable[Path]) -> CassetteSet:
    """Return the cassettes at `paths`, which are files, or folders with all `*.yaml` in them.

    Raises:
        CassetteError: one is missing, or is none; or a folder holds none.
        UsageError: as `CassetteSet`.
    """
    found: dict[Path, Sequence[Entry]] = {}
    for path in paths:
        for file in _files(path):
            entries = store.load_entries(file)
            if entries is None:
                raise CassetteError(_missing(file))
            found[file] = entries
    return CassetteSet(found)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(path.rglob(PATTERN))
    if not files:
        raise CassetteError(f"{path}: no cassette ({PATTERN}) in this folder")
    return files


def _missing(path: Path) -> str:
    folder = path.parent
    known = [str(item) for item in folder.glob(PATTERN)] if folder.is_dir() else []
    return (
        f"{path}: no such cassette{did_you_mean(str(path), known)}; to record it: "
        f"toolreel upstream --mode record {path}"
    )
