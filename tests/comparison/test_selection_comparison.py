from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.comparison.verdict import judged
from harness.errors import CassetteError, InvalidScenario, UsageError
from harness.records.comparison import Comparison
from harness.report.forms import render
from harness.report.stored_text import print_result
from harness.runner.compare import compare_sides, exit_code
from harness.runner.compare_selection import SelectionWork
from harness.runner.compare_side import Side
from harness.runner.model_selector import ModelOptions
from harness.runner.selection import LoadedCases
from tests.recorded_project import Outcome

OBJECT: dict[str, Any] = {"type": "object", "properties": {}}
MAIL = {"name": "send", "description": "Send a mail to one address.", "inputSchema": OBJECT}
RAIN = {"name": "rain", "description": "Tell the weather of a city.", "inputSchema": OBJECT}
VAGUE_MAIL = {**MAIL, "description": "Do the first thing."}
VAGUE_RAIN = {**RAIN, "description": "Do the second thing, maybe a mail or an address."}
GOOD, BAD = Side(name="good", tools=[MAIL, RAIN]), Side(name="bad", tools=[VAGUE_MAIL, VAGUE_RAIN])
ASKED = [f"{verb} a mail to this address" for verb in ("mail", "please", "kindly", "now", "a", "b")]


def _work(folder: Path, *cases: dict[str, Any], model: ModelOptions | None = None) -> SelectionWork:
    path = folder / "asked.cases.yaml"
    path.write_text(json.dumps({"cases": cases}), encoding="utf-8")
    return SelectionWork(cases=LoadedCases(path), model=model, environ={})


def _asked(folder: Path, requests: list[str], **more: Any) -> SelectionWork:
    return _work(folder, *({"request": text, "expect": "send", **more} for text in requests))


def _compared(before: Side, after: Side, work: SelectionWork, tolerance: float = 4.0) -> Comparison:
    return compare_sides(before, after, tolerance=tolerance, selection=work)


def test_requests_that_no_longer_lead_to_their_tool_make_the_candidate_worse(
    tmp_path: Path,
) -> None:
    found = _compared(GOOD, BAD, _asked(tmp_path, ASKED), tolerance=0.5)
    assert found.selection is not None
    assert found.selection.conclusion == "worse"
    assert {item.kind for item in found.selection.changes} == {"now wrong"}
    first = found.selection.changes[0]
    assert (first.before, first.after, first.line) == ("send", "rain", 1)
    assert "fewer requests lead to the right tool, 100% → 0%" in found.reasons
    assert (found.verdict, exit_code(found)) == ("worse", 1)


def test_requests_that_now_lead_to_their_tool_are_better(tmp_path: Path) -> None:
    found = _compared(BAD, GOOD, _asked(tmp_path, ASKED))
    assert found.selection is not None
    assert (found.selection.conclusion, found.selection.p_value) == ("better", 2 * 0.5**6)
    assert (found.verdict, exit_code(found)) == ("compatible", 0)


def test_one_request_alone_shows_no_difference_and_still_counts_in_the_verdict(
    tmp_path: Path,
) -> None:
    found = _compared(GOOD, BAD, _asked(tmp_path, ASKED[:1]), tolerance=0.5)
    assert found.selection is not None
    assert (found.selection.conclusion, found.selection.low) == ("no difference shown", None)
    assert found.verdict == "worse"


def test_a_fall_within_the_tolerance_is_not_worse(tmp_path: Path) -> None:
    mixed = [*ASKED[:1], *["qwertz"] * 9]
    tight = _compared(GOOD, BAD, _asked(tmp_path, mixed), tolerance=0.05).selection
    assert tight is not None
    for tolerance, expected in ((0.05, "worse"), (0.15, "compatible")):
        verdict = judged("a", "b", [], compared=2, selection=tight, tolerance=tolerance).verdict
        assert verdict == expected


def test_the_same_definitions_lead_to_the_same_tools(tmp_path: Path) -> None:
    found = _compared(GOOD, GOOD, _asked(tmp_path, ASKED))
    assert found.selection is not None
    assert (found.selection.changes, found.selection.conclusion) == ((), "no difference shown")
    assert (found.verdict, found.tools) == ("equal", ())


def test_another_tool_that_is_as_wrong_is_told_and_a_forbidden_one_is_worse(tmp_path: Path) -> None:
    case = {"request": "weather of the city", "expect": None, "forbidden": ["send"]}
    swapped = [{**MAIL, "description": RAIN["description"]}, {**RAIN, "description": "A mail."}]
    found = _compared(GOOD, Side(name="swapped", tools=swapped), _work(tmp_path, case), 0.9)
    assert found.selection is not None
    (change,) = found.selection.changes
    assert (change.kind, change.before, change.after) == ("other tool", "rain", "send")
    assert change.is_forbidden
    assert "more requests lead to a forbidden tool, 0 → 1" in found.reasons


@pytest.mark.parametrize("name", ["send", "post_mail"])
def test_a_renamed_tool_is_no_other_tool_whichever_name_a_case_uses(
    tmp_path: Path, name: str
) -> None:
    moved = Side(name="moved", tools=[{**MAIL, "name": "post_mail"}, RAIN])
    work = _work(tmp_path, {"request": ASKED[0], "expect": name})
    found = _compared(GOOD, moved, work)
    assert found.selection is not None
    assert found.selection.baseline_accuracy == found.selection.candidate_accuracy == 1
    assert found.selection.changes == ()


def test_a_case_of_a_tool_that_neither_side_has_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InvalidScenario, match="no tool 'sned'; did you mean 'send'"):
        _compared(GOOD, BAD, _work(tmp_path, {"request": "x", "expect": "sned"}))
    only_before = Side(name="less", tools=[RAIN])
    gone = _compared(GOOD, only_before, _asked(tmp_path, ASKED[:1])).selection
    assert gone is not None
    assert gone.only_baseline_right == 1


def test_a_model_is_recorded_for_both_sides_in_one_cassette_and_replayed(tmp_path: Path) -> None:
    def options(**changes: Any) -> ModelOptions:
        url, cassette = "https://api.openai.com/v1", tmp_path / "select.yaml"
        return ModelOptions(model="gpt-4o-mini", base_url=url, cassette=cassette, **changes)

    def compared(model: ModelOptions) -> Comparison:
        case = {"request": ASKED[0], "expect": "send"}
        return _compared(GOOD, BAD, _work(tmp_path, case, model=model))

    with pytest.raises(CassetteError, match="no such cassette"):
        compared(options())
    recorded = compared(options(record_mode="all", upstream="simulate"))
    assert recorded.selection is not None
    assert recorded.selection.origin == "simulated"
    assert compared(options()) == recorded


def test_requests_are_refused_where_there_are_no_definitions(tmp_path: Path) -> None:
    from harness.records.results import RunResult

    run = Side(name="run.json", run=RunResult(scenarios=()))
    with pytest.raises(UsageError, match=r"run\.json and run\.json hold the results of runs"):
        _compared(run, run, _asked(tmp_path, ASKED))


def test_every_report_shows_the_choices(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = _compared(GOOD, BAD, _asked(tmp_path, ASKED))
    print_result(found)
    text, markdown = capsys.readouterr().out, render("markdown", [found])
    for told in (text, markdown):
        assert "worse: 100% → 0% of 6 requests lead to the right tool" in told
        assert "6 right only before, 0 only now (McNemar p = 0.031)" in told
        assert "now wrong: kindly a mail to this address: send → rain, send wanted" in told
    print_result(compare_sides(GOOD, BAD, tolerance=4))
    assert "requests lead" not in capsys.readouterr().out


def _write_sides(folder: Path) -> None:
    for side in (GOOD, BAD):
        path = folder / f"{side.name}.json"
        path.write_text(json.dumps({"tools": side.tools}), encoding="utf-8")
    _asked(folder, ASKED)


def test_the_command_takes_requests_and_prints_what_changed_in_one_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toolreel: Callable[..., Outcome]
) -> None:
    _write_sides(tmp_path)
    monkeypatch.chdir(tmp_path)
    words = ("good.json", "bad.json", "--select", "asked.cases.yaml", "--tolerance", "0.5")
    done = toolreel("compare", *words, "--format", "json")
    assert done.code == 1, done.err
    selection = done.document["selection"]
    assert (selection["cases"], selection["conclusion"]) == (6, "worse")
    assert selection["changes"][0]["kind"] == "now wrong"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--select", "none.yaml"), 2, "none.yaml"),
        (("--selector", "model"), 2, "--selector model needs requests: --select CASES"),
        (("good.json", "--select", "asked.cases.yaml"), 2, "toolreel select asked.cases.yaml"),
        (
            ("--select", "asked.cases.yaml", "--selector", "model"),
            3,
            "cassettes/select-asked.yaml: no such cassette",
        ),
    ],
)
def test_a_mistake_is_one_line_with_its_exit_code(
    tmp_path: Path,
    words: tuple[str, ...],
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    toolreel: Callable[..., Outcome],
) -> None:
    _write_sides(tmp_path)
    monkeypatch.chdir(tmp_path)
    done = toolreel("compare", "good.json", "bad.json", *words)
    assert done.code == code, done.err
    assert told in done.err
    assert len(done.err.splitlines()) == 1
