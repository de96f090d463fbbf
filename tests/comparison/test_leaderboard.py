from __future__ import annotations

import pytest

from harness.audit.rules import rules
from harness.comparison.leaderboard import COLUMNS, Contender, leaderboard
from harness.records.audit import UNACCEPTED, AuditFinding, AuditResult, NotTested
from harness.records.comparison import Leaderboard, LeaderboardRow
from harness.records.results import ExpectationResult, RunResult, ScenarioResult, StepResult
from harness.report.forms import render
from harness.report.stored_text import print_result
from harness.scoring.descriptions.score import score_each

TOOL = {"name": "send_mail", "description": "Send one mail.", "inputSchema": {"type": "object"}}
PHASES = {"invalid": 4, "errors": 4, "outputs": 4, "streaming": 0}


def _finding(rule: str, severity: str = "high", tool: str = "send_mail") -> AuditFinding:
    return AuditFinding.model_validate(
        {"rule": rule, "severity": severity, "message": "m", "tool": tool}
    )


def _audit(*findings: AuditFinding, untested: tuple[NotTested, ...] = ()) -> AuditResult:
    return AuditResult(
        target="t",
        seed=0,
        findings=findings,
        coverage=(),
        not_tested=untested,
        totals={"phases": PHASES},
    )


def _row(audit: AuditResult | None = None, run: RunResult | None = None) -> LeaderboardRow:
    side = Contender(name="a", scores=tuple(score_each([TOOL])), audit=audit, run=run)
    return leaderboard([side]).rows[0]


def test_a_column_is_the_share_of_rules_that_hold() -> None:
    row = _row(_audit(_finding("errors.hangs"), _finding("errors.hangs"), _finding("output.x")))
    errors = [rule for rule in rules() if rule.startswith("errors.")]
    assert row.cells["error mapping"].score == 1 - 1 / len(errors)
    assert row.cells["validation"].score == 1


def test_what_was_not_tested_has_no_score_and_does_not_count() -> None:
    row = _row(_audit(untested=(NotTested(tool="send_mail", what="errors", reason="r"),)))
    assert row.cells["streaming"].score is None
    assert row.cells["error mapping"].score is None
    assert row.cells["scenarios"].score is None
    alone = _row()
    assert alone.mean == alone.cells["description"].score
    assert set(alone.cells) == set(COLUMNS)


def test_findings_of_other_tools_and_mere_remarks_do_not_count() -> None:
    other = _finding("errors.hangs", tool="other")
    assert _row(_audit(other, _finding("errors.hangs", "info"))).cells["error mapping"].score == 1
    everywhere = _finding("errors.hangs", tool="")
    assert _row(_audit(everywhere)).cells["error mapping"].score != 1


def test_a_tool_that_took_no_ordinary_call_is_not_tested() -> None:
    note = NotTested(tool="send_mail", what=UNACCEPTED, reason="no key")
    refused = _audit().model_copy(update={"not_tested": (note,)})
    cells = _row(refused).cells
    assert {cells[name].score for name in ("validation", "error mapping", "streaming")} == {None}
    other = _audit().model_copy(update={"not_tested": (note.model_copy(update={"tool": "other"}),)})
    assert _row(other).cells["error mapping"].score == 1


def test_scenarios_count_by_the_weight_of_their_expectations() -> None:
    held = ExpectationResult(label="a", status="passed", weight=3)
    lost = ExpectationResult(label="b", status="failed", weight=1)
    step = StepResult(tool="send_mail", expectations=(held, lost))
    scenario = ScenarioResult(name="s", target="a", file="f", line=1, steps=(step,))
    assert _row(run=RunResult(scenarios=(scenario,))).cells["scenarios"].score == 0.75


def test_the_best_tool_comes_first() -> None:
    good, bad = _audit(), _audit(_finding("errors.hangs"), _finding("validation.crash"))
    scores = tuple(score_each([TOOL]))
    board = leaderboard(
        [Contender("bad", scores, audit=bad), Contender("good", scores, audit=good)]
    )
    assert [row.side for row in board.rows] == ["good", "bad"]


def _long_board(*findings: AuditFinding) -> Leaderboard:
    tool = {**TOOL, "name": "create_a_very_long_conversation_with_a_model_and_return_its_reply"}
    scores = tuple(score_each([tool]))
    mine = tuple(item.model_copy(update={"tool": tool["name"]}) for item in findings)
    names = ("grok", "my_package.server:create_server", "https://models.example.com:8443/mcp")
    return leaderboard([Contender(name, scores, audit=_audit(*mine)) for name in names])


def test_the_table_fits_in_80_columns_whatever_the_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_result(_long_board())
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum("1.00" in line for line in lines) == 3


def test_rules_that_are_broken_are_named_with_the_command_that_shows_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = "breaks errors.hangs; what shows it: toolreel audit grok"
    board = _long_board(_finding("errors.hangs"))
    print_result(board)
    assert told in capsys.readouterr().out
    assert told in render("markdown", [board])
    assert "toolreel audit" not in render("markdown", [_long_board()])
    assert board.rows[0].cells["error mapping"].broken == ("errors.hangs",)
