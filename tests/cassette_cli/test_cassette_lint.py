"""`toolreel cassette lint`: each rule fires on exactly its defect, and is silent otherwise."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cassette import store
from harness.cassette.block_lines import interaction_lines
from harness.cassette.volatile_values import unstable_values
from harness.configuration import load_configuration
from harness.records.http import Interaction
from harness.runner.cassette_lint import lint_cassettes
from harness.runner.cassette_project import CassetteProject
from tests.cassette_cli.interactions import exchange, with_body, with_request
from tests.recorded_project import Project

ROOT = Path(__file__).parents[2]
KEY = "sk-proj-" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6"
DAY = datetime.date(2026, 11, 20)
UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


def _with_metadata(**facts: object) -> Callable[[Interaction], Interaction]:
    return lambda item: item.model_copy(update={"metadata": {**item.metadata, **facts}})


def _asking(text: str) -> Callable[[Interaction], Interaction]:
    return lambda item: with_request(item, body=item.request.body.replace(b"world", text.encode()))


def _answering_with_a_key(item: Interaction) -> Interaction:
    return with_body(item, lambda body: body["choices"][0]["message"].update(content=f"key {KEY}"))


def _without_origin(item: Interaction) -> Interaction:
    facts = {key: value for key, value in item.metadata.items() if key != "origin"}
    return item.model_copy(update={"metadata": facts})


DEFECTS = {
    "secret-left": (_answering_with_a_key, "high", 1),
    "unstable-matching": (_asking(UUID), "medium", 1),
    "origin-false": (_with_metadata(origin="live"), "high", 1),
    "origin-unknown": (_without_origin, "low", 0),
    "stale": (_with_metadata(recorded="2020-01-01"), "low", 0),
}


def test_a_recorded_project_has_no_findings(project: Project) -> None:
    done = project.cassette("lint")
    assert done.code == 0
    assert "2 interactions: 0 high, 0 medium, 0 low, 0 info" in done.out


@pytest.mark.parametrize("rule", DEFECTS)
def test_a_rule_fires_on_exactly_its_defect(project: Project, rule: str) -> None:
    change, severity, code = DEFECTS[rule]
    project.change(change)
    done = project.cassette("lint", "--format", "json")
    assert [item["rule"] for item in done.document["findings"]] == [rule]
    (finding,) = done.document["findings"]
    assert finding["severity"] == severity
    assert finding["file"] == "cassettes/grok/greets.yaml"
    assert finding["pointer"].startswith("/interactions/0")
    assert finding["line"] is not None
    assert finding["source"]
    assert finding["repair"]
    assert done.code == code
    assert f"[{rule}]" in done.err


def test_a_secret_is_never_quoted(project: Project) -> None:
    project.change(_answering_with_a_key)
    for form in ("text", "json"):
        done = project.cassette("lint", "--format", form)
        assert KEY not in done.out + done.err
        assert "/response/body/choices/0/message/content" in done.out


def test_the_key_of_the_scenario_s_target_is_a_secret_wherever_it_stands(project: Project) -> None:
    project.change(_asking("test-key-grok"))
    assert [item["rule"] for item in project.findings()] == ["secret-left"]


def test_the_same_interaction_twice_is_a_duplicate_unless_the_scenario_calls_twice(
    project: Project,
) -> None:
    store.save(project.greets, project.load() * 2)
    (finding,) = project.findings()
    assert (finding["rule"], finding["severity"]) == ("duplicate", "medium")
    assert finding["pointer"] == "/interactions/1"
    text = project.scenarios.read_text(encoding="utf-8")
    step = text[text.index("      - tool") : text.index("  - name: fails")]
    project.scenarios.write_text(text.replace(step, step + step), encoding="utf-8")
    assert project.findings() == []


def test_a_cassette_without_scenario_is_an_orphan(project: Project) -> None:
    project.greets.rename(project.greets.with_name("greeted.yaml"))
    found = project.findings()
    assert [(item["rule"], item["file"]) for item in found] == [
        ("orphan-cassette", "cassettes/grok/greeted.yaml"),
        ("missing-cassette", "scenarios/greetings.yaml"),
    ]


def test_cassettes_elsewhere_are_no_orphans(project: Project) -> None:
    (project.root / "recordings").mkdir()
    project.greets.rename(project.root / "recordings" / "some.yaml")
    assert project.findings("recordings") == []


def test_a_missing_cassette_is_told_with_the_command_that_records_it(project: Project) -> None:
    project.greets.unlink()
    (finding,) = project.findings()
    assert (finding["rule"], finding["severity"], finding["line"]) == (
        "missing-cassette",
        "high",
        3,
    )
    assert project.run(*finding["repair"].split()[1:]).code == 0
    assert project.findings() == []


def test_without_scenarios_orphans_are_not_judged_and_that_is_said(project: Project) -> None:
    project.scenarios.unlink()
    project.scenarios.parent.rmdir()
    done = project.cassette("lint")
    assert done.code == 0
    assert "orphans are not judged" in done.out


def test_an_old_recording_fails_when_an_age_was_asked_for(project: Project) -> None:
    day = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=40)
    project.change(_with_metadata(recorded=day.isoformat()))
    assert project.cassette("lint").code == 0
    assert project.cassette("lint", "--max-age", "60").code == 0
    done = project.cassette("lint", "--max-age", "30")
    assert done.code == 1
    assert "recorded 40 days ago" in done.out


def test_the_clock_of_a_real_provider_counts_where_no_day_is_given(project: Project) -> None:
    headers = (("date", "Mon, 03 Jan 2022 10:00:00 GMT"),)
    store.save(project.root / "old.yaml", [exchange({}, headers=headers, origin="live")])
    assert [item["rule"] for item in project.findings("old.yaml")] == ["stale"]


def test_an_unreadable_cassette_is_a_finding_and_3_and_the_others_are_still_judged(
    project: Project,
) -> None:
    (project.greets.parent / "fails.yaml").write_text("interactions: 7\n", encoding="utf-8")
    project.change(_answering_with_a_key)
    done = project.cassette("lint", "--format", "json")
    assert done.code == 3
    assert sorted(item["rule"] for item in done.document["findings"]) == [
        "secret-left",
        "unreadable",
    ]


def test_a_value_that_an_earlier_answer_gave_or_the_scenario_wrote_is_stable(
    project: Project,
) -> None:
    first = exchange({"id": UUID}, asked={"a": 1}, origin="live")
    second = exchange({}, asked={"previous": UUID}, origin="live")
    store.save(project.root / "chain.yaml", [first, second])
    assert project.findings("chain.yaml") == []
    store.save(project.root / "chain.yaml", [second, first])
    assert [item["rule"] for item in project.findings("chain.yaml")] == ["unstable-matching"]
    project.edit("whole world", UUID)
    project.change(_asking(UUID))
    assert project.findings() == []


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (UUID, "UUID"),
        (f"trace {UUID.upper()}.", "UUID"),
        ("2026-11-20T10:11:12Z", "timestamp"),
        ("on 2026-11-20", "date of the recording"),
        ("Today is November 20, 2026.", "date of the recording"),
        ("20th November 2026", "date of the recording"),
        (1795168800, "timestamp"),
        (1795168800123, "timestamp"),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "ULID"),
        ("9b74c9897bac770ffc029102a200c5de", "random hexadecimal id"),
    ],
)
def test_an_unstable_value_is_known_by_its_form(value: object, shape: str) -> None:
    assert [item.shape for item in unstable_values({"a": [value]}, DAY)] == [shape]


@pytest.mark.parametrize(
    "value",
    [
        "On 1969-07-20 they landed.",
        "2019-01-01T00:00:00Z",
        "November 19, 2026",
        "9999-99-99",
        1700000000,
        1234567890123456789,
        True,
        "toolu_01CSHoEeqs5C35K2UUqR7Fy",
        "grok-4-0709",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "123456789012345678901234567890",
        0.7,
    ],
)
def test_a_stable_value_is_left_alone(value: object) -> None:
    assert list(unstable_values({"a": [value]}, DAY)) == []


def test_no_date_is_judged_without_the_day_of_the_recording() -> None:
    assert list(unstable_values(["2026-11-20T10:00:00Z", 1795168800], None)) == []


def test_unstable_values_in_the_url_are_found(project: Project) -> None:
    url = f"https://api.x.ai/v1/chat/completions?nonce={UUID}"
    project.change(lambda item: with_request(item, url=url))
    assert [item["pointer"] for item in project.findings()] == [
        "/interactions/0/request/query/nonce"
    ]


def test_lint_is_silent_on_every_shipped_cassette() -> None:
    project = CassetteProject(load_configuration(ROOT), os.environ)
    result = lint_cassettes([], project, max_age=None, today=DAY)
    assert result.cassettes == len(list((ROOT / "cassettes").rglob("*.yaml")))
    assert result.interactions > 200
    assert result.findings == ()


@given(st.integers(1, 5), st.booleans())
def test_lines_are_those_at_which_interactions_begin(count: int, is_indented: bool) -> None:
    margin = "  " if is_indented else ""
    item = f'{margin}- request: {{}}\n{margin}  response: "a\n\n{margin}    - request: no"\n'
    text = f"version: 1\ninteractions:\n{item * count}"
    assert interaction_lines(text.encode()) == [3 + 4 * number for number in range(count)]


@pytest.mark.parametrize("text", ["", "interactions: []\n", json.dumps({"interactions": [{}]})])
def test_a_layout_that_tells_no_lines_gives_none(text: str) -> None:
    assert interaction_lines(text.encode()) == []


def test_equal_answers_without_a_date_or_an_id_are_only_mentioned(project: Project) -> None:
    store.save(project.root / "twice.yaml", [exchange({"pong": 1}, origin="live")] * 2)
    done = project.cassette("lint", "twice.yaml", "--format", "json")
    assert [(item["rule"], item["severity"]) for item in done.document["findings"]] == [
        ("duplicate", "low")
    ]
    assert done.code == 0


def test_a_scenario_that_expects_no_upstream_call_needs_no_cassette(project: Project) -> None:
    (project.greets.parent / "refuses.yaml").unlink(missing_ok=True)
    assert project.findings() == []
