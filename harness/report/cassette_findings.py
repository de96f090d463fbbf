"""Findings about cassettes, as text: the worst first, each with its place and its repair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.records.cassette_results import Count, DriftResult, LintResult, Skipped
from harness.records.finding import SEVERITIES, Finding
from harness.report.printable import printable


def render_lint(result: LintResult) -> str:
    """Return the findings, what was not judged, and the counts."""
    lines = list(_findings(result.findings))
    lines += result.notes
    lines.append(
        f"{result.cassettes} cassettes, {result.interactions} interactions: "
        f"{_counts(result.totals)}"
    )
    return "\n".join(lines)


def render_drift(result: DriftResult) -> str:
    """Return what moved, what was not asked again and why, and the counts."""
    moved = [finding for finding in result.findings if finding.severity != "info"]
    lines = list(_findings(moved))
    lines += _not_asked("skipped", result.skipped)
    lines += _not_asked("unreachable", result.unreachable)
    lines.append(
        f"{result.asked} asked again ({result.upstream}), {len(result.skipped)} skipped, "
        f"{len(result.unreachable)} unreachable: {_counts(result.totals)} (volatile)"
    )
    return "\n".join(lines)


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in sorted(findings, key=lambda item: SEVERITIES.index(item.severity)):
        place = f"{finding.file}:{finding.line}" if finding.line is not None else finding.file
        yield f"{finding.severity:6} {place}: {printable(finding.message)} [{finding.rule}]"
        if finding.pointer:
            yield f"       at {printable(finding.pointer)}"
        if finding.repair:
            yield f"       repair: {finding.repair}"


def _not_asked(word: str, items: Sequence[Skipped]) -> Iterator[str]:
    for item in items:
        yield f"{word} {item.file}[{item.interaction}]: {printable(item.reason)}"


def _counts(count: Count) -> str:
    return ", ".join(f"{getattr(count, severity)} {severity}" for severity in SEVERITIES)
