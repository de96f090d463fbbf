"""What an audit means for the caller: expected failures, and the exit code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.audit.expected_failures import compared, read_expected
from harness.errors import UsageError
from harness.records.audit import AuditFinding, AuditResult
from harness.records.finding import SEVERITIES
from harness.runner.json_file import nearest_file

EXIT_OK, EXIT_FAILED, EXIT_UNSERVED = 0, 1, 2


def expected_entries(path: Path | None) -> list[str]:
    """Return the entries of the file of expected failures, none without one.

    Raises:
        UsageError: the file is not there or is no such list.
    """
    if path is None:
        return []
    try:
        return read_expected(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError as error:
        near = nearest_file(path)
        raise UsageError(f"--expected-failures {path}: no such file{near}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--expected-failures {path}: {error}") from error


def with_expected(result: AuditResult, entries: Sequence[str]) -> AuditResult:
    """Return `result` whose totals say which entries were met (`expected`) and which not.

    No entry is stale of an audit that did not make all calls.
    """
    if not entries:
        return result
    against = compared(result.findings, entries)
    stale = () if result.stopped else against.stale
    told = {"expected": list(against.met), "stale": list(stale)}
    return result.model_copy(update={"totals": {**result.totals, **told}})


def exit_code(result: AuditResult) -> int:
    """Return 1 for a finding that is new and grave enough to fail, or a stale entry.

    2 where there is none because no tool could be called, or not all calls were made: what they
    would show is not known then.
    """
    known = result.baseline.known if result.baseline is not None else ()
    is_failed = any(name not in known for name, _ in failures(result))
    if is_failed or result.totals.get("stale"):
        return EXIT_FAILED
    return EXIT_UNSERVED if result.unserved or result.stopped else EXIT_OK


def failures(result: AuditResult) -> Iterator[tuple[str, AuditFinding]]:
    """Yield id and finding of what is grave enough to fail the audit, and not expected."""
    failing = SEVERITIES[: SEVERITIES.index(result.fail_on) + 1]
    expected = result.totals.get("expected", ())
    for name, finding in zip(result.finding_ids, result.findings, strict=True):
        if finding.severity in failing and compared((finding,), expected).findings:
            yield name, finding
