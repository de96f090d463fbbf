"""The results that commands write with `--format json`, and how a file tells which it is."""

from __future__ import annotations

from typing import Any, get_args

from harness.records.audit import AuditResult
from harness.records.comparison import Comparison, Leaderboard
from harness.records.description_score import DescriptionScores
from harness.records.report import ReportKind
from harness.records.results import RunResult

StoredResult = RunResult | AuditResult | DescriptionScores | Comparison | Leaderboard

RECORDS: dict[ReportKind, type[StoredResult]] = {
    "run": RunResult,
    "audit": AuditResult,
    "score": DescriptionScores,
    "comparison": Comparison,
    "leaderboard": Leaderboard,
}
KEYS: dict[ReportKind, frozenset[str]] = {
    "run": frozenset({"scenarios"}),
    "audit": frozenset({"findings", "coverage", "seed"}),
    "score": frozenset({"rubric", "server", "tools"}),
    "comparison": frozenset({"baseline", "candidate", "verdict"}),
    "leaderboard": frozenset({"columns", "rows"}),
}
"""What only this kind has together, in every version."""
VERSION = 1
COMMANDS: dict[ReportKind, str] = {
    "run": "toolreel run --format json > run.json",
    "audit": "toolreel audit TARGET --format json > audit.json",
    "score": "toolreel score TARGET --format json > score.json",
    "comparison": "toolreel compare BASELINE CANDIDATE --format json > comparison.json",
    "leaderboard": "toolreel compare A B C --format json > leaderboard.json",
}
"""The command that makes each."""


def kind_of(document: Any) -> ReportKind | None:
    """Return which result a JSON document is, by its keys; None for anything else."""
    if not isinstance(document, dict):
        return None
    found: ReportKind
    for found in get_args(ReportKind):
        if KEYS[found] <= document.keys():
            return found
    return None
