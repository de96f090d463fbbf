from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
from markdown_it import MarkdownIt

from harness.cli.schema import OF, SCENARIO, result_schema
from harness.records.json_value import from_json
from harness.records.report import Report, ReportKind
from harness.records.stored_result import RECORDS, StoredResult
from harness.report.annotations import render_annotations
from harness.report.badge import render_badge
from harness.report.comment import COMMENT_LIMIT, MARKER, render_comment
from harness.report.forms import FORMS, render
from harness.report.junit import render_junit
from harness.report.markdown import PAGE_LIMIT, render_markdown
from harness.report.printable import printable, shortened
from harness.report.report_of import report_of
from harness.report.sarif import render_sarif
from tests.report.make_golden import golden_files
from tests.report.planted import planted
from tests.report.stored_results import results, run_result

FOLDER = Path(__file__).parent
KINDS: list[ReportKind] = list(results())
HOSTILE = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "cdata": "]]><failure/>&amp;&#0;",
    "command": "%0A::error::x\n::set-env name=A::b\r\n::stop-commands::x,title=y",
    "controls": "\x00\x07\x08\x1b[31m\x1b]0;x\x07\x7f\x85\u2028\ufffe\uffff",
    "surrogate": "lone \ud800 and \udfff",
    "markdown": "| a | `b` ``` **c** [d](http://e.x) ![f](g) @all #1 www.x.y :bug: $a$ <!-- ~~h~~",
    "ticks": "```",
    "fence": "```\n# out\n```````` more",
    "emphasis": "- [ ] 1. x\n\n# heading\n---\n    code",
    "rich": "[red]a[/red] [/] [link=file:///etc/passwd]b[/link] :smile:",
    "long": "a" * 200_000,
}
hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
each_kind = pytest.mark.parametrize("kind", KINDS)
_JUNIT = xmlschema.XMLSchema(FOLDER / "schemas" / "junit-10.xsd")
_SARIF = jsonschema.Draft4Validator(
    json.loads((FOLDER / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8")),
    format_checker=jsonschema.FormatChecker(),
)


def _report(kind: ReportKind, text: str | None = None) -> Report:
    stored = results()[kind]
    return report_of(stored if text is None else planted(stored, text))


def _stored(kind: ReportKind) -> StoredResult:
    text = (FOLDER / "stored" / f"{kind}.json").read_text(encoding="utf-8")
    return from_json(RECORDS[kind], text)


def _ids(report: Report, *statuses: str) -> list[str]:
    return [check.id for check in report.checks if check.status in statuses]


def _junit_cases(text: str) -> dict[str, list[str]]:
    """Return status → names."""
    found: dict[str, list[str]] = {"failure": [], "error": [], "skipped": [], "passed": []}
    for case in ElementTree.fromstring(text).iter("testcase"):
        tags = [child.tag for child in case if child.tag in found]
        found[tags[0] if tags else "passed"].append(case.attrib["name"])
    return found


def _is_plain(text: str) -> bool:
    """Tell whether nothing in `text` steers a terminal, and UTF-8 can hold it."""
    text.encode("utf-8")
    return all(char.isprintable() or char == "\n" for char in text)


# --- what each form shows -----------------------------------------------------------------


def test_the_committed_files_are_what_the_script_makes() -> None:
    for path, text in golden_files().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: see make_golden.py"


@each_kind
def test_a_stored_result_is_read_back_as_it_was_written(kind: ReportKind) -> None:
    stored = _stored(kind)
    assert stored == results()[kind]
    assert render("json", [stored]) == (FOLDER / "stored" / f"{kind}.json").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("name", [name for name in OF if name != SCENARIO])
def test_the_schema_of_a_result_is_a_json_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(result_schema(name))
    assert not jsonschema.Draft202012Validator(result_schema(name)).is_valid({})


@each_kind
def test_a_stored_result_satisfies_its_own_schema(kind: ReportKind) -> None:
    document = json.loads(render("json", [results()[kind]]))
    validator = jsonschema.Draft202012Validator(result_schema(kind))
    validator.validate(document)
    assert not validator.is_valid({**document, "version": 2})
    assert not validator.is_valid({**document, "unknown": 1})


@each_kind
def test_a_report_satisfies_its_own_schema(kind: ReportKind) -> None:
    document = json.loads(_report(kind).model_dump_json())
    validator = jsonschema.Draft202012Validator(result_schema("report"))
    validator.validate(document)
    assert not validator.is_valid({**document, "unknown": 1})


@each_kind
def test_junit_tells_each_check_by_its_status_and_no_other(kind: ReportKind) -> None:
    report = _report(kind)
    text = render_junit([report])
    _JUNIT.validate(text)
    assert _junit_cases(text) == {
        "failure": _ids(report, "failed"),
        "error": _ids(report, "error"),
        "skipped": _ids(report, "noted", "not_tested"),
        "passed": _ids(report, "passed"),
    }


def test_a_failure_in_junit_has_the_difference_and_the_command_that_shows_it_again() -> None:
    root = ElementTree.fromstring(render_junit([_report("run")]))
    (failure,) = [
        case[0] for case in root.iter("testcase") if case.attrib["name"] == "grok/differs"
    ]
    assert failure.text is not None
    assert '/choices/0: expected "Hello", is "Good-bye"' in failure.text
    assert "again: toolreel run scenarios/greetings.yaml::differs" in failure.text
    assert "scenarios/greetings.yaml:12" in failure.text


def test_several_reports_are_one_junit_document_with_true_counts() -> None:
    reports = [_report(kind) for kind in KINDS]
    text = render_junit(reports)
    _JUNIT.validate(text)
    root = ElementTree.fromstring(text)
    checks = [check for report in reports for check in report.checks]
    assert int(root.attrib["tests"]) == len(checks)
    assert int(root.attrib["failures"]) == sum(check.status == "failed" for check in checks)
    assert int(root.attrib["errors"]) == sum(check.status == "error" for check in checks)


@each_kind
def test_sarif_has_a_result_for_what_fails_and_none_for_what_passes(kind: ReportKind) -> None:
    report = _report(kind)
    document = json.loads(render_sarif([report]))
    _SARIF.validate(document)
    (run,) = document["runs"]
    bad = [check for check in report.checks if check.status in ("failed", "error")]
    assert [item["ruleId"] for item in run["results"]] == [check.rule for check in bad]
    told = [note["message"]["text"] for note in run["invocations"][0].get(
        "toolExecutionNotifications", []
    )]  # fmt: skip
    assert len(told) == len(_ids(report, "noted", "not_tested"))
    for item, check in zip(run["results"], bad, strict=True):
        rule = run["tool"]["driver"]["rules"][item["ruleIndex"]]
        assert rule["id"] == item["ruleId"]
        assert rule["shortDescription"]["text"] != rule["id"]
        assert check.message in item["message"]["text"]


def test_sarif_points_at_the_line_and_knows_a_result_again_when_the_line_moves() -> None:
    stored = results()["run"]
    moved = stored.model_copy(
        update={"scenarios": tuple(
            item.model_copy(update={"line": item.line + 7}) for item in stored.scenarios  # type: ignore[union-attr]
        )}
    )  # fmt: skip
    before, after = (
        json.loads(render_sarif([report_of(item)]))["runs"][0]["results"]
        for item in (stored, moved)
    )
    place = before[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "scenarios/greetings.yaml"
    assert place["region"]["startLine"] == 12
    assert after[0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 19
    prints = [[item["partialFingerprints"] for item in side] for side in (before, after)]
    assert prints[0] == prints[1]
    assert len({json.dumps(item) for item in prints[0]}) == len(before)


@each_kind
def test_annotations_are_one_command_for_each_check_that_does_not_hold(kind: ReportKind) -> None:
    report = _report(kind)
    found = [_command(line) for line in render_annotations([report]).splitlines()]
    assert [item["title"] for item in found] == _ids(report, "failed", "error")


def test_an_annotation_stands_at_the_line_of_the_scenario() -> None:
    first = _command(render_annotations([_report("run")]).splitlines()[0])
    assert (first["file"], first["line"]) == ("scenarios/greetings.yaml", "12")


def _command(line: str) -> dict[str, str]:
    """Return the properties and the message of a workflow command, as GitHub's runner reads it."""
    empty, command, message = line.split("::", 2)
    name, _, properties = command.partition(" ")
    assert empty == ""
    assert name in ("error", "warning", "notice")
    found = dict(part.split("=", 1) for part in properties.split(","))
    assert set(found) <= {"file", "line", "title"}
    return {key: _decoded(value) for key, value in {**found, "message": message}.items()}


def _decoded(text: str) -> str:
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


@each_kind
def test_the_badge_is_red_only_when_something_fails(kind: ReportKind) -> None:
    report = _report(kind)
    badge = json.loads(render_badge(report, results()[kind]))
    assert badge["schemaVersion"] == 1
    assert badge["isError"] is not report.is_passed
    assert (badge["color"] in ("brightgreen", "blue")) is report.is_passed
    assert {"label", "message", "color"} <= set(badge)


@each_kind
def test_markdown_names_what_fails_under_its_heading_and_only_counts_what_passes(
    kind: ReportKind,
) -> None:
    report = _report(kind)
    sections = _sections(render_markdown([report]))
    for heading, status in (("Failed", "failed"), ("Not judged", "error"), ("Noted", "noted")):
        shown = [line for line in sections.get(heading, []) if line.startswith("**")]
        assert len(shown) == len(_ids(report, status))
    for name in _ids(report, "passed"):
        assert not any(f"**{name}**" in line for lines in sections.values() for line in lines)


def _sections(text: str) -> dict[str, list[str]]:
    """Return heading → its text lines, as a reader sees them."""
    found: dict[str, list[str]] = {}
    heading = ""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[at + 1].content.partition(":")[0]
        elif token.type == "inline" and tokens[at - 1].type != "heading_open":
            found.setdefault(heading, []).append(token.content)
    return found


@each_kind
def test_the_comment_begins_with_its_mark_and_with_what_got_worse(kind: ReportKind) -> None:
    report = _report(kind)
    text = render_comment([report])
    assert text.splitlines()[0] == MARKER
    assert text.count(MARKER) == 1
    assert text.count("\n- **") == len(_ids(report, "failed", "error"))
    if _ids(report, "failed") and report.tables:
        assert text.index("- **") < text.index("<details><summary>" + report.kind)


@each_kind
def test_the_text_of_a_stored_result_is_plain(kind: ReportKind) -> None:
    assert _is_plain(render("text", [results()[kind]]))


# --- hostile texts --------------------------------------------------------------------------


@each_kind
@hostile
def test_junit_stays_valid_and_shows_escapes(kind: ReportKind, text: str) -> None:
    report = _report(kind, text)
    made = render_junit([report])
    made.encode("utf-8")
    _JUNIT.validate(made)
    cases = _junit_cases(made)
    assert len(cases["failure"]) == len(_ids(report, "failed"))
    assert len(cases["passed"]) == len(_ids(report, "passed"))


def test_a_lone_surrogate_and_a_control_survive_in_junit_as_escapes() -> None:
    made = render_junit([_report("run", "lone \ud800 and \x00 and \x1b")])
    (failure, *_) = ElementTree.fromstring(made).iter("failure")
    assert failure.text is not None
    assert "lone \\ud800 and \\u0000 and \\u001b" in failure.text


@each_kind
@hostile
def test_sarif_stays_valid(kind: ReportKind, text: str) -> None:
    report = _report(kind, text)
    made = render_sarif([report])
    made.encode("utf-8")
    document = json.loads(made)
    _SARIF.validate(document)
    assert len(document["runs"][0]["results"]) == len(_ids(report, "failed", "error"))


@each_kind
@hostile
def test_annotations_cannot_be_broken_out_of(kind: ReportKind, text: str) -> None:
    report = _report(kind, text)
    made = render_annotations([report])
    assert _is_plain(made)
    lines = made.split("\n")[:-1]
    assert len(lines) == len(_ids(report, "failed", "error"))
    found = [_command(line) for line in lines]
    assert all(item["message"] for item in found)
    bad = [check for check in report.checks if check.status in ("failed", "error")]
    assert [item["title"] for item in found] == [
        printable(shortened(check.id, 500)) for check in bad
    ]
    assert all(len(line) < 20_000 for line in lines)


@each_kind
@hostile
@pytest.mark.parametrize("form", ["markdown", "comment"])
def test_nothing_in_markdown_becomes_markup(form: str, kind: ReportKind, text: str) -> None:
    clean, made = (render(form, [planted(results()[kind], each)]) for each in ("harmless", text))
    assert _is_plain(made)
    assert len(made.encode("utf-8")) <= (COMMENT_LIMIT if form == "comment" else PAGE_LIMIT)
    before, after = (_elements(page) for page in (clean, made))
    assert after - before == Counter()


def _elements(page: str) -> Counter[tuple[str, str]]:
    """Return how often a page has which Markdown and HTML element; runs of text do not count."""
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    found: Counter[tuple[str, str]] = Counter()
    for token in parser.parse(page):
        for item in (token, *(token.children or ())):
            if item.type.startswith("html"):
                found.update(("html", tag) for tag in re.findall(r"<[^>]*>?", item.content))
            elif item.type not in ("text", "softbreak", "text_special"):
                found[item.type, item.tag] += 1
    return found


@each_kind
@pytest.mark.parametrize("form", ["markdown", "comment"])
def test_addresses_and_names_in_markdown_become_no_links(form: str, kind: ReportKind) -> None:
    text = "see @all and #1 at http://x.y, www.x.y :bug: $a$ me@x.y"
    made = render(form, [planted(results()[kind], text)])
    outside = "".join(made.split("```")[::2])
    assert "see " in outside
    for linked in ("@all", "#1", "http://", "www.x", ":bug:", "$a", "me@x"):
        assert linked not in outside


@each_kind
@hostile
def test_a_terminal_is_not_steered(kind: ReportKind, text: str) -> None:
    assert _is_plain(render("text", [planted(results()[kind], text)]))


def test_markup_of_the_terminal_library_is_shown_as_it_is() -> None:
    made = render("text", [planted(results()["run"], "[red]a[/red] [/] :smile:")])
    assert "[red]a[/red] [/] :smile:" in made


@each_kind
@hostile
def test_a_badge_stays_small(kind: ReportKind, text: str) -> None:
    stored = planted(results()[kind], text)
    made = render("badge", [stored])
    assert len(made) < 2_000
    assert _is_plain(json.loads(made)["message"])


@each_kind
@hostile
def test_json_keeps_every_text_as_it_was(kind: ReportKind, text: str) -> None:
    stored = planted(results()[kind], text)
    made = render("json", [stored])
    assert made.isascii()
    assert from_json(RECORDS[kind], made) == stored


def _many(count: int, text: str) -> StoredResult:
    failing = run_result().scenarios[1].model_copy(update={"target": text})
    scenarios = tuple(failing.model_copy(update={"name": f"s{at}"}) for at in range(count))
    return run_result().model_copy(update={"scenarios": scenarios})


def test_a_comment_about_many_failures_is_short_and_counts_the_rest() -> None:
    made = render("comment", [_many(500, "grok")])
    assert made.count("\n- **") == 20
    assert "\n- … and 480 more\n" in made
    assert "500 failed" in made
    assert "<details><summary>run: tools</summary>" in made


def test_a_page_that_is_too_long_counts_what_it_leaves_out() -> None:
    made = render("markdown", [_many(5_000, "g" * 400)])
    assert len(made.encode("utf-8")) <= PAGE_LIMIT
    shown = made.count("\n- **")
    assert 0 < shown < 5_000
    assert f"… {5_000 - shown} parts more" in made
    assert made.splitlines()[0].startswith("## ❌")


def test_every_form_is_rendered_by_the_function_it_names() -> None:
    for name in FORMS:
        assert render(name, [results()["run"]])


def test_forms_that_join_hold_several_results() -> None:
    both: list[Any] = [results()["run"], results()["audit"]]
    for name, form in FORMS.items():
        if form.joins:
            assert len(render(name, both)) > max(len(render(name, [item])) for item in both)
