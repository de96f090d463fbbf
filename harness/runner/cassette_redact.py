"""Redacting cassettes that are already there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.cassette import store
from harness.cassette.redacted_places import PlaceFinder
from harness.records.cassette_results import RedactedPlace, RedactResult
from harness.runner.cassette_files import open_cassettes
from harness.runner.cassette_project import CassetteProject


def redact_cassettes(
    paths: Sequence[Path], project: CassetteProject, *, is_written: bool
) -> RedactResult:
    """Redact the cassettes at `paths`; without `is_written` only tell what would be.

    All of them are read before the first is written. A cassette without secrets is not touched.

    Raises:
        UsageError: a path is wrong.
        CassetteError: a cassette cannot be read or written.
    """
    cassettes = open_cassettes(paths)
    places: list[RedactedPlace] = []
    for cassette in cassettes:
        finder = PlaceFinder(project.secrets_of(cassette.path), project.redaction)
        redacted = [finder.redact(item) for item in cassette.interactions]
        found = [
            RedactedPlace(
                file=cassette.shown, interaction=number, pointer=place.pointer, rule=place.rule
            )
            for number, item in enumerate(redacted)
            for place in item.places
        ]
        if found and is_written:
            store.save(cassette.path, [item.interaction for item in redacted])
        places += found
    return RedactResult(is_written=is_written, cassettes=len(cassettes), places=tuple(places))
