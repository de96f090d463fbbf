"""A comparison as Markdown, for a comment under a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from harness.records.comparison import Comparison, Leaderboard
from harness.report.comparison_lines import (
    broken_lines,
    selection_line,
    selection_lines,
    statistics_line,
    tool_lines,
    tool_title,
    verdict_line,
)


def render_comparison(comparison: Comparison) -> str:
    """Return the verdict, its reasons, and a section for each tool that differs."""
    return "\n".join(_lines(comparison)) + "\n"


def render_leaderboard(board: Leaderboard) -> str:
    """Return one table: a row a tool, a column a quality."""
    columns = [*board.columns, "mean"]
    lines = [f"| server | tool | {' | '.join(columns)} |", f"|---|---|{'---:|' * len(columns)}"]
    for row in board.rows:
        cells = [row.cells[name].detail for name in board.columns]
        mean = "–" if row.mean is None else f"{row.mean:.2f}"
        told = " | ".join(_plain(text) for text in (row.side, row.tool, *cells, mean))
        lines.append(f"| {told} |")
    below = (*broken_lines(board), *board.notes)
    lines += ["", *(f"- {_plain(line)}" for line in below)]
    return "\n".join(lines) + "\n"


def _lines(comparison: Comparison) -> Iterator[str]:
    yield f"## {_plain(verdict_line(comparison))}"
    yield ""
    yield from (f"- {_plain(reason)}" for reason in comparison.reasons)
    if comparison.statistics is not None:
        yield f"- {_plain(statistics_line(comparison.statistics))}"
    if comparison.selection is not None:
        yield f"- {_plain(selection_line(comparison.selection))}"
        yield from (f"  - {_plain(line)}" for line in selection_lines(comparison.selection))
    yield from (f"- {_plain(note)}" for note in comparison.notes)
    for tool in comparison.tools:
        yield ""
        yield f"### {_plain(tool.name)}: {_plain(tool_title(tool))}"
        yield ""
        for line in tool_lines(tool):
            depth = len(line) - len(line.lstrip())
            yield f"{' ' * depth}- {_plain(line.strip())}"


def _plain(text: str) -> str:
    """Return `text` on one line, with what Markdown and HTML would take for markup escaped."""
    one_line = " ".join(text.split())
    for sign in "\\`*_[]<>|#":
        one_line = one_line.replace(sign, f"\\{sign}")
    return one_line
