"""Any result as the text that its command prints."""

from __future__ import annotations

import sys

from rich.console import Console

from harness.records.audit import AuditResult
from harness.records.comparison import Comparison, Leaderboard
from harness.records.description_score import DescriptionScores
from harness.records.report import Report
from harness.records.results import RunResult
from harness.records.stored_result import StoredResult
from harness.report.audit_text import write_audit
from harness.report.comparison_text import write_comparison, write_leaderboard
from harness.report.console import console_on, page_console
from harness.report.run_text import write_run
from harness.report.score_text import write_scores


def render_text(report: Report, stored: StoredResult) -> str:
    """Return the text without colours, as it stands in a log."""
    console, page = page_console()
    write_result(console, stored)
    return page.getvalue()


def print_result(stored: StoredResult) -> None:
    """Write the text to stdout, in colour if that is a terminal."""
    write_result(console_on(sys.stdout), stored)


def write_result(console: Console, stored: StoredResult) -> None:
    """Write the text of any result."""
    match stored:
        case RunResult():
            write_run(console, stored)
        case AuditResult():
            write_audit(console, stored)
        case DescriptionScores():
            write_scores(console, stored)
        case Comparison():
            write_comparison(console, stored)
        case Leaderboard():
            write_leaderboard(console, stored)
