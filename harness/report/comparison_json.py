"""A comparison as one JSON object, version 1."""

from __future__ import annotations

import json

from harness.records.comparison import Comparison, Leaderboard


def render_json(result: Comparison | Leaderboard) -> str:
    """Return strict JSON in ASCII; a tool's `schema` is how its input schemas relate."""
    return json.dumps(result.model_dump(by_alias=True), allow_nan=False, indent=2)
