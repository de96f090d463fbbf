"""The scores of one step of a scenario."""

from __future__ import annotations

from typing import Any

from harness.records.call import ToolCall
from harness.records.output_score import OutputScore
from harness.scenario.filled import filled_expectation
from harness.scenario.model import Step
from harness.scoring.outputs.measure import Measure
from harness.scoring.outputs.score import as_score, score


def score_step(step: Step, call: ToolCall, captures: dict[str, Any]) -> tuple[OutputScore, ...]:
    """Return what each scorer of `step` says of its call, captured values filled in."""
    found = []
    for scorer in step.score:
        try:
            found.append(score(filled_expectation(scorer, captures), call))
        except ValueError as error:
            reason = f"the captured value does not fit here: {error}".splitlines()[0]
            found.append(as_score(scorer, Measure(0.0, reason)))
    return tuple(found)


def score_none(step: Step, reason: str) -> tuple[OutputScore, ...]:
    """Return the scores of a step that could not be called: 0, since nothing came."""
    return tuple(as_score(scorer, Measure(0.0, reason)) for scorer in step.score)
