"""Description scores as one JSON object, version 1."""

from __future__ import annotations

from harness.records.description_score import DescriptionScores
from harness.records.json_value import to_json


def render_json(scores: DescriptionScores) -> str:
    """Return the scores as strict JSON text with an indent of two."""
    return to_json(scores, indent=2)
