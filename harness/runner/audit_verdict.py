"""What an audit means for the caller: expected failures, and the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.audit.expected_failures import compared, read_expected
from harness.errors import UsageError
from harness.records.audit import AuditResult
from harness.records.finding import SEVERITIES, Severity

EXIT_OK, EXIT_FAILED = 0, 1


def expected_entries(path: Path | None) -> list[str]:
    """Return the entries of the file of expected failures, none without one.

    Raises:
        UsageError: the file is not there or is no such list.
    """
    if path is None:
        return []
    try:
        return read_expected(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--expected-failures {path}: {error}") from error


def with_expected(result: AuditResult, entries: Sequence[str]) -> AuditResult:
    """Return `result` whose totals say which entries were met (`expected`) and which not."""
    if not entries:
        return result
    against = compared(result.findings, entries)
    told = {"expected": list(against.met), "stale": list(against.stale)}
    return result.model_copy(update={"totals": {**result.totals, **told}})


def exit_code(result: AuditResult, fail_on: Severity) -> int:
    """Return 1 for an unexpected finding at least as severe as `fail_on`, or a stale entry."""
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    unexpected = compared(result.findings, result.totals.get("expected", ())).findings
    is_failed = any(finding.severity in failing for finding in unexpected)
    return EXIT_FAILED if is_failed or result.totals.get("stale") else EXIT_OK
