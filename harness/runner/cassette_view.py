"""Showing cassettes, and comparing two of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from harness.cassette.compare import compare_cassettes
from harness.cassette.redact import Redactor
from harness.cassette.show import show
from harness.errors import UsageError
from harness.records.cassette_results import DiffResult, ShownCassette, ShowResult
from harness.runner.cassette_files import (
    CassetteFile,
    find_cassettes,
    open_cassette,
    open_cassettes,
)
from harness.runner.cassette_project import CassetteProject


def show_cassettes(
    paths: Sequence[Path],
    project: CassetteProject,
    *,
    number: int | None = None,
    with_bodies: bool = False,
) -> ShowResult:
    """Return the outlines of all interactions, or of the one at position `number` of each cassette.

    Raises:
        UsageError: a path is wrong, or a cassette has no interaction of that number.
        CassetteError: a cassette cannot be read.
    """
    cassettes = [_redacted(cassette, project) for cassette in open_cassettes(paths)]
    return ShowResult(
        cassettes=tuple(
            ShownCassette(
                file=cassette.shown,
                interactions=tuple(
                    show(place, cassette.interactions[place], with_bodies=with_bodies)
                    for place in _places(cassette, number)
                ),
            )
            for cassette in cassettes
        )
    )


def _redacted(cassette: CassetteFile, project: CassetteProject) -> CassetteFile:
    """Return the cassette without the secrets that may still be in it: this goes to a terminal."""
    redactor = Redactor(project.secrets_of(cassette.path), project.redaction)
    redacted = [redactor.interaction(item) for item in cassette.interactions]
    return cassette._replace(interactions=redacted)


def _places(cassette: CassetteFile, number: int | None) -> Sequence[int]:
    count = len(cassette.interactions)
    if number is None:
        return range(count)
    if number >= count:
        known = f"0 to {count - 1}" if count else "it is empty"
        raise UsageError(f"{cassette.shown}: no interaction {number} ({known})")
    return [number]


def diff_cassettes(
    first: Path, second: Path, project: CassetteProject, *, show_all: bool = False
) -> DiffResult:
    """Compare the cassettes in two files.

    Raises:
        UsageError: a path does not exist or is a folder.
        CassetteError: a cassette cannot be read.
    """
    for path in (first, second):
        if path.is_dir():
            raise UsageError(f"{path}: a folder; diff compares two files")
    one, other = (
        _redacted(open_cassette(find_cassettes([path])[0]), project) for path in (first, second)
    )
    pairs = compare_cassettes(one.interactions, other.interactions, show_all=show_all)
    return DiffResult(
        first=os.path.relpath(first), second=os.path.relpath(second), pairs=tuple(pairs)
    )
