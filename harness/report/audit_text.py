"""The result of an audit for a reader: the findings, what was not tested, the totals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from rich.console import Console

from harness.records.audit import AuditFinding, AuditResult, NotTested
from harness.records.finding import SEVERITIES
from harness.report.audit_checks import UNKNOWN
from harness.report.baseline_lines import baseline_lines
from harness.report.console import shown

MOST_NAMED = 4
"""Tools, and tests of them, that a line about what was not tested names."""
_STYLES = {"high": "red", "medium": "yellow", "low": "cyan", "info": "dim"}


def write_audit(console: Console, result: AuditResult) -> None:
    """Write the findings, what was not tested, and the totals."""
    for line in _lines(result):
        console.print(line)


def _lines(result: AuditResult) -> Iterator[str]:
    expected = set(result.totals.get("expected", ()))
    known = set(result.baseline.known) if result.baseline is not None else set()
    for name, finding in zip(result.finding_ids, result.findings, strict=True):
        names = {finding.rule, f"{finding.rule}@{finding.tool}"}
        word = "expected" if names & expected else "known" if name in known else ""
        yield from _finding(finding, word)
    if result.not_tested:
        yield "[bold]not tested[/]"
        yield from _not_tested(result.not_tested)
        yield ""
    for entry in result.totals.get("stale", ()):
        yield f"[red]stale:[/] {shown(entry)} is expected to fail, and does not; take it out"
    if result.baseline is not None:
        yield from map(shown, baseline_lines(result.baseline))
    if result.stopped:
        yield f"[red]stopped:[/] {shown(result.stopped)}"
    if result.unserved:
        yield f"[red]no tool could be tried:[/] {shown(result.unserved)}"
        yield "  [dim]repair:[/] give the server what it needs with -e NAME=VALUE"
        yield ""
    yield _totals(result)


def _finding(finding: AuditFinding, word: str) -> Iterator[str]:
    style = _STYLES[finding.severity]
    known = f" [dim]({word})[/]" if word else ""
    count = f" [dim]× {finding.count}[/]" if finding.count > 1 else ""
    where = shown(f" {finding.tool}" if finding.tool else "")
    pointer = shown(f" {finding.pointer}" if finding.pointer else "")
    title = f"[{style}]{finding.severity}[/] [bold]{shown(finding.rule)}[/]"
    yield f"{title}{where}{pointer}{count}{known}"
    yield f"  {shown(finding.message)}"
    yield f"  [dim]{shown(finding.source)}; repair: {shown(finding.repair)}[/]"
    yield f"  [dim]again:[/] {shown(finding.reproduce)}"
    yield ""


def _not_tested(notes: tuple[NotTested, ...]) -> Iterator[str]:
    """Yield what was not tested, once for all tools that share it, and each reason once."""
    by_reason: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for note in notes:
        by_reason[note.reason][note.what].append(note.tool or "")
    for reason, tools_of in by_reason.items():
        by_tools: dict[str, list[str]] = defaultdict(list)
        for what, tools in tools_of.items():
            by_tools[_some(tools)].append(what)
        for names, whats in by_tools.items():
            yield f"  {shown(f'{names}: ' if names else '')}{shown(_some(whats))}"
        yield f"    [dim]{shown(reason)}[/]"


def _some(words: list[str]) -> str:
    more = f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else ""
    return ", ".join(words[:MOST_NAMED]) + more


def _totals(result: AuditResult) -> str:
    counts = Counter(finding.severity for finding in result.findings)
    told = ", ".join(f"{counts[name]} {name}" for name in SEVERITIES if counts[name])
    covered = sum(place.accepted and place.rejected for place in result.coverage)
    coverage = f", {covered} of {len(result.coverage)} keywords tried on both sides"
    told = told or (UNKNOWN if result.unserved else "no findings")
    return (
        f"{shown(result.target)}: {told}; {result.totals.get('calls', 0)} calls"
        f"{coverage if result.coverage else ''}, seed {result.seed}, "
        f"{result.totals.get('seconds', 0.0):.1f} s"
    )
