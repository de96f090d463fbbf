from __future__ import annotations

import pytest

from harness.audit.rules import AREA_PHASES, rules
from harness.records.audit import AuditResult
from harness.records.comparison import Comparison, ComparisonVerdict
from harness.records.description_score import DescriptionScores
from harness.records.finding import Severity
from harness.records.report import Report, ReportKind
from harness.records.results import RunResult
from harness.report.report_of import report_of
from harness.report.score_checks import RULES
from harness.runner.audit_verdict import exit_code as audit_exit_code
from harness.runner.run import exit_code as run_exit_code
from harness.scoring.descriptions.phrases import phrase_table
from tests.report.stored_results import (
    audit_result,
    comparison_result,
    results,
    run_result,
    score_result,
)

KINDS: list[ReportKind] = list(results())


def _statuses(report: Report) -> dict[str, str]:
    return {check.id: check.status for check in report.checks}


@pytest.mark.parametrize("kind", KINDS)
def test_ids_are_unique_and_every_rule_has_its_sentence(kind: ReportKind) -> None:
    report = report_of(results()[kind])
    ids = [check.id for check in report.checks]
    assert len(set(ids)) == len(ids)
    sentences = {rule.id: rule.text for rule in report.rules}
    assert all(sentences[check.rule].endswith(".") for check in report.checks)


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_hold_says_why_in_one_line(kind: ReportKind) -> None:
    for check in report_of(results()[kind]).checks:
        assert "\n" not in check.message
        assert bool(check.message) is (check.status != "passed")


def test_a_run_has_one_check_for_each_scenario() -> None:
    assert _statuses(report_of(run_result())) == {
        "grok/greets": "passed",
        "grok/differs": "failed",
        "grok/scores-low": "failed",
        "grok/known-to-fail": "noted",
        "grok/is-not-recorded": "error",
    }


def test_an_audit_has_findings_gaps_and_rules_that_hold() -> None:
    assert _statuses(report_of(audit_result())) == {
        "validation.coerced@create_completion/temperature": "failed",
        "errors.status-lost@create_completion": "noted",
        "validation.json-rpc@create_completion": "noted",
        "audit.not-tested@create_completion: streaming": "not_tested",
        "definitions.name-illegal@grok": "passed",
    }


@pytest.mark.parametrize(("fail_on", "status"), [("medium", "failed"), ("high", "noted")])
def test_a_finding_fails_from_the_severity_that_was_asked_for(
    fail_on: Severity, status: str
) -> None:
    result = audit_result().model_copy(update={"fail_on": fail_on})
    report = report_of(result)
    assert _statuses(report)["validation.coerced@create_completion/temperature"] == status
    assert report.is_passed is (audit_exit_code(result) == 0) is (status == "noted")


def test_expected_findings_are_noted_and_stale_expectations_fail() -> None:
    told = {"expected": ["validation.coerced"], "stale": ["errors.hangs@x"]}
    result: AuditResult = audit_result()
    result = result.model_copy(update={"totals": {**result.totals, **told}})
    report = report_of(result)
    statuses = _statuses(report)
    assert statuses["validation.coerced@create_completion/temperature"] == "noted"
    assert statuses["audit.stale-expectation@errors.hangs@x"] == "failed"
    assert not report.is_passed
    assert audit_exit_code(result) == 1


def test_an_audit_that_could_call_no_tool_is_an_error_and_no_pass() -> None:
    result: AuditResult = audit_result()
    result = result.model_copy(update={"findings": (), "baseline": None, "unserved": "no key"})
    report = report_of(result)
    assert _statuses(report)["audit.unserved@grok"] == "error"
    assert not report.is_passed
    assert audit_exit_code(result) == 2


def test_two_findings_of_one_rule_and_place_are_two_checks() -> None:
    result = audit_result()
    twice = result.model_copy(update={"findings": (result.findings[0], result.findings[0])})
    assert [name for name in _statuses(report_of(twice)) if name.endswith("#2")]


def test_a_report_passes_exactly_when_the_run_exits_with_0() -> None:
    result: RunResult = run_result()
    passing = result.model_copy(update={"scenarios": (result.scenarios[0], result.scenarios[3])})
    unknown = passing.model_copy(update={"baseline": None})
    interrupted = passing.model_copy(update={"interrupted": True})
    for run, code in ((result, 3), (passing, 0), (unknown, 1), (interrupted, 130)):
        assert run_exit_code(run) == code
        assert report_of(run).is_passed is (code == 0)


@pytest.mark.parametrize(("fail_under", "status"), [(3.0, "failed"), (None, "noted")])
def test_a_low_dimension_fails_only_under_the_limit(fail_under: float | None, status: str) -> None:
    result: DescriptionScores = score_result().model_copy(update={"fail_under": fail_under})
    statuses = _statuses(report_of(result))
    assert statuses["score.usage_guidelines@complete"] == status
    assert statuses["score.tool@create_chat_completion"] == "passed"
    assert statuses["description.instructs-model@complete/description"] == "failed"
    assert "score.usage_guidelines@create_chat_completion" not in statuses


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        ("equal", "passed"),
        ("compatible", "passed"),
        ("unknown", "error"),
        ("worse", "failed"),
        ("breaking", "failed"),
    ],
)
def test_each_verdict_has_its_status(verdict: ComparisonVerdict, status: str) -> None:
    result: Comparison = comparison_result().model_copy(update={"verdict": verdict, "tools": ()})
    report = report_of(result)
    assert _statuses(report) == {"compare.verdict@after.json": status}
    assert report.is_passed is (status == "passed")


def test_only_the_tool_that_breaks_fails() -> None:
    statuses = _statuses(report_of(comparison_result()))
    assert statuses["compare.tool@create_chat_completion"] == "failed"
    assert statuses["compare.tool@complete"] == "noted"


def test_every_rule_about_descriptions_has_a_sentence() -> None:
    assert set(phrase_table("poisoning")) <= set(RULES)


def test_every_rule_of_the_audit_belongs_to_phases() -> None:
    assert {rule.partition(".")[0] for rule in rules()} == set(AREA_PHASES)
