"""Comparing two sides: both definitions, or both runs."""

from __future__ import annotations

from harness.comparison.definitions import compare_tools
from harness.comparison.runs import compare_runs
from harness.comparison.verdict import FAILING, judged
from harness.errors import UsageError
from harness.records.comparison import Comparison, ToolComparison
from harness.records.results import RunResult
from harness.runner.compare_selection import SelectionWork
from harness.runner.compare_side import Side


def compare_sides(
    baseline: Side, candidate: Side, *, tolerance: float, selection: SelectionWork | None = None
) -> Comparison:
    """Return what differs between two sides, with a verdict.

    Args:
        baseline: definitions or a run.
        candidate: the same of the other side.
        tolerance: how far a score may fall.
        selection: requests to run against the definitions of both sides.

    Raises:
        UsageError: one side has definitions and the other results, a definition is broken, or
            there are requests and no definitions.
        InvalidScenario: a request names a tool that neither side has.
        CassetteError: a model was asked what is not in its cassette.
    """
    if baseline.tools is not None and candidate.tools is not None:
        return _definitions(baseline, candidate, tolerance, selection)
    if baseline.run is not None and candidate.run is not None:
        if selection is not None:
            raise UsageError(
                f"{baseline.name} and {candidate.name} hold the results of runs, and requests are "
                "run against definitions: name targets or saved tools/list, or leave --select out"
            )
        return _runs(baseline.name, candidate.name, baseline.run, candidate.run, tolerance)
    stored, other = (baseline, candidate) if baseline.run is not None else (candidate, baseline)
    target = f" --target {other.name}" if other.is_target else ""
    raise UsageError(
        f"{stored.name} holds the results of a run, {other.name} definitions: name two of a kind; "
        f"results are stored by: toolreel run{target} --format json > run.json"
    )


def _definitions(
    baseline: Side, candidate: Side, tolerance: float, selection: SelectionWork | None
) -> Comparison:
    before, after = baseline.tools or [], candidate.tools or []
    tools = compare_tools(before, after)
    return judged(
        baseline.name,
        candidate.name,
        tools,
        compared=len({tool["name"] for tool in (*before, *after)}),
        selection=None if selection is None else selection.compare(before, after, tools),
        tolerance=tolerance,
    )


def _runs(
    first: str, second: str, baseline: RunResult, candidate: RunResult, tolerance: float
) -> Comparison:
    compared = compare_runs(baseline, candidate)
    tools = [
        ToolComparison(name=tool, results=tuple(changes))
        for tool, changes in sorted(compared.by_tool.items())
    ]
    seen = {
        step.tool
        for run in (baseline, candidate)
        for scenario in run.scenarios
        for step in scenario.steps
    }
    return judged(
        first,
        second,
        tools,
        compared=len(seen),
        statistics=compared.statistics,
        tolerance=tolerance,
        undecided=compared.undecided,
    )


def exit_code(comparison: Comparison) -> int:
    """Return 1 when the candidate cannot take the baseline's place, or nobody can tell."""
    return 1 if comparison.verdict in FAILING else 0
