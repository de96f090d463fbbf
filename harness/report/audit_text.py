"""The result of an audit for a reader: the findings, what was not tested, the totals."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape

from harness.records.audit import AuditFinding, AuditResult, NotTested

_WIDTH_OF_A_PIPE = 100
_STYLES = {"high": "red", "medium": "yellow", "low": "cyan", "info": "dim"}


def print_audit(result: AuditResult) -> None:
    """Write the report to stdout."""
    stream = sys.stdout
    width = None if stream.isatty() else _WIDTH_OF_A_PIPE
    console = Console(file=stream, highlight=False, soft_wrap=True, width=width)
    for line in _lines(result):
        console.print(line)


def _lines(result: AuditResult) -> Iterator[str]:
    expected = set(result.totals.get("expected", ()))
    for finding in result.findings:
        yield from _finding(finding, expected)
    if result.not_tested:
        yield "[bold]not tested[/]"
        yield from _not_tested(result.not_tested)
        yield ""
    for entry in result.totals.get("stale", ()):
        yield f"[red]stale:[/] {escape(entry)} is expected to fail, and does not; take it out"
    yield _totals(result)


def _finding(finding: AuditFinding, expected: set[str]) -> Iterator[str]:
    style = _STYLES[finding.severity]
    names = {finding.rule, f"{finding.rule}@{finding.tool}"}
    known = " [dim](expected)[/]" if names & expected else ""
    count = f" [dim]× {finding.count}[/]" if finding.count > 1 else ""
    where = escape(f" {finding.tool}" if finding.tool else "")
    pointer = escape(f" {finding.pointer}" if finding.pointer else "")
    title = f"[{style}]{finding.severity}[/] [bold]{escape(finding.rule)}[/]"
    yield f"{title}{where}{pointer}{count}{known}"
    yield f"  {escape(finding.message)}"
    yield f"  [dim]{escape(finding.source)}; repair: {escape(finding.repair)}[/]"
    yield f"  [dim]again:[/] {escape(finding.reproduce)}"
    yield ""


def _not_tested(notes: tuple[NotTested, ...]) -> Iterator[str]:
    by_reason: dict[str, list[str]] = defaultdict(list)
    for note in notes:
        by_reason[note.reason].append(f"{note.tool}: {note.what}" if note.tool else note.what)
    for reason, whats in by_reason.items():
        shown = ", ".join(whats[:4]) + (f" and {len(whats) - 4} more" if len(whats) > 4 else "")
        yield f"  {escape(shown)}"
        yield f"    [dim]{escape(reason)}[/]"


def _totals(result: AuditResult) -> str:
    counts = result.totals["findings"]
    told = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    covered = sum(place.accepted and place.rejected for place in result.coverage)
    coverage = f", {covered} of {len(result.coverage)} keywords tried on both sides"
    return (
        f"{escape(result.target)}: {told or 'no findings'}; {result.totals['calls']} calls"
        f"{coverage if result.coverage else ''}, seed {result.seed}, "
        f"{result.totals['seconds']:.1f} s"
    )
