"""The definitions that the documents publish, beside an improved set of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.configuration import load_configuration
from harness.records.comparison import Comparison
from harness.report.comparison_lines import selection_line, verdict_line
from harness.runner.compare import compare_sides, exit_code
from harness.runner.compare_selection import SelectionWork
from harness.runner.compare_side import read_side
from harness.runner.score_input import read_definitions
from harness.runner.selection import LoadedCases

ROOT = Path(__file__).parents[2]
FOLDER = Path("scenarios/descriptions")


def test_the_baseline_is_what_the_servers_publish_word_for_word() -> None:
    configuration = load_configuration(ROOT)
    published = [
        tool
        for target in ("grok", "gateway", "acedata")
        for tool in read_definitions(target, configuration, {})[1]
    ]
    stored = json.loads((ROOT / FOLDER / "documented.json").read_text(encoding="utf-8"))
    assert stored == {"tools": published}


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    configuration = load_configuration(ROOT)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        before, after = (
            read_side(str(FOLDER / name), configuration, {})
            for name in ("documented.json", "improved.json")
        )
        cases = LoadedCases(FOLDER / "requests.cases.yaml")
    work = SelectionWork(cases=cases, model=None, environ={})
    return compare_sides(before, after, tolerance=0, selection=work)


def test_the_improved_texts_score_more_and_accept_the_same_arguments(
    comparison: Comparison,
) -> None:
    assert (comparison.verdict, exit_code(comparison)) == ("compatible", 0)
    assert len(comparison.tools) == 4
    for tool in comparison.tools:
        assert (tool.change, tool.relation) == ("changed", "equal")
        assert tool.description is not None
        assert tool.description.tdqs_after > tool.description.tdqs_before


def test_the_improved_texts_lead_to_the_right_tool_more_often_and_it_is_shown(
    comparison: Comparison,
) -> None:
    found = comparison.selection
    assert found is not None
    assert (found.cases, found.conclusion) == (110, "better")
    assert found.candidate_forbidden <= found.baseline_forbidden


def test_the_readme_shows_what_comes_out(comparison: Comparison) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert comparison.selection is not None
    assert selection_line(comparison.selection) in readme
    assert verdict_line(comparison).replace(f"{FOLDER}/", "") in readme
