"""A comparison in a terminal, a pipe or a log."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from harness.records.comparison import Comparison, Leaderboard
from harness.report.comparison_lines import (
    selection_line,
    selection_lines,
    statistics_line,
    tool_lines,
    tool_title,
    verdict_line,
)

_STYLES = {
    "equal": "green", "compatible": "green", "unknown": "yellow", "worse": "red", "breaking": "red",
}  # fmt: skip
_WIDTH_OF_A_PIPE = 100


def print_comparison(comparison: Comparison) -> None:
    """Write what differs, why the verdict is what it is, and the verdict."""
    console = _console()
    for line in _lines(comparison):
        console.print(line)


def print_leaderboard(board: Leaderboard) -> None:
    """Write one table: a row a tool, a column a quality."""
    console = _console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("server", "tool"):
        table.add_column(name, overflow="fold")
    for name in (*board.columns, "mean"):
        table.add_column(name, justify="right")
    for row in board.rows:
        cells = [row.cells[name].detail for name in board.columns]
        mean = "–" if row.mean is None else f"{row.mean:.2f}"
        table.add_row(escape(row.side), escape(row.tool), *map(escape, cells), mean)
    console.print(table)
    for note in board.notes:
        console.print(f"[dim]{escape(note)}[/]")


def _console() -> Console:
    width = None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE
    return Console(file=sys.stdout, highlight=False, soft_wrap=True, width=width)


def _lines(comparison: Comparison) -> Iterator[str]:
    for tool in comparison.tools:
        yield f"[bold]{escape(tool.name)}[/] {escape(tool_title(tool))}"
        yield from (f"  {escape(line)}" for line in tool_lines(tool))
        yield ""
    if comparison.statistics is not None:
        yield escape(statistics_line(comparison.statistics))
    if comparison.selection is not None:
        yield from (escape(line) for line in selection_lines(comparison.selection))
        yield escape(selection_line(comparison.selection))
    yield from (f"[dim]{escape(note)}[/]" for note in comparison.notes)
    yield from (f"- {escape(reason)}" for reason in comparison.reasons)
    yield f"[{_STYLES[comparison.verdict]}]{escape(verdict_line(comparison))}[/]"
