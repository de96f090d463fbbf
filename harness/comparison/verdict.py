"""From what differs to a verdict: is it safe to put the candidate in the baseline's place?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.records.comparison import (
    Comparison,
    ComparisonVerdict,
    PairedStatistics,
    SchemaChange,
    SelectionComparison,
    ToolComparison,
)

Reason = tuple[ComparisonVerdict, str]
_ORDER: tuple[ComparisonVerdict, ...] = ("equal", "compatible", "unknown", "worse", "breaking")
FAILING: tuple[ComparisonVerdict, ...] = ("unknown", "worse", "breaking")
"""An undecided schema is not shown green: nobody knows what it breaks."""


def judged(
    baseline: str,
    candidate: str,
    tools: Sequence[ToolComparison],
    *,
    compared: int,
    statistics: PairedStatistics | None = None,
    selection: SelectionComparison | None = None,
    tolerance: float = 0.0,
    undecided: Sequence[str] = (),
) -> Comparison:
    """Return the comparison with its verdict.

    Args:
        baseline: what the first side is called.
        candidate: what the second side is called.
        tools: the tools that differ.
        compared: how many tools were looked at.
        statistics: of two stored runs.
        selection: of the same requests against both sides.
        tolerance: how far a score may fall: a description's in points of 1 to 5, a run's mean
            scenario score and the share of right choices in points of 0 to 1.
        undecided: why it cannot be told whether something stops working.
    """
    tools = [_judged_tool(tool, list(_of_tool(tool, tolerance))) for tool in tools]
    others = [*_of_results(statistics, tolerance), *_of_selection(selection, tolerance)]
    others += [("unknown", text) for text in undecided]
    is_moved = selection is not None and selection.changes
    at_least: ComparisonVerdict = "compatible" if is_moved else "equal"
    found = [*(tool.verdict for tool in tools), *(verdict for verdict, _ in others)]
    worst = max([at_least, *found], key=_ORDER.index)
    return Comparison(
        baseline=baseline,
        candidate=candidate,
        verdict=worst,
        reasons=(
            *(reason for tool in tools for reason in tool.reasons),
            *(text for _, text in others),
        ),
        tools=tuple(tools),
        tools_compared=compared,
        statistics=statistics,
        selection=selection,
    )


def _judged_tool(tool: ToolComparison, reasons: Sequence[Reason]) -> ToolComparison:
    worst = max(["compatible", *(verdict for verdict, _ in reasons)], key=_ORDER.index)
    told = tuple(text for _, text in reasons)
    return tool.model_copy(update={"verdict": worst, "reasons": told})


def _of_tool(tool: ToolComparison, tolerance: float) -> Iterator[Reason]:
    if tool.change == "removed":
        yield "breaking", f"{tool.name} is not there any more"
    elif tool.change == "renamed":
        yield "breaking", f"{tool.name} is called {tool.new_name} now"
    yield from _of_schema(tool.name, tool.input_change)
    yield from _of_output(tool.name, tool.output_change)
    change = tool.description
    if change is not None and change.tdqs_before - change.tdqs_after > tolerance + 1e-9:
        points = f"{change.tdqs_before:.1f} → {change.tdqs_after:.1f}"
        yield "worse", f"{tool.name}: the description's score fell, {points}"


def _of_schema(name: str, change: SchemaChange | None) -> Iterator[Reason]:
    if change is None:
        return
    if change.relation in ("breaking", "incomparable"):
        yield "breaking", f"{name} refuses arguments that it took"
    elif change.relation == "unknown":
        is_lost = change.lost is not None
        verdict: ComparisonVerdict = "breaking" if is_lost else "unknown"
        told = "refuses arguments that it took" if is_lost else "could not be decided"
        yield verdict, f"{name} {told}" if is_lost else f"{name}: its input schema {told}"


def _of_output(name: str, change: SchemaChange | None) -> Iterator[Reason]:
    """Results are the other way round: callers mind what may come and could not come before."""
    if change is None or change.relation in ("equal", "breaking"):
        return
    if change.gained is not None or change.relation != "unknown":
        yield "breaking", f"{name} may return what its output schema ruled out"
    else:
        yield "unknown", f"{name}: its output schema could not be decided"


def _of_results(statistics: PairedStatistics | None, tolerance: float) -> Iterator[Reason]:
    if statistics is None:
        return
    fall = statistics.baseline_score - statistics.candidate_score
    if fall > tolerance + 1e-9:
        points = f"{statistics.baseline_score:.2f} → {statistics.candidate_score:.2f}"
        yield "worse", f"the mean scenario score fell, {points}"


def _of_selection(selection: SelectionComparison | None, tolerance: float) -> Iterator[Reason]:
    if selection is None:
        return
    before, after = selection.baseline_accuracy, selection.candidate_accuracy
    if before - after > tolerance + 1e-9:
        yield "worse", f"fewer requests lead to the right tool, {before:.0%} → {after:.0%}"
    more = selection.candidate_forbidden - selection.baseline_forbidden
    if more / selection.cases > tolerance + 1e-9:
        counts = f"{selection.baseline_forbidden} → {selection.candidate_forbidden}"
        yield "worse", f"more requests lead to a forbidden tool, {counts}"
