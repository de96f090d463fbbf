"""A comment under a pull request, found again by its first line and kept up to date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.records.report import Check, Report
from harness.report.markdown import title, within
from harness.report.plain_markdown import fenced, plain, table

MARKER = "<!-- toolreel report -->"
"""The first line, which nobody sees; whoever posts the comment looks for it."""
COMMENT_LIMIT = 65_536
"""Characters of a comment on GitHub; counted in bytes here, which is never too long."""
_SHOWN_CHECKS = 20
"""Of each result; a comment is read, not searched."""
_LINES_OF_DETAILS = 12
_WORST_FIRST = ("failed", "error")


def render_comment(reports: Sequence[Report]) -> str:
    """Return the body of the comment: what got worse first, then the tables."""
    return within(COMMENT_LIMIT, _blocks(reports))


def _blocks(reports: Sequence[Report]) -> Iterator[str]:
    yield MARKER
    for report in reports:
        yield title(report)
        bad = _bad(report)
        yield from (_check(check) for check in bad[:_SHOWN_CHECKS])
        if len(bad) > _SHOWN_CHECKS:
            yield f"- … and {len(bad) - _SHOWN_CHECKS} more"
    for report in reports:
        yield from (f"- {plain(note)}" for note in report.notes)
        for shown in report.tables:
            body = "\n".join(table(shown.columns, shown.rows))
            name = f"{report.kind}: {shown.title}"
            yield f"<details><summary>{plain(name)}</summary>\n\n{body}\n\n</details>"


def _bad(report: Report) -> list[Check]:
    """Return what does not hold: failures before what could not be judged, grave ones first."""
    severities = ("high", "medium", "low", "info")
    bad = [check for check in report.checks if check.status in _WORST_FIRST]
    return sorted(
        bad,
        key=lambda check: (_WORST_FIRST.index(check.status), severities.index(check.severity)),
    )


def _check(check: Check) -> str:
    place = f" ({plain(f'{check.file}:{check.line}')})" if check.file and check.line else ""
    told = f"- **{plain(check.id)}** {plain(check.message)}{place}"
    lines = [*check.details]
    lines += [f"repair: {check.repair}"] if check.repair else []
    lines += [f"again: {check.reproduce}"] if check.reproduce else []
    if not lines:
        return told
    block = "\n".join(f"  {line}" for line in fenced(lines, shown=_LINES_OF_DETAILS, limit=300))
    summary = "<summary>what differs, and how to see it again</summary>"
    return f"{told}\n  <details>{summary}\n\n{block}\n\n  </details>"
