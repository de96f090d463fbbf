"""Tables that stay readable when they are wider than the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

_INDENT = 2
_GAP = 2


def write_table(
    console: Console, columns: Sequence[str], rows: Sequence[Sequence[str]], *, names: int
) -> None:
    """Write a table; cells are markup, and the first `names` columns are text, the rest numbers.

    Where it does not fit, each row's names stand on a line of their own above its numbers; where
    the numbers alone do not fit either, each of them gets a line.
    """
    widths = [_width(row[at] for row in (columns, *rows)) for at in range(len(columns))]
    if _total(widths) <= console.width:
        console.print(_table(columns, rows, names=names))
    elif _INDENT + _total(widths[names:]) <= console.width:
        _write_stacked(console, columns, rows, names, widths[names:])
    else:
        _write_listed(console, columns, rows, names)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, names: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for at, name in enumerate(columns):
        table.add_column(name, justify="left" if at < names else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def _width(cells: Iterable[str]) -> int:
    return max(Text.from_markup(cell).cell_len for cell in cells)


def _write_stacked(
    console: Console,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    names: int,
    widths: Sequence[int],
) -> None:
    for number, row in enumerate((columns, *rows)):
        style = "dim" if number == 0 else ""
        if number:
            console.print(" ".join(row[:names]))
        table = Table.grid(padding=(0, 0, 0, _GAP), pad_edge=True)
        for width in widths:
            table.add_column(justify="right", width=width + _GAP, no_wrap=True)
        table.add_row(*row[names:], style=style)
        console.print(table)


def _write_listed(
    console: Console, columns: Sequence[str], rows: Sequence[Sequence[str]], names: int
) -> None:
    for row in rows:
        console.print(" ".join(row[:names]))
        for name, cell in zip(columns[names:], row[names:], strict=True):
            console.print(f"  [dim]{name}:[/] {cell}")
