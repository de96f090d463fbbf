"""A run counted by target and tool."""

from __future__ import annotations

from typing import NamedTuple

from harness.records.results import RunResult

COLUMNS = ("target", "tool", "calls", "checks", "passed")


class ToolRow(NamedTuple):
    """What a run did with one tool."""

    target: str
    tool: str
    calls: int
    checks: int
    passed: int


def tool_rows(result: RunResult) -> list[ToolRow]:
    """Return a row for each tool of each target, in the order of the first call."""
    found: dict[tuple[str, str], ToolRow] = {}
    for scenario in result.scenarios:
        for step in scenario.steps:
            key = scenario.target, step.tool
            row = found.get(key, ToolRow(*key, 0, 0, 0))
            found[key] = row._replace(
                calls=row.calls + (step.call is not None),
                checks=row.checks + len(step.expectations),
                passed=row.passed + sum(item.status == "passed" for item in step.expectations),
            )
    return list(found.values())
