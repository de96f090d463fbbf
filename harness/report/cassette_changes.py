"""What redaction and import did to files, as text."""

from __future__ import annotations

from collections.abc import Iterator

from harness.records.cassette_results import ImportedFile, ImportResult, RedactResult
from harness.report.printable import printable


def render_redact(result: RedactResult) -> str:
    """Return one line a place, without what stood there, and the count."""
    lines = [
        f"{place.file}[{place.interaction}]{printable(place.pointer)}: {printable(place.rule)}"
        for place in result.places
    ]
    done = "redacted" if result.is_written else "to be redacted"
    lines.append(f"{result.cassettes} cassettes: {len(result.places)} places {done}")
    return "\n".join(lines)


def render_import(result: ImportResult) -> str:
    """Return one line a file with its notes below it, and the counts."""
    lines = [line for item in result.files for line in _file(item)]
    refused = sum(item.refused is not None for item in result.files)
    lines.append(f"{len(result.files) - refused} imported, {refused} refused")
    return "\n".join(lines)


def _file(item: ImportedFile) -> Iterator[str]:
    if item.refused is not None:
        yield f"refused {item.file}: {printable(item.refused)}"
        return
    yield (
        f"{item.file} ({item.format}) → {item.cassette}: {item.interactions} interactions, "
        f"{item.redacted} places redacted"
    )
    for note in item.notes:
        yield f"    {printable(note)}"
