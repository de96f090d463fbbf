"""Description scores as a report: one check a tool, a dimension below 3, and a finding."""

from __future__ import annotations

from collections.abc import Iterator

from harness.records.baseline import numbered
from harness.records.description_score import DescriptionScore, DescriptionScores, DimensionScore
from harness.records.finding import Severity
from harness.records.report import Badge, Check, Report, ReportTable, RuleText
from harness.report.check_counts import counted
from harness.report.score_text import HEADINGS

TOOL = "score.tool"
RULES = {
    TOOL: "The description of each tool scores at least what --fail-under asks for.",
    "score.purpose": "The description says what the tool does, and to what.",
    "score.usage_guidelines": "The description says when to use the tool, and when not.",
    "score.behavior": "The description says what a call changes, costs and answers.",
    "score.parameters": "Each parameter is described beyond its name and type.",
    "score.conciseness": "Each sentence of the description earns its place.",
    "score.completeness": "The definition says all that a caller needs.",
    "description.instructs-model": "The definition orders the model about nothing but this tool.",
    "description.asks-secrets": "The definition asks for no secret and no file that holds one.",
    "description.overrides-tools": "The definition leaves other tools alone.",
    "description.exfiltrates": "The definition has no data sent to an address.",
    "description.hidden-unicode": "The definition holds no character that nobody sees.",
    "description.hidden-text": "The definition holds no text that a reader does not see.",
    "description.named-tool-missing": "Every tool that a description names is there.",
}
"""The dimensions are those of the published score, TDQS 1.2."""
LEAST = 3
"""A dimension below it is told."""
_COLORS = {"A": "brightgreen", "B": "green", "C": "yellow", "D": "red", "F": "red"}


def score_report(result: DescriptionScores) -> Report:
    """Return the report of description scores."""
    checks = tuple(check for tool in result.tools for check in _tool(result, tool))
    server = result.server
    low = [tool for tool in result.tools if _is_low(result, tool)]
    told = f"; under {result.fail_under:.1f}: {len(low)} tools" if low else ""
    return Report(
        kind="score",
        title=server.name,
        headline=f"{server.name}: {server.tdqs:.1f}, tier {server.tier}, "
        f"{server.tools} tools{told}; {counted(checks)}",
        is_passed=not low,
        checks=checks,
        rules=tuple(RuleText(id=name, text=text) for name, text in RULES.items()),
        tables=(_table(result), _advice(result), _coherence(result)),
        notes=tuple(_notes(result)),
        badge=Badge(
            label="descriptions",
            message=f"{server.tdqs:.1f} (tier {server.tier})",
            color=_COLORS[server.tier],
        ),
    )


def _is_low(result: DescriptionScores, tool: DescriptionScore) -> bool:
    return result.fail_under is not None and tool.tdqs < result.fail_under


def _tool(result: DescriptionScores, tool: DescriptionScore) -> Iterator[Check]:
    group, is_low = result.server.name, _is_low(result, tool)
    worst = min(tool.dimensions.items(), key=lambda item: item[1].score, default=None)
    yield Check(
        id=f"{TOOL}@{tool.name}",
        rule=TOOL,
        group=group,
        name=tool.name,
        status="failed" if is_low else "passed",
        severity="medium",
        message=f"scores {tool.tdqs:.1f}, {result.fail_under:.1f} wanted" if is_low else "",
        repair=next(iter(worst[1].advice), "") if is_low and worst else "",
    )
    for name, dimension in tool.dimensions.items():
        if dimension.score < LEAST:
            yield Check(
                id=f"score.{name}@{tool.name}",
                rule=f"score.{name}",
                group=group,
                name=tool.name,
                status="failed" if is_low else "noted",
                severity="medium" if dimension.score == 1 else "low",
                message=f"{HEADINGS.get(name, name)} scores {dimension.score} of 5",
                details=tuple(_reasons(dimension)),
                source=result.rubric,
                repair=next(iter(dimension.advice), ""),
            )
    yield from _findings(group, tool)


def _reasons(dimension: DimensionScore) -> Iterator[str]:
    for rule in dimension.rules:
        on = f": “{rule.span.text}”" if rule.span else ""
        yield f"{rule.id} {rule.effect}".rstrip() + f": {rule.message}{on}"
    yield from (f"advice: {sentence}" for sentence in dimension.advice[1:])


def _findings(group: str, tool: DescriptionScore) -> Iterator[Check]:
    ids = numbered(f"{item.rule}@{tool.name}{item.pointer}" for item in tool.findings)
    for name, item in zip(ids, tool.findings, strict=True):
        severity: Severity = item.severity
        yield Check(
            id=name,
            rule=item.rule,
            group=group,
            name=tool.name,
            status="failed" if item.is_serious else "noted",
            severity=severity,
            message=item.message,
            file=item.file,
            line=item.line,
            pointer=item.pointer,
            source=item.source,
            repair=item.repair,
        )


def _table(result: DescriptionScores) -> ReportTable:
    columns = ("tool", *HEADINGS.values(), "TDQS", "tier", "tokens")
    rows = tuple(
        (
            tool.name,
            *(
                str(tool.dimensions[name].score) if name in tool.dimensions else "–"
                for name in HEADINGS
            ),
            f"{tool.tdqs:.1f}",
            tool.tier,
            str(tool.tokens),
        )
        for tool in result.tools
    )
    return ReportTable(title="tools", columns=columns, rows=rows)


def _advice(result: DescriptionScores) -> ReportTable:
    rows = tuple(
        (tool.name, HEADINGS.get(name, name), str(dimension.score), sentence)
        for tool in result.tools
        for name, dimension in tool.dimensions.items()
        for sentence in dimension.advice
    )
    columns = ("tool", "dimension", "score", "what would gain points")
    return ReportTable(title="advice", columns=columns, rows=rows)


def _coherence(result: DescriptionScores) -> ReportTable:
    rows = tuple(
        (name.replace("_", " "), str(item.score), item.reason)
        for name, item in result.server.coherence_dimensions.items()
    )
    return ReportTable(title="the tools together", columns=("dimension", "score", "why"), rows=rows)


def _notes(result: DescriptionScores) -> Iterator[str]:
    server = result.server
    yield (
        f"{result.rubric}, {result.method}; quality {server.quality:.1f}, coherence "
        f"{server.coherence:.1f}; about {server.tokens} tokens in every request (estimated)"
    )
    for pair in server.shadow_candidates:
        yield f"{pair.tool} may be shadowed by {pair.cheaper}, cheaper to call"
    for tool in result.tools:
        if tool.low_confidence:
            yield f"{tool.name}: not in Latin script, judged by structure only"
    if result.judge is not None:
        judge = result.judge
        yield f"judge {judge.model}, {judge.runs} runs, origin {judge.origin}"
