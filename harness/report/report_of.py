"""Any result as a report."""

from __future__ import annotations

from harness.records.audit import AuditResult
from harness.records.comparison import Comparison, Leaderboard
from harness.records.description_score import DescriptionScores
from harness.records.report import Report
from harness.records.results import RunResult
from harness.records.stored_result import StoredResult
from harness.report.audit_checks import audit_report
from harness.report.comparison_checks import comparison_report, leaderboard_report
from harness.report.run_checks import run_report
from harness.report.score_checks import score_report


def report_of(stored: StoredResult) -> Report:
    """Return the report of any result."""
    match stored:
        case RunResult():
            return run_report(stored)
        case AuditResult():
            return audit_report(stored)
        case DescriptionScores():
            return score_report(stored)
        case Comparison():
            return comparison_report(stored)
        case Leaderboard():
            return leaderboard_report(stored)
