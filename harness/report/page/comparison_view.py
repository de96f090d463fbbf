"""A comparison: a row a tool that differs, opened to its texts side by side."""

from __future__ import annotations

from collections.abc import Iterator

from harness.records.call import Difference
from harness.records.comparison import (
    Comparison,
    DescriptionChange,
    ResultChange,
    SchemaChange,
    ToolComparison,
    Witness,
)
from harness.report.page import blocks
from harness.report.page.blocks import Block
from harness.report.page.row import Row
from harness.report.page.shown import json_text, short_json
from harness.report.page.text_changes import changed_words

ORDER = (
    "breaking", "removed", "incomparable", "unknown", "renamed", "results_differ", "widening",
    "added", "text_differs", "equal",
)  # fmt: skip
"""What became of a tool, what its callers notice first."""


def comparison_rows(result: Comparison) -> list[Row]:
    """Return a row a tool that differs, what breaks first."""
    rows = [_row(tool, result) for tool in result.tools]
    return sorted(rows, key=lambda row: ORDER.index(row.status))


def _row(tool: ToolComparison, result: Comparison) -> Row:
    changed = "" if tool.change == "changed" else tool.change
    facts = [f"→ {tool.new_name}" if tool.new_name else changed]
    if tool.description:
        change = tool.description
        facts.append(f"TDQS {change.tdqs_before:.1f} → {change.tdqs_after:.1f}")
    if tool.results:
        facts.append(f"{len(tool.results)} results differ")
    return Row(
        status=_status(tool),
        group="",
        name=tool.name,
        facts=tuple(facts),
        lines=tuple(_lines(tool)),
        is_retold=True,
        search=short_json(tool.model_dump()),
        details=tuple(_details(tool, result)),
    )


def _status(tool: ToolComparison) -> str:
    if tool.relation is None:
        return tool.change
    if tool.relation not in ("equal", "widening"):
        return tool.relation
    if tool.change == "renamed":
        return "renamed"
    if tool.results:
        return "results_differ"
    return "text_differs" if tool.relation == "equal" and tool.text else tool.relation


def _lines(tool: ToolComparison) -> Iterator[str]:
    for what, change in (("arguments", tool.input_change), ("results", tool.output_change)):
        if change:
            yield f"{what}: {change.relation}"
            for witness in (change.lost, change.gained):
                if witness:
                    yield f"  {_only(witness)}: {json_text(witness.value)}: {witness.reason}"
    yield from (f"{item.pointer or '/'} {item.change}" for item in tool.text)
    yield from (f"{item.scenario} step {item.step}: {item.message}" for item in tool.results)


def _only(witness: Witness) -> str:
    return f"only the {witness.accepted_by} accepts"


def _details(tool: ToolComparison, result: Comparison) -> Iterator[Block]:
    yield blocks.facts(
        [
            ("change", tool.change),
            ("new name", tool.new_name),
            ("schema", tool.relation),
            ("baseline", result.baseline),
            ("candidate", result.candidate),
        ]
    )
    if tool.input_change:
        yield _schema("input schema", tool.input_change)
    if tool.output_change:
        yield _schema("output schema", tool.output_change)
    if tool.description:
        yield _description(tool.description)
    if tool.text:
        texts = [_sides(item) for item in tool.text]
        hint = str(len(texts))
        yield blocks.group("texts side by side", texts, is_open=True, hint=hint)
    if tool.results:
        yield _results(tool.results)


def _schema(label: str, change: SchemaChange) -> Block:
    content: list[Block] = []
    for witness in (change.lost, change.gained):
        if witness:
            content.append(blocks.json_value(_only(witness), witness.value))
            place = f" at {witness.pointer}" if witness.pointer else ""
            content.append(blocks.note(f"the other side{place}: {witness.reason}"))
    content += [blocks.note(text) for text in change.notes]
    tone = "failed" if change.relation in ("breaking", "incomparable") else ""
    return blocks.group(label, content, is_open=True, tone=tone, hint=change.relation)


def _description(change: DescriptionChange) -> Block:
    rows = [
        (
            name.replace("_", " "),
            f"{item.before} → {item.after}",
            "\n".join(item.gained),
            "\n".join(item.lost),
        )
        for name, item in change.dimensions.items()
    ]
    hint = (
        f"TDQS {change.tdqs_before:.1f} {change.tier_before} → "
        f"{change.tdqs_after:.1f} {change.tier_after}, "
        f"tokens {change.tokens_before} → {change.tokens_after}"
    )
    columns = ("dimension", "score", "said now", "no longer said")
    content = [blocks.table("", columns, rows)] if rows else [blocks.note("No dimension moved.")]
    tone = "failed" if change.tdqs_after < change.tdqs_before else ""
    return blocks.group("description", content, is_open=True, tone=tone, hint=hint)


def _sides(item: Difference) -> Block:
    before = "" if item.change == "added" else _side(item.recorded)
    after = "" if item.change == "removed" else _side(item.actual)
    return blocks.sides(item.pointer or "/", *changed_words(before, after))


def _side(value: object) -> str:
    return value if isinstance(value, str) else json_text(value)


def _results(results: tuple[ResultChange, ...]) -> Block:
    rows = [
        (
            item.kind,
            f"{item.scenario}, step {item.step}" if item.step else item.scenario,
            item.message,
            _differences(item.differences),
        )
        for item in results
    ]
    return blocks.group("results", [blocks.verdicts(rows)], is_open=True, hint=str(len(rows)))


def _differences(found: tuple[Difference, ...]) -> list[Block]:
    if not found:
        return []
    content = [blocks.differences("", found)]
    return [blocks.group("differences", content, hint=str(len(found)))]
