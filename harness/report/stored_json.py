"""A result as one JSON object, version 1: strict, ASCII, and the same that is read again."""

from __future__ import annotations

import json

from harness.records.report import Report
from harness.records.stored_result import StoredResult


def stored_json(stored: StoredResult) -> str:
    """Return the JSON text; a compared tool's `schema` is how its input schemas relate."""
    return json.dumps(stored.model_dump(by_alias=True), allow_nan=False, indent=2)


def render_json(report: Report, stored: StoredResult) -> str:
    """Return the stored result itself, with a final line end."""
    return stored_json(stored) + "\n"
