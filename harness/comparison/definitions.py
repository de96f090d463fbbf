"""Two sets of tool definitions, tool by tool: schemas, texts, and what came, went or moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.canonical import canonical
from harness.comparison.descriptions import compare_descriptions
from harness.comparison.renames import renamed
from harness.comparison.schemas import compare_schemas
from harness.differences import differences
from harness.errors import UsageError
from harness.records.comparison import SchemaChange, ToolComparison
from harness.records.description_score import DescriptionScore
from harness.scoring.descriptions.score import score_each

Tool = Mapping[str, Any]


def compare_tools(baseline: Sequence[Tool], candidate: Sequence[Tool]) -> list[ToolComparison]:
    """Return the tools that differ, in the order of the baseline; then those that are new.

    Raises:
        UsageError: a tool has no name, its name comes twice, or a schema of it is none.
    """
    before, after = _by_name(baseline, "baseline"), _by_name(candidate, "candidate")
    scores = _Scores(baseline, candidate)
    moved = renamed(
        [before[name] for name in before if name not in after],
        [after[name] for name in after if name not in before],
    )
    found = []
    for name, tool in before.items():
        new_name = name if name in after else moved.get(name)
        if new_name is None:
            found.append(ToolComparison(name=name, change="removed"))
            continue
        changed = _compared(tool, after[new_name], scores)
        if new_name != name:
            changed = changed.model_copy(update={"change": "renamed", "new_name": new_name})
        if new_name != name or changed.text:
            found.append(changed)
    new = [name for name in after if name not in before and name not in moved.values()]
    return found + [ToolComparison(name=name, change="added") for name in new]


def _by_name(tools: Sequence[Tool], side: str) -> dict[str, Tool]:
    found: dict[str, Tool] = {}
    for tool in tools:
        name = tool.get("name")
        if not isinstance(name, str) or not name:
            raise UsageError(f"{side}: a tool has no name: {str(tool)[:80]}")
        if name in found:
            raise UsageError(f"{side}: two tools are called {name!r}; nobody can tell them apart")
        found[name] = tool
    return found


class _Scores:
    """The description scores of both sides; siblings count in them, so a side is scored whole."""

    def __init__(self, baseline: Sequence[Tool], candidate: Sequence[Tool]) -> None:
        self._sides = (baseline, candidate)
        self._scored: list[dict[str, DescriptionScore]] | None = None

    def of(self, before: str, after: str) -> tuple[DescriptionScore, DescriptionScore]:
        """Return the score of a tool before and after."""
        if self._scored is None:
            self._scored = [{item.name: item for item in score_each(side)} for side in self._sides]
        return self._scored[0][before], self._scored[1][after]


def _compared(before: Tool, after: Tool, scores: _Scores) -> ToolComparison:
    text = [item for item in differences(_said(before), _said(after)) if item.pointer != "/name"]
    name = str(before["name"])
    if not text:
        return ToolComparison(name=name)
    return ToolComparison(
        name=name,
        input_change=_schemas(before, after, "inputSchema"),
        output_change=_schemas(before, after, "outputSchema"),
        description=compare_descriptions(*scores.of(name, str(after["name"]))),
        text=tuple(text),
    )


def _said(tool: Tool) -> dict[str, Any]:
    """Return the definition without what says nothing about the tool."""
    return {key: value for key, value in tool.items() if key not in ("_meta", "icons")}


def _schemas(before: Tool, after: Tool, key: str) -> SchemaChange | None:
    one, other = before.get(key), after.get(key)
    if canonical(one) == canonical(other) or (one is None and other is None):
        return None
    try:
        return compare_schemas(one if one is not None else {}, other if other is not None else {})
    except UsageError as error:
        raise UsageError(f"tool {before['name']!r}: /{key}: {error}") from error
