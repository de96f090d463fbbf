"""Mutation testing for a reader: the survivors, what no scenario exercises, the score."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from harness.records.mutation import MutantResult, MutationResult, MutationTotals

_WIDTH_OF_A_PIPE = 100


def print_mutation(result: MutationResult) -> None:
    """Write the report to stdout."""
    stream = sys.stdout
    width = None if stream.isatty() else _WIDTH_OF_A_PIPE
    console = Console(file=stream, highlight=False, soft_wrap=True, width=width)
    for item in result.mutants:
        if item.status == "survived":
            for line in _survivor(item):
                console.print(line)
    for line in _without_effect(item for item in result.mutants if item.status == "no effect"):
        console.print(line)
    if result.mutants:
        console.print(_table(result))
    console.print(_totals(result))


def _survivor(item: MutantResult) -> Iterator[str]:
    yield f"[red]survived[/] [bold]{escape(item.mutant.id)}[/]"
    calls = f"{item.calls} call{'s' if item.calls != 1 else ''}"
    of = f"{item.scenarios} scenario{'s' if item.scenarios != 1 else ''}"
    yield f"  {escape(item.mutant.does)}: in {calls} of {of}, and all pass"
    yield f"  [dim]would be noticed by:[/] {escape(item.mutant.noticed_by)}"
    yield ""


def _without_effect(items: Iterable[MutantResult]) -> Iterator[str]:
    """Yield the mutants that changed nothing, those of one reason on one line."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for item in items:
        by_reason[item.why].append(item.mutant.id)
    if by_reason:
        yield "[bold]no effect[/], not in the score"
        for reason, names in by_reason.items():
            yield f"  {escape(', '.join(names))}"
            yield f"    [dim]{escape(reason)}[/]"
        yield ""


def _table(result: MutationResult) -> Table:
    table = Table("area", box=None, pad_edge=False, header_style="dim")
    for name in ("mutants", "killed", "survived", "no effect", "score"):
        table.add_column(name, justify="right")
    for area, totals in result.areas.items():
        counts = (totals.mutants, totals.killed, totals.survived, totals.no_effect)
        table.add_row(escape(area), *map(str, counts), _score(totals))
    return table


def _score(totals: MutationTotals) -> str:
    return "-" if totals.score is None else f"{totals.score:.1f} %"


def _totals(result: MutationResult) -> str:
    totals = result.totals
    return (
        f"{escape(result.target)}: mutation score {_score(totals)}; {totals.mutants} mutants: "
        f"{totals.killed} killed, {totals.survived} survived, {totals.no_effect} without effect; "
        f"{result.scenarios} scenarios, {result.seconds:.1f} s"
    )
