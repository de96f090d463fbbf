"""A run as one JSON object, version 1."""

from __future__ import annotations

from harness.records.json_value import to_json
from harness.records.results import RunResult


def render_json(result: RunResult) -> str:
    """Return the run as strict JSON text with an indent of two."""
    return to_json(result, indent=2)
