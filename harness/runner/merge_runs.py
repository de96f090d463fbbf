"""The runs of several shards as one run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.errors import UsageError
from harness.records.baseline import BaselineOutcome
from harness.records.results import RunResult, ScenarioResult
from harness.runner.stored_results import read_stored


def merge_runs(paths: Sequence[Path]) -> RunResult:
    """Return one run of all scenarios, in the order of the files; seconds add up.

    Raises:
        UsageError: a file is no run, or two files hold the same scenario.
    """
    runs = []
    for path in paths:
        stored = read_stored(path)
        if not isinstance(stored, RunResult):
            raise UsageError(f"{path}: only runs can be merged; toolreel run --format json")
        runs.append((path, stored))
    return RunResult(
        scenarios=_scenarios(runs),
        interrupted=any(run.interrupted for _, run in runs),
        baseline=_baseline([run.baseline for _, run in runs]),
        seconds=sum(run.seconds for _, run in runs),
    )


def _scenarios(runs: Sequence[tuple[Path, RunResult]]) -> tuple[ScenarioResult, ...]:
    found: dict[str, tuple[Path, ScenarioResult]] = {}
    for path, run in runs:
        for scenario in run.scenarios:
            first, _ = found.setdefault(scenario.id, (path, scenario))
            if found[scenario.id][1] is not scenario:
                raise UsageError(
                    f"{path}: scenario {scenario.id!r} is already in {first}; "
                    "run each shard once: toolreel run --shard 1/N"
                )
    return tuple(scenario for _, scenario in found.values())


def _baseline(outcomes: Sequence[BaselineOutcome | None]) -> BaselineOutcome | None:
    told = [outcome for outcome in outcomes if outcome is not None]
    if not told:
        return None
    return BaselineOutcome(
        file=", ".join(dict.fromkeys(outcome.file for outcome in told)),
        known=tuple(name for outcome in told for name in outcome.known),
        mended=tuple(name for outcome in told for name in outcome.mended),
    )
