"""A comparison in a terminal, a pipe or a log."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from harness.records.comparison import Comparison, Leaderboard, LeaderboardCell
from harness.report.comparison_lines import (
    broken_lines,
    selection_line,
    selection_lines,
    statistics_line,
    tool_lines,
    tool_title,
    verdict_line,
)
from harness.report.console import shown

_STYLES = {
    "equal": "green", "compatible": "green", "unknown": "yellow", "worse": "red", "breaking": "red",
}  # fmt: skip
_NOT_THERE = LeaderboardCell(score=None, detail="–")
_WIDTH_OF_A_BOARD = 80
_WIDTH_OF_A_NAME = 16
_WORDS_OF_A_NAME = re.compile(r"[^_./:-]*[_./:-]+|[^_./:-]+")
_HEADERS = {
    "description": "descrip-\ntion",
    "validation": "valida-\ntion",
    "error mapping": "error\nmapping",
    "streaming": "stream-\ning",
    "scenarios": "scena-\nrios",
}


def write_comparison(console: Console, comparison: Comparison) -> None:
    """Write what differs, why the verdict is what it is, and the verdict."""
    for line in _lines(comparison):
        console.print(line)


def write_leaderboard(console: Console, board: Leaderboard) -> None:
    """Write one table: a row a tool, a column a quality."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for name in ("server", "tool"):
        table.add_column(name, overflow="fold")
    for name in (*board.columns, "mean"):
        table.add_column(_HEADERS.get(name) or shown(name), justify="right", no_wrap=True)
    for row in board.rows:
        cells = [_figure(name, row.cells.get(name, _NOT_THERE)) for name in board.columns]
        names = (_folded(name) for name in (row.side, row.tool))
        table.add_row(*names, *map(shown, (*cells, _share(row.mean))))
    console.print(table, width=_WIDTH_OF_A_BOARD, soft_wrap=False)
    for line in broken_lines(board):
        console.print(shown(line))
    for note in board.notes:
        console.print(f"[dim]{shown(note)}[/]", width=_WIDTH_OF_A_BOARD, soft_wrap=False)


def _figure(column: str, cell: LeaderboardCell) -> str:
    """Return a cell as short as it is understood; Markdown and JSON hold the rest."""
    return cell.detail if column == "description" else _share(cell.score)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _folded(name: str) -> str:
    """Return a long name in lines that end where a word of it ends, if a word is short enough."""
    lines = [""]
    for word in _WORDS_OF_A_NAME.findall(name):
        if lines[-1] and len(lines[-1]) + len(word) > _WIDTH_OF_A_NAME:
            lines.append("")
        lines[-1] += word
    return "\n".join(map(shown, lines))


def _lines(comparison: Comparison) -> Iterator[str]:
    for tool in comparison.tools:
        yield f"[bold]{shown(tool.name)}[/] {shown(tool_title(tool))}"
        yield from (f"  {shown(line)}" for line in tool_lines(tool))
        yield ""
    if comparison.statistics is not None:
        yield shown(statistics_line(comparison.statistics))
    if comparison.selection is not None:
        yield from (shown(line) for line in selection_lines(comparison.selection))
        yield shown(selection_line(comparison.selection))
    yield from (f"[dim]{shown(note)}[/]" for note in comparison.notes)
    yield from (f"- {shown(reason)}" for reason in comparison.reasons)
    yield f"[{_STYLES[comparison.verdict]}]{shown(verdict_line(comparison))}[/]"
