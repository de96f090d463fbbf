"""Judging choices, and summing them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from harness.differences import subset_differences
from harness.records.selection import CaseResult, Choice, Confusion, SelectionReport
from harness.selection.case import SelectionCase

NEAR = 0.1
"""A tool is a near confusion when its score is at most this share below the right one's."""
NONE = ""


def judge_choice(case: SelectionCase, choice: Choice, *, line: int | None = None) -> CaseResult:
    """Return whether `choice` is right for `case`."""
    right = choice.tool in case.expected if case.expected else choice.tool is None
    matched = None
    if case.arguments and right and choice.arguments is not None:
        matched = not subset_differences(case.arguments, choice.arguments)
    return CaseResult(
        request=case.request,
        expected=case.expected,
        choice=choice,
        is_right=right,
        is_forbidden=choice.tool in case.forbidden,
        arguments_match=matched,
        line=line,
    )


def summed_up(results: Sequence[CaseResult], *, selector: str, tools: int) -> SelectionReport:
    """Return the report over all cases."""
    matrix: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for result in results:
        # Of several right tools the chosen one stands for all.
        chosen = result.choice.tool or NONE
        matrix[chosen if result.is_right else _first(result)][chosen] += 1
    with_arguments = [item.arguments_match for item in results if item.arguments_match is not None]
    return SelectionReport(
        selector=selector,
        tools=tools,
        cases=tuple(results),
        accuracy=sum(item.is_right for item in results) / len(results),
        forbidden=sum(item.is_forbidden for item in results),
        argument_accuracy=sum(with_arguments) / len(with_arguments) if with_arguments else None,
        confusion_matrix={one: dict(row) for one, row in sorted(matrix.items())},
        confusions=tuple(_confusions(results)),
    )


def _first(result: CaseResult) -> str:
    return result.expected[0] if result.expected else NONE


def _confusions(results: Sequence[CaseResult]) -> list[Confusion]:
    wrong: dict[tuple[str, str], int] = defaultdict(int)
    near: dict[tuple[str, str], int] = defaultdict(int)
    for result in results:
        if not result.is_right:
            wrong[_first(result), result.choice.tool or NONE] += 1
        for expected, other in _near(result):
            near[expected, other] += 1
    found = [
        Confusion(expected=pair[0], other=pair[1], wrong=wrong[pair], near=near[pair])
        for pair in {**wrong, **near}
    ]
    return sorted(found, key=lambda item: (-item.wrong, -item.near, item.expected, item.other))


def _near(result: CaseResult) -> list[tuple[str, str]]:
    """Return the tools that were nearly chosen in the place of the right one."""
    if not result.is_right or result.choice.tool is None:
        return []
    scores = dict(result.choice.ranking)
    best = scores.get(result.choice.tool)
    if best is None:
        return []
    return [
        (result.choice.tool, other)
        for other, score in scores.items()
        if other not in result.expected and score >= best * (1 - NEAR)
    ]
