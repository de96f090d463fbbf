"""Reports as one Markdown page: for a job summary, a wiki, an issue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.records.report import Check, CheckStatus, Report
from harness.report.check_counts import counted
from harness.report.plain_markdown import fenced, plain, table

_TITLES: dict[CheckStatus, str] = {
    "failed": "Failed",
    "error": "Not judged",
    "noted": "Noted",
    "not_tested": "Not tested",
}
"""In the order in which they are shown; what passed is only counted."""
_MARKS = {True: "✅", False: "❌"}
_LINES_OF_DETAILS = 40
PAGE_LIMIT = 1_000_000
"""Bytes: a job summary of GitHub holds 1 MiB and refuses a longer one whole."""


def render_markdown(reports: Sequence[Report]) -> str:
    """Return the whole page; what does not fit into `PAGE_LIMIT` is counted at its end."""
    return within(PAGE_LIMIT, (block for report in reports for block in _blocks(report)))


def within(limit: int, blocks: Iterator[str]) -> str:
    """Return the blocks that fit into `limit` bytes of UTF-8, and how many were left out."""
    room = limit - 200  # for the sentence about the rest
    kept: list[str] = []
    left = 0
    for block in blocks:
        size = len(block.encode("utf-8")) + 2
        if size > room:
            left += 1
        else:
            room -= size
            kept.append(block)
    if left:
        kept.append(f"… {left} parts more: `toolreel report RESULT.json --format text` shows all.")
    return "\n\n".join(kept) + "\n"


def title(report: Report) -> str:
    """Return the heading of a report: whether it passed, what it is of, the result."""
    return f"## {_MARKS[report.is_passed]} {report.kind}: {plain(report.headline)}"


def _blocks(report: Report) -> Iterator[str]:
    yield title(report)
    for shown in report.tables:
        yield f"### {plain(shown.title)}"
        yield "\n".join(table(shown.columns, shown.rows))
    for status, heading in _TITLES.items():
        checks = [check for check in report.checks if check.status == status]
        if checks:
            yield f"### {heading}: {len(checks)}"
            yield from (_check(check) for check in checks)
    if report.notes:
        yield "\n".join(f"- {plain(note)}" for note in report.notes)
    yield f"{counted(report.checks)}; {report.seconds:.1f} s"


def _check(check: Check) -> str:
    lines = [f"- **{plain(check.id)}** {plain(check.message)}{_place(check)}"]
    facts = [f"{plain(check.rule)}, {check.severity}"]
    facts += [f"at {plain(check.pointer)}"] if check.pointer else []
    facts += [plain(check.source)] if check.source else []
    facts += [f"repair: {plain(check.repair)}"] if check.repair else []
    lines.append(f"  {'; '.join(facts)}")
    again = [f"again: {check.reproduce}"] if check.reproduce and check.status != "noted" else []
    details = [*check.details, *again]
    if details:
        lines += ["", *(f"  {line}" for line in fenced(details, shown=_LINES_OF_DETAILS))]
    return "\n".join(lines)


def _place(check: Check) -> str:
    if not check.file:
        return ""
    line = f":{check.line}" if check.line is not None else ""
    return f" ({plain(check.file + line)})"
