"""Description scores in a terminal, a pipe or a log: a table, then what to write."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from harness.records.description_score import (
    DescriptionJudgement,
    DescriptionScore,
    DescriptionScores,
    ServerDescriptionScore,
)
from harness.report.console import shown
from harness.report.fitted_table import write_table

HEADINGS = {
    "purpose": "purpose",
    "usage_guidelines": "usage",
    "behavior": "behavior",
    "parameters": "params",
    "conciseness": "concise",
    "completeness": "complete",
}
"""The dimensions and how a table names them."""
_TIERS = {"A": "green", "B": "green", "C": "yellow", "D": "red", "F": "red"}


def write_scores(console: Console, scores: DescriptionScores) -> None:
    """Write the table, and for each tool why it lost points and what would gain them."""
    columns = ["tool", *HEADINGS.values(), "TDQS", "tier", "tokens"]
    write_table(console, columns, [_row(tool) for tool in scores.tools], names=1)
    for tool in scores.tools:
        for line in _reasons(tool):
            console.print(line)
    console.print()
    for line in _server(scores.server, scores.rubric):
        console.print(line)
    if scores.judge is not None:
        for line in _judge(scores.judge):
            console.print(line)


def _row(tool: DescriptionScore) -> list[str]:
    scores = (tool.dimensions.get(name) for name in HEADINGS)
    numbers = ["–" if found is None else _number(found.score) for found in scores]
    tier = f"[{_TIERS[tool.tier]}]{tool.tier}[/]"
    return [shown(tool.name), *numbers, f"{tool.tdqs:.1f}", tier, f"~{tool.tokens}"]


def _number(score: int) -> str:
    return f"[red]{score}[/]" if score < 3 else str(score)


def _reasons(tool: DescriptionScore) -> Iterator[str]:
    yield ""
    unsure = " [yellow](not in Latin script: judged by structure, low confidence)[/]"
    yield f"[bold]{shown(tool.name)}[/]{unsure if tool.low_confidence else ''}"
    for name in HEADINGS:
        dimension = tool.dimensions.get(name)
        if dimension is None or dimension.score == 5:
            continue
        yield f"  {name} {_number(dimension.score)}"
        for rule in dimension.rules:
            on = f": “{shown(' '.join(rule.span.text.split()))}”" if rule.span else ""
            fired = shown(f"{rule.id} {rule.effect}".rstrip())
            yield f"    [dim]{fired}[/] {shown(rule.message)}{on}"
        for sentence in dimension.advice:
            yield f"    [cyan]→[/] {shown(sentence)}"
    for finding in tool.findings:
        place = shown(f"{finding.rule} {finding.pointer}")
        yield f"  [red]! {place}[/] {shown(finding.message)}"


def _server(server: ServerDescriptionScore, rubric: str) -> Iterator[str]:
    yield (
        f"{shown(server.name)}: {server.tdqs:.1f}, tier {server.tier} "
        f"({shown(rubric)}, offline rules); {server.tools} tools, "
        f"mean {server.mean:.1f}, lowest {server.minimum:.1f}; "
        f"quality {server.quality:.1f}, coherence {server.coherence:.1f}"
    )
    for name, item in server.coherence_dimensions.items():
        yield f"  {shown(name)} {item.score}: {shown(item.reason)}"
    for pair in server.shadow_candidates:
        yield f"  {shown(pair.tool)} may be shadowed by {shown(pair.cheaper)}, cheaper to call"
    yield f"  ~{server.tokens} tokens in every request (estimated: four bytes a token)"


def _judge(judge: DescriptionJudgement) -> Iterator[str]:
    yield ""
    yield (
        f"judge {shown(judge.model)}, {judge.runs} runs, {shown(judge.rubric)}, "
        f"origin: {shown(judge.origin)}; median-low, spread in brackets"
    )
    for tool in judge.tools:
        said = [
            f"{shown(HEADINGS.get(name, name))} {item.median_low} ({item.spread})"
            for name, item in tool.dimensions.items()
        ]
        yield f"  {shown(tool.name)}: {', '.join(said)}; TDQS {tool.tdqs:.1f}, tier {tool.tier}"
    for name, item in judge.agreement.items():
        yield (
            f"  agreement on {shown(name)}: exact {item.exact:.2f}, "
            f"within one {item.within_one:.2f}, rules less judge {item.mean_difference:+.2f}"
        )
