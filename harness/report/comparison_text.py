"""A comparison in a terminal, a pipe or a log."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from harness.records.comparison import Comparison, Leaderboard
from harness.report.comparison_lines import (
    board_columns,
    board_rows,
    statistics_line,
    tool_lines,
    tool_title,
    verdict_line,
)
from harness.report.console import shown
from harness.report.fitted_table import write_table

_STYLES = {
    "equal": "green", "compatible": "green", "unknown": "yellow", "worse": "red", "breaking": "red",
}  # fmt: skip


def write_comparison(console: Console, comparison: Comparison) -> None:
    """Write what differs, why the verdict is what it is, and the verdict."""
    for line in _lines(comparison):
        console.print(line)


def write_leaderboard(console: Console, board: Leaderboard) -> None:
    """Write one table: a row a tool, a column a quality."""
    rows = [[shown(cell) for cell in row] for row in board_rows(board)]
    columns = [shown(name) for name in board_columns(board)]
    write_table(console, columns, rows, names=2)
    for note in board.notes:
        console.print(f"[dim]{shown(note)}[/]")


def _lines(comparison: Comparison) -> Iterator[str]:
    for tool in comparison.tools:
        yield f"[bold]{shown(tool.name)}[/] {shown(tool_title(tool))}"
        yield from (f"  {shown(line)}" for line in tool_lines(tool))
        yield ""
    if comparison.statistics is not None:
        yield shown(statistics_line(comparison.statistics))
    yield from (f"[dim]{shown(note)}[/]" for note in comparison.notes)
    yield from (f"- {shown(reason)}" for reason in comparison.reasons)
    yield f"[{_STYLES[comparison.verdict]}]{shown(verdict_line(comparison))}[/]"
