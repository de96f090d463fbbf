"""A badge, as the endpoint schema of shields.io has it."""

from __future__ import annotations

import json

from harness.records.report import Report
from harness.records.stored_result import StoredResult
from harness.report.printable import printable, shortened

_SHOWN = 80


def render_badge(report: Report, stored: StoredResult) -> str:
    """Return the JSON that `https://img.shields.io/endpoint?url=…` reads."""
    badge = report.badge
    endpoint = {
        "schemaVersion": 1,
        "label": printable(shortened(badge.label, _SHOWN)),
        "message": printable(shortened(badge.message, _SHOWN)),
        "color": badge.color,
        "isError": not report.is_passed,
    }
    return json.dumps(endpoint, indent=2) + "\n"
