"""Baselines as files."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from harness.errors import UsageError
from harness.records.baseline import Baseline, BaselineKind
from harness.records.json_value import from_json, to_json
from harness.runner.json_file import parsed_json, read_text
from harness.runner.stored_results import require_version


def read_baseline(path: Path, kind: BaselineKind) -> Baseline:
    """Return the baseline in a file.

    Raises:
        UsageError: the file is not there, or holds no baseline of this command.
    """
    command = f"toolreel {kind}{' TARGET' if kind == 'audit' else ''} --save-baseline {path}"
    if not path.exists():
        raise UsageError(f"--baseline {path}: no such file; make it: {command}")
    text = read_text(path)
    document = parsed_json(text, str(path))
    if not isinstance(document, dict) or "baseline" not in document or "failures" not in document:
        raise UsageError(f"--baseline {path}: no baseline; make one: {command}")
    require_version(document, path, command)
    if document["baseline"] != kind:
        raise UsageError(
            f"--baseline {path}: a baseline of {document['baseline']!r}, not of {kind!r}; "
            f"make one: {command}"
        )
    try:
        return from_json(Baseline, text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        pointer = "".join(f"/{part}" for part in first["loc"])
        raise UsageError(f"--baseline {path}: {pointer}: {first['msg']}; {command}") from error


def save_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline, sorted so that its differences are small; the folder is made.

    Raises:
        UsageError: the file cannot be written.
    """
    failures = tuple(sorted(baseline.failures, key=lambda failure: failure.id))
    text = to_json(baseline.model_copy(update={"failures": failures}), indent=2) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"--save-baseline {path}: {error.strerror}") from error
