"""Where text goes: a terminal as wide as it is, a pipe or a log as wide as told."""

from __future__ import annotations

import io
import os
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from harness.report.printable import printable

WIDTH_OF_A_LOG = 100
"""Columns of a stream that has no width of its own, unless `COLUMNS` tells one."""
_NOTHING = "[bold][/bold]"
"""Markup that shows nothing and ends whatever a bracket before it might begin."""


def console_on(stream: IO[str]) -> Console:
    """Return a console that writes to `stream`; colours only in a terminal, and not if NO_COLOR."""
    width = None if stream.isatty() or os.environ.get("COLUMNS") else WIDTH_OF_A_LOG
    return Console(file=stream, highlight=False, soft_wrap=True, emoji=False, width=width)


def bar_on(console: Console) -> Progress:
    """Return a progress bar, which shows only in a terminal and is gone at its end."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def page_console() -> tuple[Console, io.StringIO]:
    """Return a console without colours and the text that it writes."""
    page = io.StringIO()
    return (
        Console(
            file=page,
            highlight=False,
            soft_wrap=True,
            emoji=False,
            no_color=True,
            force_terminal=False,
            width=WIDTH_OF_A_LOG,
        ),
        page,
    )


def shown(text: str) -> str:
    """Return text from elsewhere for a console: no markup, nothing that steers a terminal.

    What stands before and after it cannot make markup of it either, which `rich.markup.escape`
    does not promise: it leaves a bracket alone that nothing closes, and the backslash before one.
    """
    safe = printable(text)
    head = safe.rstrip("\\")
    tail = len(safe) - len(head)
    return head.replace("[", f"\\[{_NOTHING}") + ("\\" * 2 * tail + _NOTHING if tail else "")
