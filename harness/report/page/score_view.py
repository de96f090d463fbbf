"""Description scores: a row a tool that opens to its text, the rules that fired, and advice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from harness.records.description_score import (
    DescriptionJudgement,
    DescriptionScore,
    DescriptionScores,
    FiredRule,
    JudgedTool,
)
from harness.report.page import blocks
from harness.report.page.blocks import Block
from harness.report.page.highlights import segments
from harness.report.page.row import Row
from harness.report.page.shown import short_json

BEST = 5
"""The highest score of a dimension."""


def score_rows(result: DescriptionScores) -> list[Row]:
    """Return a row a tool, the worst first."""
    judged = {tool.name: tool for tool in result.judge.tools} if result.judge else {}
    return [
        _row(tool, judged.get(tool.name), result.judge, result.server.name)
        for tool in sorted(result.tools, key=lambda item: item.tdqs)
    ]


def _row(
    tool: DescriptionScore, told: JudgedTool | None, judge: DescriptionJudgement | None, server: str
) -> Row:
    advice = [
        f"{name.replace('_', ' ')}: {text}"
        for name, dimension in tool.dimensions.items()
        for text in dimension.advice
    ]
    findings = [f"{item.severity} {item.rule}: {item.message}" for item in tool.findings]
    details = list(_details(tool))
    if told and judge:
        details.append(_judged(told, judge))
    return Row(
        status=tool.tier,
        group=server,
        name=tool.name,
        facts=(
            ", ".join(tool.smells).replace("_", " "),
            f"{tool.tdqs:.1f}",
            f"~{tool.tokens} tokens",
        ),
        lines=(*tool.flags, *findings, *advice),
        is_retold=True,
        search=short_json(tool.model_dump()),
        details=tuple(details),
    )


def _details(tool: DescriptionScore) -> Iterator[Block]:
    signals = tool.signals
    yield blocks.facts(
        [
            ("TDQS", f"{tool.tdqs:.1f}, tier {tool.tier}"),
            ("weak", ", ".join(tool.smells).replace("_", " ")),
            ("parameters", f"{signals.parameters}, {signals.required} required"),
            ("described", f"{signals.coverage} % ({signals.strict_coverage} % with substance)"),
            ("annotations", "given" if signals.is_annotated else "none"),
            ("output schema", "given" if signals.has_output_schema else "none"),
            ("tokens", f"~{tool.tokens}"),
        ]
    )
    yield from (blocks.note(flag, tone="failed") for flag in tool.flags)
    if tool.low_confidence:
        yield blocks.note("Low confidence: not in Latin script, only the structure was judged.")
    for item in tool.findings:
        told = f"{item.severity} {item.rule}: {item.message}"
        yield blocks.note(f"{told} {item.repair}".strip(), tone="failed" if item.is_serious else "")
    yield from _dimensions(tool)


def _dimensions(tool: DescriptionScore) -> Iterator[Block]:
    rules, has_text = _numbered(tool), bool(tool.description)
    if has_text:
        marks = [
            (rule.span.start, rule.span.end, number)
            for found in rules.values()
            for rule, number in found
            if rule.span
        ]
        yield blocks.marked("description", segments(tool.description, marks))
    for name, dimension in tool.dimensions.items():
        rows = [
            (rule.effect, rule.id, rule.message, _words(rule, number, is_marked=has_text))
            for rule, number in rules[name]
        ]
        fired = blocks.table("", ("effect", "rule", "says", "by the words"), rows)
        advice = [blocks.note(f"→ {text}", tone="advice") for text in dimension.advice]
        content = [fired, *advice] if rows else advice
        yield blocks.dimension(name.replace("_", " "), dimension.score, BEST, content)


def _numbered(tool: DescriptionScore) -> dict[str, list[tuple[FiredRule, int]]]:
    """Return the rules of each dimension with the number under which their words are marked."""
    numbers = count(1)
    return {
        name: [(rule, next(numbers) if rule.span else 0) for rule in dimension.rules]
        for name, dimension in tool.dimensions.items()
    }


def _words(rule: FiredRule, number: int, *, is_marked: bool) -> str:
    """Return the number of the marked words, or the words themselves when no text is kept."""
    if rule.span is None:
        return ""
    return str(number) if is_marked else f"“{rule.span.text}”"


def _judged(tool: JudgedTool, judge: DescriptionJudgement) -> Block:
    rows = [
        (
            name.replace("_", " "),
            str(item.median_low),
            ", ".join(map(str, item.scores)),
            str(item.spread),
        )
        for name, item in tool.dimensions.items()
    ]
    told = blocks.table("", ("dimension", "median", "scores", "spread"), rows)
    hint = f"{judge.model}, {judge.runs} runs, {judge.origin}: {tool.tdqs:.1f} {tool.tier}"
    return blocks.group("what a model says", [told], hint=hint)
