"""A run for a reader: a line a scenario, the failures, a table by tool, the totals."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from harness.plural import counted_noun
from harness.records.results import RunResult, ScenarioResult
from harness.report.baseline_lines import baseline_lines
from harness.report.console import shown
from harness.report.fitted_table import write_table
from harness.report.scenario_failure import reason_lines
from harness.report.tool_rows import COLUMNS, tool_rows

_MARKS = {"passed": "[green]✓[/]", "failed": "[red]✗[/]", "error": "[yellow]![/]"}


def write_run(console: Console, result: RunResult) -> None:
    """Write the whole run, as `toolreel run` does while it goes on."""
    for scenario in result.scenarios:
        for line in scenario_lines(scenario):
            console.print(line)
    write_summary(console, result)


def scenario_lines(result: ScenarioResult) -> Iterator[str]:
    """Yield the line of one finished scenario, and its notes."""
    count = sum(len(step.expectations) for step in result.steps)
    score = "" if result.status == "passed" else f"  score {result.score:.2f}"
    yield (
        f"{_MARKS[result.status]} {shown(result.id)}"
        f" [dim]{counted_noun(count, 'check')}, {result.seconds:.2f} s[/]{score}"
    )
    yield from (f"    [dim]{shown(line)}[/]" for line in (*_scored(result), *result.notes))


def _scored(scenario: ScenarioResult) -> Iterator[str]:
    """Yield the output scores of a scenario's steps, and what keeps each from being full."""
    for number, step in enumerate(scenario.steps, start=1):
        if step.score is None:
            continue
        lowest = min(step.scores, key=lambda item: item.value)
        why = f"; lowest {lowest.value:.2f}: {lowest.label}" if lowest.value < 1 else ""
        told = f"score {step.score:.2f} of {len(step.scores)} scorers{why}"
        yield f"step {number}, {step.tool}: {told}"


def write_summary(console: Console, result: RunResult) -> None:
    """Write what did not pass, the table by tool, and the totals."""
    known = result.known_failed
    for scenario in result.scenarios:
        if scenario.status != "passed":
            console.print()
            for line in _failure(scenario, scenario.id in known):
                console.print(line)
    console.print()
    if any(scenario.steps for scenario in result.scenarios):
        _write_tools(console, result)
    means = [mean for mean in result.scores if mean.tool is None]
    if means:
        told = ", ".join(f"{mean.target} {mean.score:.2f} of {mean.scores}" for mean in means)
        console.print(f"output scores: {shown(told)} scorers")
    if result.baseline is not None:
        for told in baseline_lines(result.baseline):
            console.print(shown(told))
    console.print(_totals(result))


def _failure(scenario: ScenarioResult, is_known: bool) -> Iterator[str]:
    place = shown(f"{scenario.file}:{scenario.line}")
    word = " [dim](known)[/]" if is_known else ""
    yield f"{_MARKS[scenario.status]} [bold]{shown(scenario.id)}[/]{word}  {place}"
    yield from (f"  {shown(line)}" for line in reason_lines(scenario))
    yield f"  [dim]again:[/] {shown(scenario.reproduce)}"


def _write_tools(console: Console, result: RunResult) -> None:
    scores = {(mean.target, mean.tool): f"{mean.score:.2f}" for mean in result.scores}
    rows = []
    for row in tool_rows(result):
        cells = [shown(str(cell)) for cell in row]
        cells += [scores.get((row.target, row.tool), "–")] if scores else []
        rows.append(cells if row.passed == row.checks else [f"[red]{cell}[/]" for cell in cells])
    columns = (*COLUMNS, "score") if scores else COLUMNS
    write_table(console, columns, rows, names=2)


def _totals(result: RunResult) -> str:
    totals = result.totals
    parts = [f"{totals.passed} passed"]
    if totals.failed:
        known = f" ({len(result.known_failed)} known)" if result.known_failed else ""
        parts.append(f"[red]{totals.failed} failed{known}[/]")
    if totals.errors:
        parts.append(f"[yellow]{totals.errors} not judged[/]")
    interrupted = "[yellow]interrupted after [/]" if result.interrupted else ""
    return (
        f"{interrupted}{counted_noun(totals.scenarios, 'scenario')}: {', '.join(parts)}; "
        f"{totals.expectations_passed} of {totals.expectations} checks, "
        f"{counted_noun(totals.calls, 'call')}, {result.seconds:.1f} s"
    )
