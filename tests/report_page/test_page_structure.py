from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys

import html5lib
import pytest

from harness.records.audit import AuditResult
from harness.records.comparison import Comparison, Leaderboard
from harness.records.report import ReportKind
from harness.records.results import RunResult
from harness.report.page import render_page
from tests.report_page import reports
from tests.report_page.page_reader import PageReader

KINDS = tuple(reports.MAKERS)
OUTLINES: dict[ReportKind, list[str]] = {
    "run": ["h1 words", "h2 By server and tool", "h2 Output scores", "h2 Scenarios"],
    "audit": [
        "h1 words",
        "h2 words, by tool",
        "h2 Findings, and what was not tested",
        "h2 Coverage of the input schemas",
        "h3 words",
    ],
    "score": [
        "h1 words",
        "h2 Six dimensions, by tool",
        "h2 Tools",
        "h2 The tools as a set",
        "h2 What a model says",
        "h3 words",
    ],
    "comparison": [
        "h1 words",
        "h2 words → words breaking",
        "h2 The same expectations on both sides",
        "h2 Which tool is chosen",
        "h2 Tools that differ",
        "h3 words",
    ],
    "leaderboard": ["h1 words", "h2 The best first", "h3 words"],
}


def page_of(kind: ReportKind) -> str:
    return render_page(reports.report(kind), reports.MAKERS[kind]("words"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_the_outline_of_its_kind(kind: ReportKind) -> None:
    tree = html5lib.parse(page_of(kind), namespaceHTMLElements=False)
    found = [
        f"{item.tag} {' '.join(''.join(item.itertext()).split())}"
        for item in tree.iter()
        if item.tag in ("h1", "h2", "h3")
    ]
    assert found == OUTLINES[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_every_link_leads_to_a_place_in_the_page_and_no_name_stands_twice(kind: ReportKind) -> None:
    page = PageReader(page_of(kind))
    names = [found["id"] for _, found in page.elements if "id" in found]
    assert len(names) == len(set(names))
    assert {str(link["href"])[1:] for link in page.with_tag("a")} <= set(names)


@pytest.mark.parametrize("kind", KINDS)
def test_the_policy_admits_exactly_the_scripts_and_the_style_of_the_page(kind: ReportKind) -> None:
    page = page_of(kind)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    parts = re.findall(r"<script>(.*?)</script>|<style>(.*?)</style>", page, re.DOTALL)
    hashes = {
        base64.b64encode(hashlib.sha256((script or style).encode()).digest()).decode()
        for script, style in parts
    }
    assert set(re.findall(r"'sha256-([^']*)'", policy)) == hashes
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_a_result_in_which_nothing_was_found_has_a_page_of_its_kind() -> None:
    for kind, stored in (
        ("run", RunResult()),
        (
            "audit",
            AuditResult(target="a", seed=0, findings=(), coverage=(), not_tested=(), totals={}),
        ),
        ("score", reports.scores().model_copy(update={"tools": (), "judge": None})),
        ("comparison", Comparison(baseline="a", candidate="b", verdict="equal")),
        ("leaderboard", Leaderboard(columns=(), rows=())),
    ):
        page = PageReader(render_page(reports.report(kind, is_passed=True), stored))
        assert [item for item in page.with_tag("details") if item.get("class") == "row"] == []
        assert page.data["search-texts"] == []


def test_no_script_of_ours_makes_markup_from_text() -> None:
    page = page_of("run")
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "DOMParser",
    ):
        assert way not in page


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_result_gives_the_same_bytes(kind: ReportKind) -> None:
    assert page_of(kind) == page_of(kind)


def test_jinja_is_loaded_only_when_a_page_is_made() -> None:
    code = "import sys, harness.report.page; print({'jinja2', 'markupsafe'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "set()"


def test_an_audit_opens_to_its_evidence_and_the_command_that_shows_it_again() -> None:
    page = PageReader(page_of("audit"))
    rows = [item for item in page.with_tag("details") if item.get("class") == "row"]
    assert [row["data-status"] for row in rows] == ["high", "info", "not_tested"]
    found = json.dumps(page.data["data-0"][0])
    for expected in ("command", "answer", "upstream exchange 1", "request body", "response body"):
        assert expected in found
    assert "1 of 2 keywords tried on both sides" in page.text


def test_a_score_opens_to_the_marked_words_the_rules_and_the_advice() -> None:
    (tool,) = PageReader(page_of("score")).data["data-0"]
    (text,) = [block for block in tool if block["kind"] == "marked"]
    assert "".join(part for part, _ in text["segments"]) == "Reads words and more."
    assert len(text["segments"][1][1]) == 2 * len(reports.DIMENSIONS)
    dimensions = [block for block in tool if block["kind"] == "dimension"]
    assert [block["score"] for block in dimensions] == [2] * 6
    assert "→ words" in json.dumps(dimensions[0], ensure_ascii=False)
    assert "what a model says" in json.dumps(tool)


def test_a_stored_score_without_its_text_quotes_the_words() -> None:
    scores = reports.scores("words")
    bare = scores.tools[0].model_copy(update={"description": ""})
    stored = scores.model_copy(update={"tools": (bare,)})
    page = PageReader(render_page(reports.report("score"), stored))
    assert "“words”" in json.dumps(page.data["data-0"], ensure_ascii=False)


def test_a_comparison_opens_to_both_texts_the_witness_and_the_dimensions() -> None:
    page = PageReader(page_of("comparison"))
    (tool,) = page.data["data-0"]
    found = json.dumps(tool, ensure_ascii=False)
    for expected in ("only the baseline accepts", "only the candidate accepts", "3 → 2", "output"):
        assert expected in found
    sides = next(b for b in tool if b.get("label") == "texts side by side")["blocks"][0]
    assert sides["before"][0] == ["Reads", True]
    assert sides["after"][0] == ["Writes", True]
    assert "9 pairs in 3 scenarios" in page.text
    assert "-0.200 to +0.100" in page.text
    assert "2 right with the baseline only, 1 with the candidate only" in page.text
    assert "no tool, which is forbidden" in page.text


def test_a_leaderboard_says_what_was_not_tested() -> None:
    page = PageReader(page_of("leaderboard"))
    assert page.text.count("–") == 1
    assert "0.50" in page.text
    assert "breaks 1" in page.text


def test_the_checks_of_a_report_are_told_with_their_status() -> None:
    page = PageReader(page_of("audit"))
    classes = [str(item.get("class")) for item in page.with_tag("span")]
    assert "tag not_tested" in classes
    assert "tag failed" in classes
