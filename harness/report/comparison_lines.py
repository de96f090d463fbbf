"""A comparison in words, line by line: the same for a terminal and for Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.difference_text import describe_differences
from harness.records.comparison import (
    Comparison,
    DescriptionChange,
    Leaderboard,
    PairedStatistics,
    SchemaChange,
    SelectionComparison,
    ToolComparison,
    Witness,
)

VERDICTS = {
    "equal": "nothing differs",
    "compatible": "something differs, and nothing stops working",
    "unknown": "it could not be decided whether something stops working",
    "worse": "worse",
    "breaking": "breaking",
}
_RELATIONS = {
    "equal": "accepts the same",
    "widening": "accepts more",
    "breaking": "accepts less",
    "incomparable": "accepts less here, more there",
    "unknown": "not decided",
}
_SHOWN = 300
NO_TOOL = "(no tool)"


def tool_title(tool: ToolComparison) -> str:
    """Return what happened to a tool, without its name."""
    if tool.change == "renamed":
        return f"renamed to {tool.new_name}"
    return "results" if tool.results else tool.change


def tool_lines(tool: ToolComparison) -> Iterator[str]:
    """Yield what differs in one tool."""
    for name, change in (("input", tool.input_change), ("output", tool.output_change)):
        if change is not None:
            yield from _schema(name, change)
    if tool.description is not None:
        yield from _description(tool.description)
    yield from describe_differences(tool.text)
    for result in tool.results:
        step = f" step {result.step}" if result.step else ""
        yield f"{result.scenario}{step}: {result.kind}: {result.message}"


def _schema(name: str, change: SchemaChange) -> Iterator[str]:
    yield f"{name} schema: {change.relation} ({_RELATIONS[change.relation]})"
    for witness in (change.lost, change.gained):
        if witness is not None:
            yield f"  only the {witness.accepted_by} accepts {_witness(witness)}"
    yield from (f"  {note}" for note in change.notes)


def _witness(witness: Witness) -> str:
    text = json.dumps(witness.value, ensure_ascii=False)
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
    where = f" at {witness.pointer}" if witness.pointer else ""
    reason = witness.reason if len(witness.reason) <= _SHOWN else f"{witness.reason[:_SHOWN]}…"
    return f"{shown}: {reason}{where}"


def _description(change: DescriptionChange) -> Iterator[str]:
    before = f"{change.tdqs_before:.1f} ({change.tier_before})"
    after = f"{change.tdqs_after:.1f} ({change.tier_after})"
    tokens = change.tokens_after - change.tokens_before
    yield f"description: {before} → {after}, {tokens:+d} tokens"
    for name, item in change.dimensions.items():
        yield f"  {name}: {item.before} → {item.after}"
        yield from (f"    now: {text}" for text in item.gained)
        yield from (f"    no longer: {text}" for text in item.lost)


def statistics_line(found: PairedStatistics) -> str:
    """Return the paired statistics in one line."""
    interval = ""
    if found.low is not None and found.high is not None:
        interval = f", 95 % interval of the change {found.low:+.2f} to {found.high:+.2f}"
    return (
        f"{found.conclusion}: mean score {found.baseline_score:.2f} → "
        f"{found.candidate_score:.2f} over {found.scenarios} scenarios{interval}; of "
        f"{found.pairs} expectations {found.only_baseline_passed} passed only before, "
        f"{found.only_candidate_passed} only now (McNemar p = {found.p_value:.3f})"
    )


def selection_line(found: SelectionComparison) -> str:
    """Return how many requests lead to the right tool, on both sides, in one line."""
    interval = ""
    if found.low is not None and found.high is not None:
        interval = f", 95 % interval of the change {found.low:+.0%} to {found.high:+.0%}"
    forbidden = ""
    if found.baseline_forbidden or found.candidate_forbidden:
        forbidden = f"; forbidden tools {found.baseline_forbidden} → {found.candidate_forbidden}"
    origin = f", answers {found.origin}" if found.origin else ""
    return (
        f"selection by {found.selector}{origin}: {found.conclusion}: {found.baseline_accuracy:.0%} "
        f"→ {found.candidate_accuracy:.0%} of {found.cases} requests lead to the right tool"
        f"{interval}; {found.only_baseline_right} right only before, "
        f"{found.only_candidate_right} only now (McNemar p = {found.p_value:.3f}){forbidden}"
    )


def selection_lines(found: SelectionComparison) -> Iterator[str]:
    """Yield the requests that came out differently, the lost ones first."""
    order = ("now wrong", "other tool", "arguments", "now right")
    for change in sorted(found.changes, key=lambda item: order.index(item.kind)):
        before, after = (name or NO_TOOL for name in (change.before, change.after))
        moved = after if before == after else f"{before} → {after}"
        wanted = ""
        if change.kind in ("now wrong", "other tool") and change.after not in change.expected:
            wanted = f", {' or '.join(change.expected) or NO_TOOL} wanted"
        forbidden = ", forbidden" if change.is_forbidden else ""
        yield f"{change.kind}: {change.request}: {moved}{wanted}{forbidden}"


def broken_lines(board: Leaderboard) -> Iterator[str]:
    """Yield the audit's rules that each tool breaks, and the command that shows how."""
    for row in board.rows:
        broken = [rule for cell in row.cells.values() for rule in cell.broken]
        if broken:
            yield (
                f"{row.side} {row.tool} breaks {', '.join(broken)}; "
                f"what shows it: toolreel audit {row.side}"
            )


def verdict_line(comparison: Comparison) -> str:
    """Return the verdict and how much was looked at."""
    counted = f"{len(comparison.tools)} of {comparison.tools_compared} tools differ"
    sides = f"{comparison.baseline} → {comparison.candidate}"
    return f"{sides}: {VERDICTS[comparison.verdict]}; {counted}"


def board_columns(board: Leaderboard) -> tuple[str, ...]:
    """Return the columns of a leaderboard; the first two are names."""
    return ("server", "tool", *board.columns, "mean")


def board_rows(board: Leaderboard) -> list[tuple[str, ...]]:
    """Return the cells of a leaderboard, row by row; `–` is not tested."""
    return [
        (
            row.side,
            row.tool,
            *(row.cells[name].detail if name in row.cells else "–" for name in board.columns),
            "–" if row.mean is None else f"{row.mean:.2f}",
        )
        for row in board.rows
    ]
