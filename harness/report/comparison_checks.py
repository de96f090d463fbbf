"""A comparison as a report: one check for the verdict, one for each tool that differs."""

from __future__ import annotations

from collections.abc import Iterator

from harness.records.baseline import numbered
from harness.records.comparison import Comparison, ComparisonVerdict, Leaderboard, ToolComparison
from harness.records.finding import Severity
from harness.records.report import Badge, Check, CheckStatus, Report, ReportTable, RuleText
from harness.report.comparison_lines import (
    VERDICTS,
    board_columns,
    board_rows,
    broken_lines,
    selection_line,
    selection_lines,
    statistics_line,
    tool_lines,
    tool_title,
    verdict_line,
)

VERDICT, TOOL, RANK = "compare.verdict", "compare.tool", "compare.rank"
RULES = {
    VERDICT: "The candidate can take the baseline's place: nothing that worked stops working.",
    TOOL: "What callers of the tool rely on is still there.",
    RANK: "Tools that do the same job, by how well they do it.",
}
_STATUS: dict[ComparisonVerdict, CheckStatus] = {
    "equal": "passed",
    "compatible": "passed",
    "unknown": "error",
    "worse": "failed",
    "breaking": "failed",
}
_COLORS: dict[ComparisonVerdict, str] = {
    "equal": "brightgreen",
    "compatible": "green",
    "unknown": "yellow",
    "worse": "orange",
    "breaking": "red",
}


_SEVERITIES: dict[ComparisonVerdict, Severity] = {
    "equal": "info",
    "compatible": "info",
    "unknown": "medium",
    "worse": "medium",
    "breaking": "high",
}


def comparison_report(result: Comparison) -> Report:
    """Return the report of a comparison of two sides."""
    status = _STATUS[result.verdict]
    verdict = Check(
        id=f"{VERDICT}@{result.candidate}",
        rule=VERDICT,
        group=result.candidate,
        name=result.candidate,
        status=status,
        severity=_SEVERITIES[result.verdict],
        message="" if status == "passed" else VERDICTS[result.verdict],
        details=result.reasons,
    )
    ids = numbered(f"{TOOL}@{tool.name}" for tool in result.tools)
    tools = (
        _tool(result.candidate, tool, name) for name, tool in zip(ids, result.tools, strict=True)
    )
    return Report(
        kind="comparison",
        title=f"{result.baseline} → {result.candidate}",
        headline=verdict_line(result),
        is_passed=status == "passed",
        checks=(verdict, *tools),
        rules=(RuleText(id=VERDICT, text=RULES[VERDICT]), RuleText(id=TOOL, text=RULES[TOOL])),
        tables=(_table(result),) if result.tools else (),
        notes=(*result.reasons, *_measured(result), *result.notes),
        badge=Badge(label="compare", message=result.verdict, color=_COLORS[result.verdict]),
    )


def _tool(candidate: str, tool: ToolComparison, name: str) -> Check:
    status = _STATUS[tool.verdict]
    return Check(
        id=name,
        rule=TOOL,
        group=candidate,
        name=tool.name,
        status="noted" if status == "passed" else status,
        severity=_SEVERITIES[tool.verdict],
        message="; ".join(tool.reasons) or tool_title(tool),
        details=tuple(tool_lines(tool)),
    )


def _measured(result: Comparison) -> Iterator[str]:
    if result.statistics is not None:
        yield statistics_line(result.statistics)
    if result.selection is not None:
        yield selection_line(result.selection)
        yield from selection_lines(result.selection)


def _table(result: Comparison) -> ReportTable:
    rows = tuple((tool.name, tool_title(tool), VERDICTS[tool.verdict]) for tool in result.tools)
    return ReportTable(title="tools that differ", columns=("tool", "change", "for callers"),
                       rows=rows)  # fmt: skip


def leaderboard_report(result: Leaderboard) -> Report:
    """Return the report of several servers; it ranks and fails nothing."""
    ids = numbered(f"{RANK}@{row.side}/{row.tool}" for row in result.rows)
    checks = tuple(
        Check(
            id=name,
            rule=RANK,
            group=row.side,
            name=row.tool,
            status="not_tested" if row.mean is None else "noted",
            severity="info",
            message=f"place {place} of {len(result.rows)}, mean {row.mean:.2f}"
            if row.mean is not None
            else "nothing of it was tested",
            details=tuple(f"{column}: {cell.detail}" for column, cell in row.cells.items()),
        )
        for place, (name, row) in enumerate(zip(ids, result.rows, strict=True), start=1)
    )
    sides = list(dict.fromkeys(row.side for row in result.rows))
    best = f"{result.rows[0].side} {result.rows[0].tool}" if result.rows else "nothing"
    return Report(
        kind="leaderboard",
        title=", ".join(sides) or "no server",
        headline=f"{len(result.rows)} tools of {len(sides)} servers; first: {best}",
        is_passed=True,
        checks=checks,
        rules=(RuleText(id=RANK, text=RULES[RANK]),),
        tables=(
            ReportTable(
                title="leaderboard", columns=board_columns(result), rows=tuple(board_rows(result))
            ),
        ),
        notes=(*broken_lines(result), *result.notes),
        badge=Badge(label="first", message=best, color="blue"),
    )
