"""Reading results that were saved with `--format json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from harness.errors import UsageError
from harness.records.json_value import from_json
from harness.records.report import ReportKind
from harness.records.stored_result import COMMANDS, RECORDS, VERSION, StoredResult, kind_of
from harness.runner.json_file import parsed_json, read_text

_SHOWN_KEYS = 5


def read_stored(path: Path) -> StoredResult:
    """Return the result that a file holds; its kind is told by its keys.

    Raises:
        UsageError: it is not there, no such JSON, or of a newer version.
    """
    text = read_text(path)
    document = parsed_json(text, str(path))
    kind = kind_of(document)
    if kind is None:
        raise UsageError(
            f"{path}: no result of toolreel, {_looks(document)}; one is made by: {COMMANDS['run']}"
        )
    require_version(document, path, COMMANDS[kind])
    return _record(kind, text, path)


def require_version(document: dict[str, Any], path: Path, command: str) -> None:
    """Raise a UsageError for a document of a version that is not ours."""
    version = document.get("version")
    if version != VERSION:
        told = f"of version {version!r}" if version is not None else "without a version"
        raise UsageError(
            f"{path}: /version: {told}, this toolreel reads version {VERSION}; "
            f"upgrade toolreel, or make it again: {command}"
        )


def _record(kind: ReportKind, text: str, path: Path) -> StoredResult:
    try:
        return from_json(RECORDS[kind], text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        pointer = "".join(f"/{part}" for part in first["loc"])
        raise UsageError(
            f"{path}: {pointer or '/'}: looks like the result of a {kind}, but {first['msg']}; "
            f"make it again: {COMMANDS[kind]}"
        ) from error


def _looks(document: Any) -> str:
    """Return what foreign JSON looks like."""
    if isinstance(document, list):
        return f"a list of {len(document)}"
    if not isinstance(document, dict):
        return f"a single {type(document).__name__}"
    if isinstance(document.get("tools"), list) or isinstance(document.get("result"), dict):
        return "it looks like a tools/list result"
    if "runs" in document and "$schema" in document:
        return "it looks like a SARIF report"
    if {"kind", "checks", "headline"} <= document.keys():
        return "it looks like a report that was made of one"
    keys = list(document)[:_SHOWN_KEYS]
    return f"an object with {', '.join(map(repr, keys))}" if keys else "an empty object"
