"""Running many scenarios: resolve everything first, then one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from harness.configuration import Configuration, environment
from harness.records.results import RunResult, ScenarioResult
from harness.runner.options import RunOptions, resolve_target
from harness.runner.scenario import run_scenario
from harness.runner.session import open_session
from harness.scenario.loader import LoadedScenario

EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_CASSETTE, EXIT_TARGET, EXIT_INTERRUPTED = 0, 1, 2, 3, 4, 130


async def run_scenarios(
    scenarios: Sequence[LoadedScenario],
    configuration: Configuration,
    options: RunOptions,
    on_result: Callable[[ScenarioResult], None],
) -> RunResult:
    """Run `scenarios` in order and give each result to `on_result` as soon as it is there.

    Raises:
        UsageError: a target is unknown or badly configured; nothing has been run then.
    """
    started = time.perf_counter()
    environ = environment()
    targets = [resolve_target(item, configuration, options, environ) for item in scenarios]
    results: list[ScenarioResult] = []
    async with open_session(configuration, options) as session:
        for loaded, target in zip(scenarios, targets, strict=True):
            result = await run_scenario(loaded, target, session)
            results.append(result)
            on_result(result)
            if options.exit_first and _stops(result, options.known):
                break
    return RunResult(scenarios=tuple(results), seconds=time.perf_counter() - started)


def _stops(result: ScenarioResult, known: frozenset[str]) -> bool:
    is_known = result.status == "failed" and known.issuperset(result.failures)
    return result.status != "passed" and not is_known


def exit_code(result: RunResult) -> int:
    """Return the exit code of a run; what kept it from judging outweighs what it judged."""
    if result.interrupted:
        return EXIT_INTERRUPTED
    kinds = {scenario.error_kind for scenario in result.scenarios}
    if "usage" in kinds:
        return EXIT_USAGE
    if "target" in kinds:
        return EXIT_TARGET
    if "cassette" in kinds:
        return EXIT_CASSETTE
    is_new = result.totals.failed > len(result.known_failed)
    return EXIT_FAILED if is_new else EXIT_OK
