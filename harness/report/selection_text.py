"""Choices of tools in a terminal, a pipe or a log."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.console import Console

from harness.records.selection import CaseResult, SelectionReport
from harness.report.comparison_lines import NO_TOOL
from harness.report.console import console_on, shown
from harness.report.fitted_table import write_table


def print_selection(report: SelectionReport) -> None:
    """Write what was chosen wrongly, the confusion matrix, the pairs, and the accuracy."""
    console = console_on(sys.stdout)
    for case in report.cases:
        for line in _case(case):
            console.print(line)
    _write_matrix(console, report)
    for pair in report.confusions:
        told = f"{_named(pair.expected)} / {_named(pair.other)}"
        console.print(f"{shown(told)}: {pair.wrong} wrong, {pair.near} near")
    console.print(shown(summary_line(report)))


def summary_line(report: SelectionReport) -> str:
    """Return accuracy and what it rests on, in one line."""
    right = sum(case.is_right for case in report.cases)
    arguments = (
        "" if report.argument_accuracy is None
        else f", arguments right in {report.argument_accuracy:.0%}"
    )  # fmt: skip
    forbidden = f", {report.forbidden} forbidden" if report.forbidden else ""
    origin = f", answers {report.origin}" if report.origin else ""
    return (
        f"{report.selector}: {right} of {len(report.cases)} right ({report.accuracy:.0%}), "
        f"{report.tools} tools{arguments}{forbidden}{origin}"
    )


def _case(case: CaseResult) -> Iterator[str]:
    if not case.is_right or case.is_forbidden:
        wanted = " or ".join(case.expected) or NO_TOOL
        mark = "[red]forbidden[/]" if case.is_forbidden else "[yellow]wrong[/]"
        chosen = _named(case.choice.tool or "")
        yield f"{mark} {shown(case.request)}: {shown(chosen)}, {shown(wanted)} wanted"
    elif case.arguments_match is False:
        yield f"[yellow]arguments[/] {shown(case.request)}: {shown(str(case.choice.arguments))}"


def _write_matrix(console: Console, report: SelectionReport) -> None:
    chosen = sorted({name for row in report.confusion_matrix.values() for name in row})
    columns = ["expected", *(shown(_named(name)) for name in chosen)]
    rows = [
        [shown(_named(expected)), *(str(row.get(name, "·")) for name in chosen)]
        for expected, row in report.confusion_matrix.items()
    ]
    write_table(console, columns, rows, names=1)


def _named(tool: str) -> str:
    return tool or NO_TOOL
