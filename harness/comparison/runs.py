"""Two stored runs of the same scenarios: what came out differently, and is it more than chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.cassette.compare import compare_cassettes
from harness.cassette.volatility import kind_at
from harness.comparison.paired import bootstrap_interval, conclude, mcnemar
from harness.difference_text import describe_differences
from harness.differences import differences
from harness.records.call import Difference, ToolCall
from harness.records.comparison import PairedStatistics, ResultChange
from harness.records.output_score import OutputScore
from harness.records.results import ExpectationResult, RunResult, ScenarioResult, StepResult

SAME_SCORE = 1e-9


@dataclass(frozen=True)
class ComparedRuns:
    """What two runs do not share, by tool, and the statistics of what they do."""

    by_tool: dict[str, list[ResultChange]]
    statistics: PairedStatistics | None
    """None when no scenario could be judged on both sides."""
    undecided: tuple[str, ...] = ()
    """Why nobody knows whether the candidate can take the baseline's place."""


def compare_runs(baseline: RunResult, candidate: RunResult) -> ComparedRuns:
    """Return the changes by tool; a scenario is the same by its name, a step by its number."""
    before, after = _by_name(baseline), _by_name(candidate)
    found: dict[str, list[ResultChange]] = defaultdict(list)
    for name, scenario in before.items():
        if name in after:
            for tool, change in _scenario(scenario, after[name]):
                found[tool].append(change)
    for names, other, side in ((before, after, "candidate"), (after, before, "baseline")):
        for name in names:
            if name not in other:
                message = f"the {side} did not run it"
                change = ResultChange(scenario=name[0], step=0, kind="missing", message=message)
                found[_first_tool(names[name])].append(change)
    both = [(before[name], after[name]) for name in before if name in after]
    statistics = _statistics(both)
    return ComparedRuns(dict(found), statistics, tuple(_undecided(both, statistics)))


def _undecided(
    both: Sequence[tuple[ScenarioResult, ScenarioResult]], statistics: PairedStatistics | None
) -> Iterator[str]:
    if statistics is None:
        yield "no scenario was judged on both sides: there is nothing to compare them by"
        return
    lost = [after.name for one, after in both if one.error is None and after.error is not None]
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        yield f"{lost[0]}{more} could be judged before and cannot be judged now"


Key = tuple[str, int]


def _by_name(run: RunResult) -> dict[Key, ScenarioResult]:
    """Return the scenarios by name; a name that comes again is numbered in the order of the run."""
    seen: dict[str, int] = defaultdict(int)
    found = {}
    for scenario in run.scenarios:
        found[scenario.name, seen[scenario.name]] = scenario
        seen[scenario.name] += 1
    return found


def _first_tool(scenario: ScenarioResult) -> str:
    return scenario.steps[0].tool if scenario.steps else ""


def _scenario(before: ScenarioResult, after: ScenarioResult) -> Iterator[tuple[str, ResultChange]]:
    if (before.error is None) != (after.error is None):
        message = after.error or f"it could not be judged before: {before.error}"
        tool = _first_tool(before) or _first_tool(after)
        yield tool, ResultChange(scenario=before.name, step=0, kind="error", message=message)
    for number, (one, other) in enumerate(zip(before.steps, after.steps, strict=False), 1):
        for kind, message, found in _step(one, other):
            yield (
                one.tool,
                ResultChange.model_validate(
                    {
                        "scenario": before.name,
                        "step": number,
                        "kind": kind,
                        "message": message,
                        "differences": tuple(found),
                    }
                ),
            )
    if abs(before.score - after.score) > SAME_SCORE:
        message = f"score {before.score:.2f} → {after.score:.2f}"
        tool = _first_tool(before) or _first_tool(after)
        yield tool, ResultChange(scenario=before.name, step=0, kind="score", message=message)


Change = tuple[str, str, list[Difference]]


def _step(before: StepResult, after: StepResult) -> Iterator[Change]:
    if before.tool != after.tool:
        yield "outcome", f"calls {after.tool} in place of {before.tool}", []
        return
    yield from _expectations(before.expectations, after.expectations)
    yield from _scores(before.scores, after.scores)
    if before.call is not None and after.call is not None:
        yield from _calls(before.call, after.call)
    elif before.call is not after.call:
        yield "outcome", "only one side made the call", []


def _expectations(
    before: Sequence[ExpectationResult], after: Sequence[ExpectationResult]
) -> Iterator[Change]:
    for one, other in _paired(before, after):
        if one.status != other.status:
            why = f": {other.message}" if other.message else ""
            yield "expectation", f"{one.label}: {one.status} → {other.status}{why}", []


def _scores(before: Sequence[OutputScore], after: Sequence[OutputScore]) -> Iterator[Change]:
    now = {score.label: score for score in after}
    for score in before:
        other = now.get(score.label)
        if other is not None and abs(score.value - other.value) > SAME_SCORE:
            values = f"{score.value:.2f} → {other.value:.2f}"
            yield "score", f"{score.label}: {values}: {other.explanation}", []


def _paired(
    before: Sequence[ExpectationResult], after: Sequence[ExpectationResult]
) -> Iterator[tuple[ExpectationResult, ExpectationResult]]:
    waiting: dict[str, list[ExpectationResult]] = defaultdict(list)
    for item in after:
        waiting[item.label].append(item)
    for item in before:
        if waiting[item.label]:
            yield item, waiting[item.label].pop(0)


def _calls(before: ToolCall, after: ToolCall) -> Iterator[Change]:
    one, other = before.outcome, after.outcome
    if one.plane != other.plane or one.code != other.code:
        yield "outcome", f"{_plane(before)} → {_plane(after)}", []
    found = _output_differences(before, after)
    if found:
        yield "output", "; ".join(describe_differences(tuple(found))), found
    yield from _requests(before, after)


def _plane(call: ToolCall) -> str:
    code = f" {call.outcome.code}" if call.outcome.code is not None else ""
    return f"{call.outcome.plane}{code}"


def _output_differences(before: ToolCall, after: ToolCall) -> list[Difference]:
    """Return where the outputs differ, without what differs between any two answers.

    Most tools hand the provider's answer on, so its volatile fields are looked for in theirs.
    """
    outputs = [_output(call) for call in (before, after)]
    return [
        item
        for item in differences(*outputs)
        if kind_at(f"/response/body{item.pointer.removeprefix('/json')}", "") != "noise"
    ]


def _output(call: ToolCall) -> dict[str, object]:
    try:
        shown: dict[str, object] = {"json": call.outcome.document}
    except ValueError:
        shown = {"text": call.outcome.text}
    return {**shown, "structured": call.outcome.structured, "data": call.outcome.data}


def _requests(before: ToolCall, after: ToolCall) -> Iterator[Change]:
    if before.interactions is None or after.interactions is None:
        return
    for pair in compare_cassettes(before.interactions, after.interactions):
        if pair.first is None or pair.second is None:
            side = "a request more" if pair.first is None else "a request less"
            yield "upstream", f"{side}: {pair.title}", []
            continue
        found = [item for item in pair.differences if item.pointer.startswith("/request")]
        if found:
            yield "upstream", "; ".join(describe_differences(tuple(found))), found


def _statistics(
    pairs: Sequence[tuple[ScenarioResult, ScenarioResult]],
) -> PairedStatistics | None:
    """Return the statistics over scenarios that were judged on both sides."""
    judged = [pair for pair in pairs if pair[0].error is None and pair[1].error is None]
    if not judged:
        return None
    held = [
        (one.status == "passed", other.status == "passed")
        for before, after in judged
        for first, second in zip(before.steps, after.steps, strict=False)
        for one, other in _paired(first.expectations, second.expectations)
    ]
    only_first, only_second = held.count((True, False)), held.count((False, True))
    p_value = mcnemar(only_first, only_second)
    interval = bootstrap_interval([after.score - before.score for before, after in judged])
    return PairedStatistics(
        pairs=len(held),
        scenarios=len(judged),
        baseline_score=sum(before.score for before, _ in judged) / len(judged),
        candidate_score=sum(after.score for _, after in judged) / len(judged),
        only_baseline_passed=only_first,
        only_candidate_passed=only_second,
        p_value=p_value,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        conclusion=conclude(only_first, only_second, p_value, interval),
    )
