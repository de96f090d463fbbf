"""Why a scenario did not pass, as plain lines for a log: no colour, no markup."""

from __future__ import annotations

from collections.abc import Iterator

from harness.difference_text import describe_differences
from harness.records.results import ScenarioResult, StepResult


def failure_lines(result: ScenarioResult) -> Iterator[str]:
    """Yield what failed with the place and the command that runs it again."""
    yield f"{result.file}:{result.line}: {result.id}: {_status(result)}"
    yield from (f"  {line}" for line in reason_lines(result))
    yield f"  again: {result.reproduce}"


def reason_lines(result: ScenarioResult) -> Iterator[str]:
    """Yield what failed, step by step, or why nothing can be said."""
    if result.error is not None:
        yield from result.error.splitlines()
    for number, step in enumerate(result.steps, start=1):
        yield from _step_lines(number, step)


def _status(result: ScenarioResult) -> str:
    if result.status == "error":
        return f"not judged ({result.error_kind})"
    return f"{result.status}, score {result.score:.2f}"


def _step_lines(number: int, step: StepResult) -> Iterator[str]:
    if not step.failed_labels:
        return
    yield f"step {number}, {step.tool}:"
    if step.message:
        yield f"  {step.message}"
        return
    for item in step.expectations:
        if item.status != "passed":
            yield f"  {item.label}"
            yield f"    {item.message}"
            yield from (f"      {line}" for line in describe_differences(item.differences))
    for score in step.scores:
        if not score.is_enough:
            yield f"  {score.label}"
            yield f"    scores {score.value:.2f}, {score.threshold:g} wanted: {score.explanation}"
