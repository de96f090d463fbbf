"""Holding a result against failures that are known, and saving those that are there."""

from __future__ import annotations

from collections.abc import Iterable

from harness.records.audit import AuditFinding, AuditResult
from harness.records.baseline import Baseline, BaselineOutcome, KnownFailure
from harness.records.results import RunResult


def run_baseline(result: RunResult, before: Baseline | None = None) -> Baseline:
    """Return the failures of a run; what `before` has of scenarios not judged now stays.

    A scenario that could not be judged is never in it: a missing prerequisite has to be repaired.
    """
    failures = [
        KnownFailure(id=name, subject=scenario.id)
        for scenario in result.scenarios
        if scenario.status == "failed"
        for name in scenario.failures
    ]
    return Baseline(baseline="run", failures=(*failures, *_kept(before, _judged(result))))


def audit_baseline(
    result: AuditResult,
    failures: Iterable[tuple[str, AuditFinding]],
    before: Baseline | None = None,
) -> Baseline:
    """Return the findings that fail an audit, or would; what `before` has of open rules stays."""
    found = [
        KnownFailure(id=name, subject=finding.rule, message=finding.message)
        for name, finding in failures
    ]
    kept = _kept(before, {rule.id for rule in result.rules if rule.is_judged})
    ids = {failure.id for failure in found}
    return Baseline(
        baseline="audit",
        failures=(*found, *(failure for failure in kept if failure.id not in ids)),
    )


def _judged(result: RunResult) -> set[str]:
    return {scenario.id for scenario in result.scenarios if scenario.status != "error"}


def _kept(before: Baseline | None, judged: set[str]) -> list[KnownFailure]:
    failures = before.failures if before is not None else ()
    return [failure for failure in failures if failure.subject not in judged]


def run_against(result: RunResult, baseline: Baseline, file: str) -> RunResult:
    """Return the run with what the baseline knows of its failures."""
    now = {name for scenario in result.scenarios for name in scenario.failures}
    outcome = _outcome(baseline, file, now, _judged(result))
    return result.model_copy(update={"baseline": outcome})


def audit_against(result: AuditResult, baseline: Baseline, file: str) -> AuditResult:
    """Return the audit with what the baseline knows of its findings."""
    judged = {rule.id for rule in result.rules if rule.is_judged}
    outcome = _outcome(baseline, file, set(result.finding_ids), judged)
    return result.model_copy(update={"baseline": outcome})


def _outcome(baseline: Baseline, file: str, now: set[str], judged: set[str]) -> BaselineOutcome:
    ids = dict.fromkeys(failure.id for failure in baseline.failures)
    subjects = {failure.id: failure.subject for failure in baseline.failures}
    return BaselineOutcome(
        file=file,
        known=tuple(name for name in ids if name in now),
        mended=tuple(name for name in ids if name not in now and subjects[name] in judged),
    )
