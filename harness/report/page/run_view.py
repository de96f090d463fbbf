"""A run: counts by target and tool, and a row a scenario that opens to its calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.difference_text import describe_differences
from harness.records.results import ExpectationResult, RunResult, ScenarioResult, StepResult
from harness.report.page import blocks
from harness.report.page.blocks import Block
from harness.report.page.call_view import call_view
from harness.report.page.row import Row
from harness.report.page.shown import seconds_text, short_json


@dataclass
class ToolCounts:
    """What happened to one tool of one target."""

    target: str
    tool: str
    calls: int = 0
    checks: int = 0
    passed: int = 0
    errors: int = 0
    """Steps that could not be judged."""
    planes: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """Checks that did not hold."""
        return self.checks - self.passed

    def add(self, step: StepResult, *, is_judged: bool) -> None:
        """Count one step."""
        if step.call is not None:
            self.calls += 1
            plane = step.call.outcome.plane
            self.planes[plane] = self.planes.get(plane, 0) + 1
        if is_judged:
            self.checks += len(step.expectations)
            self.passed += sum(item.status == "passed" for item in step.expectations)
        else:
            self.errors += 1


def tool_counts(result: RunResult) -> list[ToolCounts]:
    """Return counts by target and tool, in the order in which they ran."""
    counts: dict[tuple[str, str], ToolCounts] = {}
    for scenario in result.scenarios:
        for step in scenario.steps:
            key = (scenario.target, step.tool)
            found = counts.setdefault(key, ToolCounts(*key))
            found.add(step, is_judged=scenario.error is None)
    return list(counts.values())


def run_rows(result: RunResult) -> list[Row]:
    """Return a row a scenario; what did not pass comes first."""
    order = {"error": 1, "failed": 0, "passed": 2}
    return [_row(item) for item in sorted(result.scenarios, key=lambda it: order[it.status])]


def _row(scenario: ScenarioResult) -> Row:
    results = [item for step in scenario.steps for item in step.expectations]
    held = sum(item.status == "passed" for item in results)
    tools = dict.fromkeys(step.tool for step in scenario.steps)
    planes = dict.fromkeys(step.call.outcome.plane for step in scenario.steps if step.call)
    return Row(
        status=scenario.status,
        group=scenario.target,
        name=scenario.name,
        facts=(
            ", ".join(tools),
            ", ".join(planes),
            f"{held}/{len(results)}",
            seconds_text(scenario.seconds),
        ),
        lines=tuple(_failure_lines(scenario)),
        is_retold=scenario.error is None,
        command=scenario.reproduce,
        search="\n".join(_searched(scenario)),
        details=tuple(_details(scenario)),
    )


def _failure_lines(scenario: ScenarioResult) -> Iterator[str]:
    if scenario.error is not None:
        yield scenario.error
    for number, step in enumerate(scenario.steps, start=1):
        for item in step.expectations:
            if item.status != "passed":
                yield f"step {number}: {item.label}: {item.message}"
                yield from (f"  {line}" for line in describe_differences(item.differences))
        for score in step.scores:
            if not score.is_enough:
                yield f"step {number}: {score.label}: {score.value:.2f}, {score.explanation}"


def _searched(scenario: ScenarioResult) -> Iterator[str]:
    yield f"{scenario.target}/{scenario.name} {scenario.file}:{scenario.line} {scenario.status}"
    yield from (scenario.error or "", *scenario.notes)
    for step in scenario.steps:
        yield f"{scenario.target}/{step.tool} {step.message}"
        yield from (f"{item.label} {item.message}" for item in step.expectations)
        yield from (f"{item.label} {item.explanation}" for item in step.scores)
        if step.call:
            outcome = step.call.outcome
            yield f"{outcome.plane} {outcome.code or ''} {outcome.message or ''}"
            yield short_json(step.call.arguments)


def _details(scenario: ScenarioResult) -> Iterator[Block]:
    if scenario.reproduce:
        yield blocks.command(scenario.reproduce)
    yield blocks.facts(
        [
            ("file", f"{scenario.file}:{scenario.line}"),
            ("score", f"{scenario.score:.2f}"),
            ("error", scenario.error_kind),
            ("took", seconds_text(scenario.seconds)),
        ]
    )
    yield from (blocks.note(text) for text in scenario.notes)
    several = len(scenario.steps) > 1
    for number, step in enumerate(scenario.steps, start=1):
        content = list(_step(step))
        if several:
            failed = any(item.status != "passed" for item in step.expectations)
            plane = f"→ {step.call.outcome.plane}" if step.call else "not called"
            tone = "failed" if failed else ""
            label = f"step {number} · {step.tool}"
            yield blocks.group(label, content, is_open=failed, tone=tone, hint=plane)
        else:
            yield from content


def _step(step: StepResult) -> Iterator[Block]:
    if step.message:
        yield blocks.note(step.message, tone="error")
    if step.expectations:
        failed = sum(item.status != "passed" for item in step.expectations)
        total = len(step.expectations)
        yield blocks.group(
            "expectations",
            [blocks.verdicts(_verdict(item) for item in step.expectations)],
            is_open=bool(failed),
            tone="failed" if failed else "",
            hint=f"{total - failed} of {total} hold",
        )
    if step.scores:
        yield blocks.group("output scores", [_scores(step)], is_open=True)
    if step.call is None:
        yield blocks.note("The call was not made.", tone="error")
    else:
        yield from call_view(step.call)


def _verdict(item: ExpectationResult) -> tuple[str, str, str, list[Block]]:
    weight = "" if item.weight == 1 else f" (weight {item.weight:g})"
    more = [blocks.differences("", item.differences)] if item.differences else []
    return item.status, item.label + weight, item.message, more


def _scores(step: StepResult) -> Block:
    rows = []
    for item in step.scores:
        details = [] if item.details is None else [blocks.json_value("details", item.details)]
        least = "" if item.threshold is None else f", at least {item.threshold:g} wanted"
        weight = "" if item.weight == 1 else f", weight {item.weight:g}"
        label = f"{item.label}: {item.value:.2f}{least}{weight}"
        status = "passed" if item.is_enough else "failed"
        rows.append((status, label, item.explanation, details))
    return blocks.verdicts(rows)
