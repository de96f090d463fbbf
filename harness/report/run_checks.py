"""A run as a report: one check a scenario."""

from __future__ import annotations

from harness.plural import counted_noun
from harness.records.report import Check, CheckStatus, Report, ReportTable, RuleText
from harness.records.results import RunResult, ScenarioResult, StepResult
from harness.records.stray_output import told_stray
from harness.report.baseline_lines import baseline_lines
from harness.report.check_counts import counted, pass_badge
from harness.report.scenario_failure import reason_lines
from harness.report.tool_rows import COLUMNS, tool_rows

RULES = {
    "scenario.expectation": "What the scenario expects of each call holds.",
    "scenario.score": "Each answer scores at least what the scenario asks for.",
    "scenario.cassette": "The cassette answers every request of the server.",
    "scenario.target": "The target can be started and reached.",
    "scenario.usage": "The scenario and its options can be carried out.",
}


def run_report(result: RunResult) -> Report:
    """Return the report of a run."""
    known = result.known_failed
    checks = tuple(_check(scenario, scenario.id in known) for scenario in result.scenarios)
    is_passed = not result.interrupted and all(
        check.status in ("passed", "noted") for check in checks
    )
    interrupted = "interrupted: " if result.interrupted else ""
    totals = result.totals
    return Report(
        kind="run",
        title=", ".join(dict.fromkeys(check.group for check in checks)) or "no scenario",
        headline=f"{interrupted}{counted_noun(totals.scenarios, 'scenario')}: {counted(checks)}; "
        f"{totals.expectations_passed} of {totals.expectations} checks, "
        f"{counted_noun(totals.calls, 'call')}",
        is_passed=is_passed,
        checks=checks,
        rules=tuple(RuleText(id=name, text=text) for name, text in RULES.items()),
        tables=_tables(result),
        notes=_notes(result),
        badge=pass_badge("scenarios", checks, is_passed=is_passed),
        seconds=result.seconds,
    )


def _check(result: ScenarioResult, is_known: bool) -> Check:
    status: CheckStatus = result.status
    message = _message(result)
    if is_known:
        status, message = "noted", f"known: {message}"
    details = [] if result.status == "passed" else list(reason_lines(result))
    if details[:1] == [message]:
        del details[0]
    return Check(
        id=result.id,
        rule=_rule(result),
        group=result.target,
        name=result.name,
        status=status,
        message=message,
        details=(*details, *(f"note: {note}" for note in result.notes)),
        file=result.file,
        line=result.line,
        reproduce=result.reproduce,
        seconds=result.seconds,
    )


def _rule(result: ScenarioResult) -> str:
    if result.error is not None:
        return f"scenario.{result.error_kind or 'usage'}"
    held = all(item.status == "passed" for step in result.steps for item in step.expectations)
    return "scenario.score" if held and result.status == "failed" else "scenario.expectation"


def _message(result: ScenarioResult) -> str:
    """Return what is wrong in one line: the first failure, and how many there are."""
    if result.error is not None:
        return next(iter(result.error.splitlines()), "not judged")
    for number, step in enumerate(result.steps, start=1):
        if step.failed_labels:
            first = f"step {number}, {step.tool}: {step.message or _first_failure(step)}"
            more = len(result.failures) - 1
            return f"{first} (+{more} more)" if more and not step.message else first
    return ""


def _first_failure(step: StepResult) -> str:
    for item in step.expectations:
        if item.status != "passed":
            return f"{item.label}: {item.message}"
    low = next(item for item in step.scores if not item.is_enough)
    return f"{low.label} scores {low.value:.2f}, {low.threshold:g} wanted"


def _tables(result: RunResult) -> tuple[ReportTable, ...]:
    rows = tuple(tuple(map(str, row)) for row in tool_rows(result))
    tables = [ReportTable(title="tools", columns=COLUMNS, rows=rows)] if rows else []
    if result.scores:
        scores = tuple(
            (mean.target, mean.tool or "", f"{mean.score:.2f}", str(mean.scores))
            for mean in result.scores
        )
        columns = ("target", "tool", "score", "scorers")
        tables.append(ReportTable(title="scores", columns=columns, rows=scores))
    return tuple(tables)


def _notes(result: RunResult) -> tuple[str, ...]:
    told = () if result.baseline is None else tuple(baseline_lines(result.baseline))
    stray = (
        f"{scenario.id}: {told_stray(scenario.stray_stdout)}"
        for scenario in result.scenarios
        if scenario.stray_stdout
    )
    return (*told, *stray)
