"""Checks in numbers: for headlines, badges and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from harness.records.report import Badge, Check, CheckStatus

WORDS: dict[CheckStatus, str] = {
    "failed": "failed",
    "error": "not judged",
    "passed": "passed",
    "noted": "noted",
    "not_tested": "not tested",
}
"""What a reader calls each status, in the order in which they are told."""


def counted(checks: Sequence[Check]) -> str:
    """Return `2 failed, 1 not judged, 5 passed`, without what there is none of."""
    counts = Counter(check.status for check in checks)
    told = [f"{counts[status]} {word}" for status, word in WORDS.items() if counts[status]]
    return ", ".join(told) or "nothing was checked"


def pass_badge(label: str, checks: Sequence[Check], *, is_passed: bool) -> Badge:
    """Return a badge that says how many fail, or that all passed."""
    counts = Counter(check.status for check in checks)
    if is_passed:
        return Badge(label=label, message=f"{counts['passed']} passed", color="brightgreen")
    bad = [f"{counts[status]} {WORDS[status]}" for status in ("failed", "error") if counts[status]]
    color = "red" if counts["failed"] or not counts["error"] else "yellow"
    return Badge(label=label, message=", ".join(bad) or "failed", color=color)
