"""Mutation testing of scenarios: which defects of the target would they notice?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.configuration import Configuration, environment
from harness.errors import TargetError, UsageError, did_you_mean
from harness.mutation.catalogue import catalogue, chosen
from harness.mutation.mutation import IDENTITY, Mutation, changes
from harness.mutation.noticed import is_seen, killer
from harness.mutation.passage import Passage
from harness.mutation_proxy import MutationProxy
from harness.records.mutation import MutantResult, MutationResult
from harness.records.results import RunResult, ScenarioResult
from harness.runner.options import RunOptions, resolve_target
from harness.runner.scenario import run_scenario
from harness.runner.session import Session, open_session
from harness.scenario.loader import LoadedScenario
from harness.targets import Target

SAME = "the target answers the same with it, and asks the provider the same"


class Progress(Protocol):
    """Is told how far the work is."""

    def begin(self, phase: str, total: int, unit: str = ...) -> None:
        """Note that `phase` begins, with so many of a unit."""

    def advance(self) -> None:
        """Note that one more of them is done."""


@dataclass(frozen=True, kw_only=True)
class MutationOptions:
    """Which mutants: patterns of ids, none of `mutants` for all."""

    mutants: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Baseline:
    """A scenario as it runs without a mutant."""

    loaded: LoadedScenario
    target: Target
    result: ScenarioResult
    passages: tuple[Passage, ...]


async def run_mutants(
    scenarios: Sequence[LoadedScenario],
    configuration: Configuration,
    options: RunOptions,
    choice: MutationOptions,
    progress: Progress,
) -> MutationResult | RunResult:
    """Run `scenarios` with each mutant that changes one of their calls, up to the first that fails.

    Nothing is recorded. When the scenarios do not pass without a mutant, that run is the result.

    Raises:
        UsageError: the scenarios have several targets, or the patterns choose no mutant.
        TargetError: the target cannot be reached any more.
    """
    proxy = MutationProxy()
    async with open_session(configuration, options, connect=proxy.connect) as session:
        return await mutants_within(session, proxy, scenarios, choice, progress)


async def mutants_within(
    session: Session,
    proxy: MutationProxy,
    scenarios: Sequence[LoadedScenario],
    choice: MutationOptions,
    progress: Progress,
) -> MutationResult | RunResult:
    """Do what `run_mutants` does, in a session whose links go through `proxy`."""
    started = time.perf_counter()
    targets = _targets(scenarios, session)
    progress.begin("without mutants", len(scenarios), "scenarios")
    baselines = [
        await _baseline(loaded, target, session, proxy, progress)
        for loaded, target in zip(scenarios, targets, strict=True)
    ]
    results = tuple(item.result for item in baselines)
    if any(result.status != "passed" for result in results):
        return RunResult(scenarios=results, seconds=time.perf_counter() - started)
    mutations = _chosen(baselines, proxy, choice)
    progress.begin("with mutants", len(mutations), "mutants")
    found = []
    for mutation in mutations:
        found.append(await _try(mutation, baselines, session, proxy))
        progress.advance()
    return MutationResult(
        target=targets[0].name,
        scenarios=len(scenarios),
        mutants=tuple(found),
        seconds=time.perf_counter() - started,
    )


def _targets(scenarios: Sequence[LoadedScenario], session: Session) -> list[Target]:
    environ = environment()
    targets = [
        resolve_target(item, session.configuration, session.options, environ) for item in scenarios
    ]
    names = sorted({target.name for target in targets})
    if len(names) > 1:
        raise UsageError(
            f"these scenarios have {len(names)} targets ({', '.join(names)}); mutants belong to "
            "one: name the folder of its scenarios, or choose with -k"
        )
    return targets


async def _baseline(
    loaded: LoadedScenario,
    target: Target,
    session: Session,
    proxy: MutationProxy,
    progress: Progress,
) -> _Baseline:
    proxy.begin(IDENTITY)
    result = await run_scenario(loaded, target, session)
    progress.advance()
    return _Baseline(loaded, target, result, tuple(_passages(loaded, result, proxy.passed)))


def _passages(
    loaded: LoadedScenario, result: ScenarioResult, passed: Sequence[Passage]
) -> Iterator[Passage]:
    """Yield the calls with what only the scenario and its result tell of them."""
    made = [
        (step, done.call)
        for step, done in zip(loaded.scenario.steps, result.steps, strict=False)
        if done.call is not None
    ]
    before = None
    for passage, (step, call) in zip(passed, made, strict=False):
        yield Passage(
            asked=passage.asked,
            reply=passage.reply,
            upstream_calls=len(call.interactions or ()),
            limit=step.timeout if "timeout" in step.model_fields_set else None,
            before=before,
        )
        is_answered = passage.reply.outcome.plane not in ("timeout", "transport_error")
        before = passage.reply if is_answered else None


def _chosen(
    baselines: Iterable[_Baseline], proxy: MutationProxy, choice: MutationOptions
) -> tuple[Mutation, ...]:
    passages = [passage for item in baselines for passage in item.passages]
    every = catalogue(list(proxy.tools.values()), passages)
    areas = dict.fromkeys(item.mutant.area for item in every)
    known = [*(item.mutant.id for item in every), *(f"{area}.*" for area in areas)]
    for pattern in (*choice.mutants, *choice.exclude):
        if not chosen(every, (pattern,), ()):
            raise UsageError(
                f"no mutant is called {pattern!r}{did_you_mean(pattern, known)} (areas: "
                f"{', '.join(areas)})"
            )
    found = chosen(every, choice.mutants, choice.exclude)
    if not found:
        raise UsageError("every mutant that --mutants chooses is excluded")
    return found


async def _try(
    mutation: Mutation, baselines: Sequence[_Baseline], session: Session, proxy: MutationProxy
) -> MutantResult:
    tools = list(proxy.tools.values())
    counts = [sum(changes(mutation, one, tools) for one in item.passages) for item in baselines]
    affected = [item for item, count in zip(baselines, counts, strict=True) if count]
    if not affected:
        why = f"no scenario has {mutation.needs}"
        return MutantResult(mutant=mutation.mutant, status="no effect", why=why)
    has_effect = False
    for number, item in enumerate(affected, start=1):
        result = await _run(mutation, item, session, proxy)
        if result.status != "passed":
            return MutantResult(
                mutant=mutation.mutant,
                status="killed",
                killed_by=f"{item.loaded.id}: {killer(result)}",
                calls=sum(counts),
                scenarios=number,
            )
        has_effect = has_effect or is_seen(item.result, result)
    return MutantResult(
        mutant=mutation.mutant,
        status="survived" if has_effect else "no effect",
        why="" if has_effect else SAME,
        calls=sum(counts),
        scenarios=len(affected),
    )


async def _run(
    mutation: Mutation, item: _Baseline, session: Session, proxy: MutationProxy
) -> ScenarioResult:
    proxy.begin(mutation, item.passages)
    if mutation.changes_tools:
        await session.pool.drop(item.target)  # the list of tools is asked for once a connection
    result = await run_scenario(item.loaded, item.target, session)
    if mutation.changes_tools:
        await session.pool.drop(item.target)
    if result.error_kind in ("target", "usage"):
        raise TargetError(
            f"{item.loaded.id} could not be run with the mutant {mutation.mutant.id}: "
            f"{result.error}"
        )
    return result


def exit_code(result: MutationResult, fail_under: float | None) -> int:
    """Return 1 when the score is under `fail_under` percent, or nothing gave a score; else 0."""
    if fail_under is None:
        return 0
    return 0 if result.score is not None and result.score >= fail_under else 1
