"""The run in a terminal, a pipe or a log: a line a scenario, the failures, a table by tool."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from harness.difference_text import describe_differences
from harness.records.results import RunResult, ScenarioResult, StepResult

_MARKS = {"passed": "[green]✓[/]", "failed": "[red]✗[/]", "error": "[yellow]![/]"}
_WIDTH_OF_A_PIPE = 100


class TerminalReport:
    """Shows a run while it goes on; use as a context manager around the run."""

    def __init__(self, *, total: int, to_stderr: bool) -> None:
        # The stream of now: while a server works in process, what it prints goes elsewhere.
        stream = sys.stderr if to_stderr else sys.stdout
        width = None if stream.isatty() else _WIDTH_OF_A_PIPE
        self._console = Console(file=stream, highlight=False, soft_wrap=True, width=width)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task("scenarios", total=total)

    def __enter__(self) -> TerminalReport:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def advance(self, result: ScenarioResult) -> None:
        """Show one finished scenario."""
        count = sum(len(step.expectations) for step in result.steps)
        score = "" if result.status == "passed" else f"  score {result.score:.2f}"
        self._console.print(
            f"{_MARKS[result.status]} {escape(result.target)}/{escape(result.name)}"
            f" [dim]{count} checks, {result.seconds:.2f} s[/]{score}"
        )
        for line in _scored(result):
            self._console.print(f"    [dim]{escape(line)}[/]")
        for note in result.notes:
            self._console.print(f"    [dim]{escape(note)}[/]")
        self._progress.advance(self._task)

    def summary(self, result: RunResult) -> None:
        """Show what did not pass, the table by tool, and the totals."""
        for scenario in result.scenarios:
            if scenario.status != "passed":
                self._console.print()
                for line in _failure(scenario):
                    self._console.print(line)
        self._console.print()
        if any(scenario.steps for scenario in result.scenarios):
            self._console.print(_table(result))
        means = [mean for mean in result.scores if mean.tool is None]
        if means:
            told = ", ".join(f"{mean.target} {mean.score:.2f} of {mean.scores}" for mean in means)
            self._console.print(f"output scores: {escape(told)} scorers")
        self._console.print(_totals(result))


def _scored(scenario: ScenarioResult) -> Iterator[str]:
    """Yield the output scores of a scenario's steps, and what keeps each from being full."""
    for number, step in enumerate(scenario.steps, start=1):
        if step.score is None:
            continue
        lowest = min(step.scores, key=lambda item: item.value)
        why = f"; lowest {lowest.value:.2f}: {lowest.label}" if lowest.value < 1 else ""
        told = f"score {step.score:.2f} of {len(step.scores)} scorers{why}"
        yield f"step {number}, {step.tool}: {told}"


def _failure(scenario: ScenarioResult) -> Iterator[str]:
    title = f"{scenario.target}/{scenario.name}"
    place = escape(f"{scenario.file}:{scenario.line}")
    yield f"{_MARKS[scenario.status]} [bold]{escape(title)}[/]  {place}"
    if scenario.error is not None:
        yield from (f"  {escape(line)}" for line in scenario.error.splitlines())
    for number, step in enumerate(scenario.steps, start=1):
        yield from _failed_expectations(number, step)
    yield f"  [dim]again:[/] {escape(scenario.reproduce)}"


def _failed_expectations(number: int, step: StepResult) -> Iterator[str]:
    failed = [item for item in step.expectations if item.status != "passed"]
    low = [item for item in step.scores if not item.is_enough]
    if not failed and not low:
        return
    yield f"  step {number}, {escape(step.tool)}:"
    if step.message:
        yield f"    {escape(step.message)}"
        return
    for item in failed:
        yield f"    {escape(item.label)}"
        yield f"      {escape(item.message)}"
        for line in describe_differences(item.differences):
            yield f"        {escape(line)}"
    for score in low:
        yield f"    {escape(score.label)}"
        values = f"scores {score.value:.2f}, {score.threshold:g} wanted"
        yield f"      {values}: {escape(score.explanation)}"


def _table(result: RunResult) -> Table:
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for scenario in result.scenarios:
        for step in scenario.steps:
            row = counts[scenario.target, step.tool]
            row[0] += step.call is not None
            row[1] += sum(item.status == "passed" for item in step.expectations)
            row[2] += len(step.expectations)
    table = Table("target", "tool", box=None, pad_edge=False, header_style="dim")
    scores = {(mean.target, mean.tool): f"{mean.score:.2f}" for mean in result.scores}
    for name in ("calls", "checks", "passed", *(("score",) if scores else ())):
        table.add_column(name, justify="right")
    for (target, tool), (calls, passed, checks) in counts.items():
        style = "" if passed == checks else "red"
        cells = [escape(target), escape(tool), str(calls), str(checks), str(passed)]
        if scores:
            cells.append(scores.get((target, tool), "–"))
        table.add_row(*cells, style=style)
    return table


def _totals(result: RunResult) -> str:
    totals = result.totals
    parts = [f"{totals.passed} passed"]
    if totals.failed:
        parts.append(f"[red]{totals.failed} failed[/]")
    if totals.errors:
        parts.append(f"[yellow]{totals.errors} not judged[/]")
    interrupted = "[yellow]interrupted after [/]" if result.interrupted else ""
    return (
        f"{interrupted}{totals.scenarios} scenarios: {', '.join(parts)}; "
        f"{totals.expectations_passed} of {totals.expectations} checks, "
        f"{totals.calls} calls, {result.seconds:.1f} s"
    )
