"""What is there and what is missing, in a terminal, a pipe or a log."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markup import escape

from harness.records.diagnosis import Diagnosis

_MARKS = {"there": "[green]✓[/]", "missing": "[red]✗[/]", "optional": "[yellow]–[/]"}
_WIDTH_OF_A_PIPE = 100


def print_diagnosis(diagnosis: Diagnosis) -> None:
    """Print a line for each prerequisite, and how to get those that are missing."""
    width = None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True, width=width)
    for item in diagnosis.prerequisites:
        console.print(f"{_MARKS[item.status]} [bold]{escape(item.name)}[/] {escape(item.detail)}")
        if item.repair:
            console.print(f"    [cyan]→[/] {escape(item.repair)}")
    told = f"{diagnosis.missing} missing" if diagnosis.missing else "nothing is missing"
    if diagnosis.unseen:
        told += f"; the provider's side was not seen: {escape(', '.join(diagnosis.unseen))}"
    console.print(told)
