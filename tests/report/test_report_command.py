from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.report.comment import MARKER
from harness.report.forms import FORMS
from harness.report.stored_json import stored_json
from tests.imported_modules import modules_imported_by
from tests.recorded_project import Outcome, Project
from tests.report.stored_results import results

Toolreel = Callable[..., Outcome]
HEAVY = {"junitparser", "sarif_pydantic", "xmlschema"}


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind, result in results().items():
        (tmp_path / f"{kind}.json").write_text(stored_json(result), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _break(project: Project) -> None:
    project.edit("upstream_calls: 1", "upstream_calls: 2")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", results())
def test_a_stored_result_is_shown_in_every_form(
    kind: str, form: str, stored: Path, toolreel: Toolreel
) -> None:
    path = Path("made") / "here" / f"{kind}.{form}"
    done = toolreel("report", f"{kind}.json", "--format", form, "-o", str(path))
    assert (done.code, done.out, done.err) == (0, "", "")
    shown = toolreel("report", f"{kind}.json", "--format", form)
    assert shown.out == path.read_text(encoding="utf-8")
    assert shown.code == 0


def test_several_results_make_one_comment(stored: Path, toolreel: Toolreel) -> None:
    done = toolreel("report", "run.json", "audit.json", "score.json", "--format", "comment")
    assert done.out.count(MARKER) == 1
    assert done.out.count("\n## ") == 3


def test_a_form_that_holds_one_result_refuses_two(stored: Path, toolreel: Toolreel) -> None:
    done = toolreel("report", "run.json", "audit.json", "--format", "badge")
    assert done.code == 2
    assert "--format badge holds one result" in done.err


def test_an_unknown_form_is_told_with_the_nearest(stored: Path, toolreel: Toolreel) -> None:
    done = toolreel("report", "run.json", "--format", "junitt")
    assert done.code == 2
    assert "did you mean 'junit'?" in done.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "bad.json:1: no JSON"),
        ("{]", "bad.json:1: no JSON"),
        ("[1, 2]", "a list of 2"),
        ("7", "a single int"),
        ("{}", "an empty object"),
        ('{"tools": []}', "it looks like a tools/list result"),
        ('{"$schema": "x", "runs": []}', "it looks like a SARIF report"),
        ('{"a": 1, "b": 2}', "an object with 'a', 'b'"),
        (
            '{"version": 2, "scenarios": []}',
            "/version: of version 2, this toolreel reads version 1",
        ),
        ('{"scenarios": []}', "/version: without a version"),
        ('{"version": 1, "scenarios": [{"name": 1}]}', "/scenarios/0/name: looks like the result"),
        ("[" * 100_000, "bad.json: nested too deeply"),
    ],
)
def test_a_foreign_file_is_told_in_one_line_with_what_makes_a_good_one(
    text: str, told: str, stored: Path, toolreel: Toolreel
) -> None:
    Path("bad.json").write_text(text, encoding="utf-8")
    done = toolreel("report", "bad.json")
    assert done.code == 2
    assert told in done.err
    assert done.err.count("\n") == 1
    if "no JSON" not in told and "nested" not in told:
        assert "toolreel run --format json > run.json" in done.err


def test_a_file_that_is_not_there_or_no_text_is_told(stored: Path, toolreel: Toolreel) -> None:
    Path("bytes.json").write_bytes(b"\xff\xfe")
    assert "nowhere.json: no such file" in toolreel("report", "nowhere.json").err
    assert "bytes.json: not UTF-8 at byte 0" in toolreel("report", "bytes.json").err


# --- --report -------------------------------------------------------------------------------


@pytest.mark.parametrize("breaks", [False, True])
def test_reports_are_written_beside_a_run_and_leave_its_exit_code(
    breaks: bool, project: Project
) -> None:
    if breaks:
        _break(project)
    plain = project.run("run")
    done = project.run("run", "--report", "junit=a/b/j.xml,badge=badge.json", "--report", "sarif=s")
    assert done.code == plain.code == int(breaks)
    root = ElementTree.parse(project.root / "a" / "b" / "j.xml").getroot()
    assert root.attrib["failures"] == str(int(breaks))
    assert json.loads((project.root / "badge.json").read_text())["isError"] is breaks
    (run,) = json.loads((project.root / "s").read_text())["runs"]
    assert len(run["results"]) == int(breaks)


def test_a_report_may_go_to_stdout(project: Project) -> None:
    done = project.run("run", "--report", "badge=-", "-k", "greets")
    assert '"schemaVersion": 1' in done.out


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("junitt=x.xml", "did you mean 'junit'?"),
        ("junit", "is not NAME=PATH"),
        ("junit=", "is not NAME=PATH"),
        ("junit=scenarios", "scenarios is a folder"),
    ],
)
def test_a_wrong_report_is_told_before_anything_runs(
    value: str, told: str, project: Project
) -> None:
    done = project.run("run", "--report", value)
    assert done.code == 2
    assert told in done.err
    assert "✓" not in done.out


def test_a_report_that_cannot_be_written_is_told_after_the_run(project: Project) -> None:
    (project.root / "file").write_text("")
    done = project.run("run", "--report", "junit=file/j.xml")
    assert done.code == 2
    assert "3 passed" in done.out
    assert "file/j.xml: the report cannot be written" in done.err


def test_score_and_compare_write_reports(stored: Path, toolreel: Toolreel) -> None:
    tool = {"name": "complete", "description": "Complete a text.", "inputSchema": {}}
    Path("a.json").write_text(json.dumps({"tools": [tool]}), encoding="utf-8")
    Path("b.json").write_text(json.dumps({"tools": []}), encoding="utf-8")
    scored = toolreel("score", "a.json", "--fail-under", "A", "--report", "junit=score.xml")
    assert scored.code == 1
    assert ElementTree.parse("score.xml").getroot().attrib["failures"] != "0"
    compared = toolreel("compare", "a.json", "b.json", "--report", "markdown=compare.md")
    assert compared.code == 1
    assert "❌ comparison" in Path("compare.md").read_text(encoding="utf-8")
    same = toolreel("compare", "a.json", "a.json", "--report", "markdown=compare.md")
    assert same.code == 0
    assert "✅ comparison" in Path("compare.md").read_text(encoding="utf-8")


# --- GitHub Actions ---------------------------------------------------------------------------


def test_the_summary_of_a_job_gets_a_page_from_each_command(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project.root / "summary.md"))
    project.run("run")
    project.run("run", "-k", "greets")
    page = (project.root / "summary.md").read_text(encoding="utf-8")
    assert page.count("## ✅ run") == 2


def test_a_summary_that_cannot_be_written_changes_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project.root))
    done = project.run("run")
    assert done.code == 0
    assert "GITHUB_STEP_SUMMARY" in done.err


@pytest.mark.parametrize(("value", "is_told"), [("true", True), ("false", False)])
def test_failures_are_marked_in_github_actions_only(
    value: str, is_told: bool, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break(project)
    monkeypatch.setenv("GITHUB_ACTIONS", value)
    done = project.run("run", "--format", "json")
    assert done.document["totals"]["failed"] == 1
    assert (
        "::error file=scenarios/greetings.yaml,line=3,title=grok/greets::" in done.err
    ) is is_told


# --- merge ------------------------------------------------------------------------------------


def test_shards_merge_into_the_whole_run(project: Project) -> None:
    whole = project.run("run", "--format", "json").document
    for number in (1, 2):
        done = project.run("run", "--shard", f"{number}/2", "--report", f"json=s{number}.json")
        assert done.code == 0
    merged = project.run("report", "merge", "s1.json", "s2.json", "-o", "run.json")
    assert merged.code == 0
    document = json.loads((project.root / "run.json").read_text(encoding="utf-8"))
    assert document["totals"] == whole["totals"]
    names = [{item["name"] for item in run["scenarios"]} for run in (document, whole)]
    assert names[0] == names[1]


def test_a_scenario_in_two_files_is_an_error_that_names_both(
    stored: Path, toolreel: Toolreel
) -> None:
    Path("again.json").write_bytes(Path("run.json").read_bytes())
    done = toolreel("report", "merge", "run.json", "again.json")
    assert done.code == 2
    assert "again.json: scenario 'grok/greets' is already in run.json" in done.err


def test_only_runs_can_be_merged(stored: Path, toolreel: Toolreel) -> None:
    done = toolreel("report", "merge", "run.json", "audit.json")
    assert done.code == 2
    assert "audit.json: only runs can be merged" in done.err


# --- cost -------------------------------------------------------------------------------------


def test_a_run_without_reports_imports_no_library_of_a_form(project: Project) -> None:
    assert not modules_imported_by("run", "-k", "greets", folder=project.root) & HEAVY


def test_help_of_report_imports_no_library_of_a_form() -> None:
    assert not modules_imported_by("report", "--help") & {*HEAVY, "pydantic", "rich"}
