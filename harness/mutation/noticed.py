"""Whether a scenario noticed a mutant, and by what."""

from __future__ import annotations

from typing import Any

from harness.mutation.mutation import same
from harness.records.call import ToolCall
from harness.records.results import ScenarioResult

MISS = "cassette miss"


def killer(result: ScenarioResult) -> str:
    """Return what failed first in a scenario that did not pass."""
    if result.error_kind == "cassette":
        return MISS
    if result.error is not None:
        return f"error: {result.error.splitlines()[0]}"
    for step in result.steps:
        for item in step.expectations:
            if item.status != "passed":
                return item.label
        for score in step.scores:
            if not score.is_enough:
                return score.label
    raise ValueError(f"{result.name} passed: nothing noticed the mutant")


def is_seen(without: ScenarioResult, result: ScenarioResult) -> bool:
    """Tell whether the calls of both runs differ in anything that an expectation reads."""
    calls = [[_read(step.call) for step in run.steps] for run in (without, result)]
    return not same(*calls)


def _read(call: ToolCall | None) -> Any:
    if call is None:
        return None
    requests = [item.request for item in call.interactions or ()]
    return [call.outcome, call.progress, call.logs, requests]
