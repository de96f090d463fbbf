"""An audit as a report: one check a finding, one for what was not tested, one a rule that holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from harness.records.audit import AuditFinding, AuditResult
from harness.records.baseline import numbered
from harness.records.finding import SEVERITIES
from harness.records.report import Badge, Check, CheckStatus, Report, ReportTable, RuleText
from harness.report.baseline_lines import baseline_lines
from harness.report.check_counts import counted

NOT_TESTED = "audit.not-tested"
STALE = "audit.stale-expectation"
UNSERVED = "audit.unserved"
RULES = {
    NOT_TESTED: "What could not be tested is told with the reason; it is never shown as passed.",
    STALE: "What is expected to fail still fails.",
    UNSERVED: "At least one tool accepts an ordinary call; without one nothing is known.",
}
"""The audit's own; those of a server are in `harness/audit/rules.toml`, and in the result."""
UNKNOWN = "nothing known"
_SHOWN_EVIDENCE = 2000


def audit_report(result: AuditResult) -> Report:
    """Return the report of an audit."""
    checks = (
        *_findings(result),
        *_stale(result),
        *_unserved(result),
        *_not_tested(result),
        *_held(result),
    )
    is_passed = all(check.status not in ("failed", "error") for check in checks)
    return Report(
        kind="audit",
        title=result.target,
        headline=f"{result.target}: {_told(result)}; {counted(checks)}",
        is_passed=is_passed,
        checks=checks,
        rules=tuple(_rules(result)),
        tables=(_coverage(result),) if result.coverage else (),
        notes=tuple(_notes(result)),
        badge=_badge(result, is_passed=is_passed),
        seconds=float(result.totals.get("seconds", 0.0)),
    )


def _notes(result: AuditResult) -> Iterator[str]:
    if result.stopped:
        yield f"stopped: {result.stopped}"
    if result.baseline is not None:
        yield from baseline_lines(result.baseline)


def _findings(result: AuditResult) -> Iterator[Check]:
    expected = frozenset(result.totals.get("expected", ()))
    known = frozenset(result.baseline.known) if result.baseline is not None else frozenset()
    failing = SEVERITIES[: SEVERITIES.index(result.fail_on) + 1]
    for name, finding in zip(result.finding_ids, result.findings, strict=True):
        status: CheckStatus = "failed"
        word = ""
        if expected & {finding.rule, f"{finding.rule}@{finding.tool}"}:
            status, word = "noted", "expected: "
        elif name in known:
            status, word = "noted", "known: "
        elif finding.severity not in failing:
            status = "noted"
        yield Check(
            id=name,
            rule=finding.rule,
            group=result.target,
            name=finding.tool or result.target,
            status=status,
            severity=finding.severity,
            message=f"{word}{finding.message}",
            details=tuple(_details(finding)),
            file=finding.file,
            line=finding.line,
            pointer=finding.pointer,
            source=finding.source,
            repair=finding.repair,
            reproduce=finding.reproduce,
        )


def _details(finding: AuditFinding) -> Iterator[str]:
    if finding.count > 1:
        yield f"{finding.count} probes met the same cause"
    evidence = finding.evidence if isinstance(finding.evidence, dict) else {}
    for name, value in evidence.items():
        text = json.dumps(value, ensure_ascii=False)
        yield f"{name}: {text[:_SHOWN_EVIDENCE]}{'…' if len(text) > _SHOWN_EVIDENCE else ''}"


def _stale(result: AuditResult) -> Iterator[Check]:
    for entry in result.totals.get("stale", ()):
        yield Check(
            id=f"{STALE}@{entry}",
            rule=STALE,
            group=result.target,
            name=entry,
            status="failed",
            severity="low",
            message=f"{entry} is expected to fail, and does not",
            repair="take it out of the file of expected failures",
        )


def _unserved(result: AuditResult) -> Iterator[Check]:
    if result.unserved:
        yield Check(
            id=f"{UNSERVED}@{result.target}",
            rule=UNSERVED,
            group=result.target,
            name=result.target,
            status="error",
            message=f"no tool could be tried: {result.unserved}",
            repair="give the server what it needs with -e NAME=VALUE (toolreel audit --help)",
        )


def _not_tested(result: AuditResult) -> Iterator[Check]:
    ids = numbered(f"{NOT_TESTED}@{note.tool}: {note.what}" for note in result.not_tested)
    for name, note in zip(ids, result.not_tested, strict=True):
        yield Check(
            id=name,
            rule=NOT_TESTED,
            group=result.target,
            name=note.tool or result.target,
            status="not_tested",
            severity="info",
            message=f"{note.what}: {note.reason}",
        )


def _held(result: AuditResult) -> Iterator[Check]:
    broken = {finding.rule for finding in result.findings}
    for rule in result.rules:
        if rule.is_judged and rule.id not in broken:
            yield Check(
                id=f"{rule.id}@{result.target}",
                rule=rule.id,
                group=result.target,
                name=result.target,
                status="passed",
                severity=rule.severity,
                source=rule.source,
            )


def _rules(result: AuditResult) -> Iterator[RuleText]:
    found = {finding.rule: finding.source for finding in result.findings}
    texts = {rule: f"Founded on {source}." for rule, source in found.items() if source}
    texts |= {rule.id: f"It must not be that {rule.title}." for rule in result.rules}
    yield from (RuleText(id=name, text=text) for name, text in (texts | RULES).items())


def _told(result: AuditResult) -> str:
    counts = Counter(finding.severity for finding in result.findings)
    told = [f"{counts[severity]} {severity}" for severity in SEVERITIES if counts[severity]]
    if told:
        return f"findings: {', '.join(told)}"
    return UNKNOWN if result.unserved else "no findings"


def _coverage(result: AuditResult) -> ReportTable:
    tools = dict.fromkeys(place.tool for place in result.coverage)
    rows = []
    for tool in tools:
        places = [place for place in result.coverage if place.tool == tool]
        both = sum(place.accepted and place.rejected for place in places)
        found = sum(finding.tool == tool for finding in result.findings)
        rows.append((tool, str(found), str(len(places)), str(both)))
    columns = ("tool", "findings", "keywords", "tried on both sides")
    return ReportTable(title="tools", columns=columns, rows=tuple(rows))


def _badge(result: AuditResult, *, is_passed: bool) -> Badge:
    defects = sum(finding.is_defect for finding in result.findings)
    color = "red" if not is_passed else "yellow" if defects else "brightgreen"
    message = f"{defects} finding{'s' if defects != 1 else ''}" if defects else "no findings"
    if result.unserved and not defects:
        message = UNKNOWN
    return Badge(label="audit", message=message, color=color)
