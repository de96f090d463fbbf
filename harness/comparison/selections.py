"""The same requests against two sets of descriptions: which lead to another tool."""

from __future__ import annotations

from collections.abc import Mapping

from harness.comparison.paired import bootstrap_interval, conclude, mcnemar
from harness.records.comparison import CaseChange, SelectionComparison
from harness.records.selection import CaseResult, SelectionReport


def compare_selections(
    baseline: SelectionReport,
    candidate: SelectionReport,
    *,
    moved: Mapping[str, str] | None = None,
) -> SelectionComparison:
    """Return what changed in the choices, and whether it is more than chance.

    Args:
        baseline: of the cases against the first side's tools.
        candidate: of the same cases in the same order.
        moved: the tools that have another name on the second side, old name → new name.
    """
    names = moved or {}
    pairs = list(zip(baseline.cases, candidate.cases, strict=True))
    only_before = sum(one.is_right and not other.is_right for one, other in pairs)
    only_now = sum(other.is_right and not one.is_right for one, other in pairs)
    p_value = mcnemar(only_before, only_now)
    interval = bootstrap_interval([other.is_right - one.is_right for one, other in pairs])
    return SelectionComparison(
        selector=candidate.selector,
        origin=candidate.origin,
        cases=len(pairs),
        baseline_accuracy=baseline.accuracy,
        candidate_accuracy=candidate.accuracy,
        baseline_forbidden=baseline.forbidden,
        candidate_forbidden=candidate.forbidden,
        only_baseline_right=only_before,
        only_candidate_right=only_now,
        p_value=p_value,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        conclusion=conclude(only_before, only_now, p_value, interval),
        changes=tuple(found for pair in pairs if (found := _change(*pair, names)) is not None),
    )


def _change(before: CaseResult, after: CaseResult, moved: Mapping[str, str]) -> CaseChange | None:
    kind = _kind(before, after, moved)
    if kind is None:
        return None
    return CaseChange.model_validate(
        {
            "request": after.request,
            "expected": after.expected,
            "kind": kind,
            "before": before.choice.tool,
            "after": after.choice.tool,
            "is_forbidden": after.is_forbidden,
            "line": after.line,
        }
    )


def _kind(before: CaseResult, after: CaseResult, moved: Mapping[str, str]) -> str | None:
    if before.is_right != after.is_right:
        return "now right" if after.is_right else "now wrong"
    chosen = before.choice.tool
    if (chosen and moved.get(chosen, chosen)) != after.choice.tool:
        return "other tool"
    return "arguments" if before.arguments_match != after.arguments_match else None
