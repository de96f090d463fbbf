"""An audit: a row a finding with its evidence, a row a check that did not run, and coverage."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.records.audit import AuditFinding, AuditResult, CoveredPlace, NotTested
from harness.records.finding import SEVERITIES
from harness.report.page import blocks
from harness.report.page.blocks import Block
from harness.report.page.call_view import content_view
from harness.report.page.row import Row
from harness.report.page.shown import short_json


@dataclass(frozen=True)
class ToolCoverage:
    """The places of one tool's schema and how many of them were tried on both sides."""

    tool: str
    places: tuple[CoveredPlace, ...]

    @property
    def whole(self) -> int:
        """Places of which both sides were tried."""
        return sum(item.accepted and item.rejected for item in self.places)


def coverage_by_tool(result: AuditResult) -> list[ToolCoverage]:
    """Return the coverage of each tool, in the order of the result."""
    found: dict[str, list[CoveredPlace]] = {}
    for place in result.coverage:
        found.setdefault(place.tool, []).append(place)
    return [ToolCoverage(tool, tuple(places)) for tool, places in found.items()]


def findings_by_tool(result: AuditResult) -> dict[str, Counter[str]]:
    """Return tool → severity → how many findings; tools without one are there, too."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for place in result.coverage:
        found[place.tool].update()
    for finding in result.findings:
        found[finding.tool][finding.severity] += 1
    for missing in result.not_tested:
        found[missing.tool]["not_tested"] += 1
    return dict(found)


def audit_rows(result: AuditResult) -> list[Row]:
    """Return the findings, the worst first, then what did not run."""
    found = sorted(result.findings, key=lambda item: SEVERITIES.index(item.severity))
    return [*map(_finding, found), *map(_not_tested, result.not_tested)]


def _finding(item: AuditFinding) -> Row:
    place = f"{item.file}:{item.line}" if item.line else item.file
    lines = (item.message, f"repair: {item.repair}", f"source: {item.source}")
    return Row(
        status=item.severity,
        group=item.tool,
        name=item.rule,
        facts=(item.message, f"× {item.count}" if item.count > 1 else ""),
        lines=tuple(line for line in lines if not line.endswith(": ")),
        command=item.reproduce,
        search=short_json(item.model_dump()),
        details=(
            *([blocks.command(item.reproduce)] if item.reproduce else []),
            blocks.facts([("place", item.pointer), ("file", place), ("met", f"{item.count} ×")]),
            *_evidence(item.evidence),
        ),
    )


def _not_tested(item: NotTested) -> Row:
    return Row(
        status="not_tested",
        group=item.tool,
        name=item.what,
        facts=(item.reason,),
        lines=(item.reason,),
        search=f"{item.tool} {item.what} {item.reason} not tested",
    )


def _evidence(evidence: Any) -> Iterator[Block]:
    """Yield what a finding shows: calls and exchanges by their parts, anything else as JSON."""
    if not isinstance(evidence, dict):
        if evidence is not None:
            yield blocks.json_value("evidence", evidence)
        return
    yield _short(evidence)
    for name, value in evidence.items():
        if name == "answer" and isinstance(value, dict):
            yield blocks.group("answer", list(_answer(value)), is_open=True)
        elif name == "upstream" and isinstance(value, list):
            for number, exchange in enumerate(value, start=1):
                content = list(_exchange(exchange))
                yield blocks.group(f"upstream exchange {number}", content, is_open=True)
        elif isinstance(value, dict | list):
            yield blocks.json_value(str(name), value)


def _short(value: dict[str, Any]) -> Block:
    return blocks.facts(
        (str(name), item) for name, item in value.items() if not isinstance(item, dict | list)
    )


def _answer(answer: dict[str, Any]) -> Iterator[Block]:
    yield _short(answer)
    for name, value in answer.items():
        if name == "content":
            yield from content_view(value)
        elif isinstance(value, dict | list):
            yield blocks.json_value(name, value)


def _exchange(exchange: Any) -> Iterator[Block]:
    if not isinstance(exchange, dict):
        yield blocks.json_value("", exchange)
        return
    for side, message in exchange.items():
        if not isinstance(message, dict):
            yield blocks.json_value(str(side), message)
            continue
        yield blocks.json_value(
            str(side), {name: value for name, value in message.items() if name != "body"}
        )
        body = message.get("body")
        if isinstance(body, str):
            yield blocks.body(f"{side} body", body)
        elif body is not None:
            yield blocks.json_value(f"{side} body", body)
