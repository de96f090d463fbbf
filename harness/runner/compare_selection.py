"""Whether the descriptions of the candidate lead to the right tool more or less often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.comparison.selections import compare_selections
from harness.records.comparison import SelectionComparison, ToolComparison
from harness.runner.model_selector import ModelOptions
from harness.runner.select_sides import SideTools, select_sides
from harness.runner.selection import LoadedCases, all_tools

Definitions = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class SelectionWork:
    """What is asked of both sides, and who chooses."""

    cases: LoadedCases
    model: ModelOptions | None
    """None for the lexical selector."""
    environ: Mapping[str, str]

    def compare(
        self, baseline: Definitions, candidate: Definitions, changed: Sequence[ToolComparison]
    ) -> SelectionComparison:
        """Return what changed in the choices; a renamed tool may be named by either name.

        Raises:
            InvalidScenario: a case names a tool that neither side has.
            UsageError: a side has no tool.
            CassetteError: a request to the model has no recorded answer.
        """
        moved = {
            tool.name: tool.new_name
            for tool in changed
            if tool.change == "renamed" and tool.new_name is not None
        }
        before, after = (all_tools([("", tools)]) for tools in (baseline, candidate))
        self.cases.require_tools(list({**before, **after}))
        back = {new: old for old, new in moved.items()}
        sides = [SideTools(before, back), SideTools(after, moved)]
        return compare_selections(
            *select_sides(self.cases, sides, self.model, self.environ), moved=moved
        )
