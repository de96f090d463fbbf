"""Why a scenario did not pass, as plain lines for a log: no colour, no markup."""

from __future__ import annotations

from collections.abc import Iterator

from harness.difference_text import describe_differences
from harness.records.results import ScenarioResult, StepResult


def failure_lines(result: ScenarioResult) -> Iterator[str]:
    """Yield what failed with the place and the command that runs it again."""
    yield f"{result.file}:{result.line}: {result.target}/{result.name}: {_status(result)}"
    if result.error is not None:
        yield from (f"  {line}" for line in result.error.splitlines())
    for number, step in enumerate(result.steps, start=1):
        yield from _step_lines(number, step)
    yield f"  again: {result.reproduce}"


def _status(result: ScenarioResult) -> str:
    if result.status == "error":
        return f"not judged ({result.error_kind})"
    return f"{result.status}, score {result.score:.2f}"


def _step_lines(number: int, step: StepResult) -> Iterator[str]:
    failed = [item for item in step.expectations if item.status != "passed"]
    if not failed:
        return
    yield f"  step {number}, {step.tool}:"
    if step.message:
        yield f"    {step.message}"
        return
    for item in failed:
        yield f"    {item.label}"
        yield f"      {item.message}"
        yield from (f"        {line}" for line in describe_differences(item.differences))
