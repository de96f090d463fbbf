"""How a model's tool calls match the expected ones."""

from __future__ import annotations

from collections.abc import Sequence

from harness.differences import subset_differences
from harness.records.call import ToolCall
from harness.scoring.outputs.answers import MadeCall, tool_calls
from harness.scoring.outputs.measure import Measure
from harness.scoring.outputs.scorer import ExpectedCall, ToolCalls


def called_tools(scorer: ToolCalls, call: ToolCall) -> Measure:
    """How well the calls match, by the scorer's mode."""
    made = tool_calls(call)
    wanted = scorer.tool_calls
    matched = _assigned(wanted, made)
    ordered = _in_order(wanted, made)
    details = {
        "made": [{"name": item.name, "arguments": item.arguments} for item in made],
        "matched": matched,
        "in_order": ordered,
    }
    told = f"{matched} of {len(wanted)} expected calls made, {ordered} in order, {len(made)} in all"
    return Measure(_value(scorer.mode, len(wanted), len(made), matched, ordered), told, details)


def _value(mode: str, wanted: int, made: int, matched: int, ordered: int) -> float:
    if not wanted:
        # No call is expected: any call is one too many, whatever the mode.
        return 0.0 if made else 1.0
    if mode == "exact":
        return 1.0 if ordered == wanted == made else 0.0
    if mode == "in_order":
        return ordered / wanted
    if mode == "any_order":
        return matched / wanted
    return 2 * matched / (wanted + made)


def _is_match(wanted: ExpectedCall, made: MadeCall) -> bool:
    return wanted.name == made.name and not subset_differences(wanted.arguments, made.arguments)


def _assigned(wanted: Sequence[ExpectedCall], made: Sequence[MadeCall]) -> int:
    """Return how many expected calls can be given a call of their own: a largest matching."""
    fits = [[at for at, item in enumerate(made) if _is_match(one, item)] for one in wanted]
    owner: dict[int, int] = {}

    def place(one: int, tried: set[int]) -> bool:
        for at in fits[one]:
            if at not in tried:
                tried.add(at)
                if at not in owner or place(owner[at], tried):
                    owner[at] = one
                    return True
        return False

    return sum(place(one, set()) for one in range(len(wanted)))


def _in_order(wanted: Sequence[ExpectedCall], made: Sequence[MadeCall]) -> int:
    """Return the length of the longest common subsequence."""
    row = [0] * (len(made) + 1)
    for one in wanted:
        before = row[:]
        for at, item in enumerate(made, 1):
            row[at] = before[at - 1] + 1 if _is_match(one, item) else max(before[at], row[at - 1])
    return row[-1]
