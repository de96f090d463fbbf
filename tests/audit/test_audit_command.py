from __future__ import annotations

import json
import shlex
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.audit.planned_audit import plan_long_wait, plan_silence, take_part
from tests.recorded_project import Outcome

SERVER = "tests.audit.audited_servers:make_plain"
PHASES = ("--phases", "valid,invalid,errors", "--max-examples", "10")
Toolreel = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _is_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    take_part(monkeypatch)


def _without_seconds(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "totals": {**document["totals"], "seconds": None}}


def test_findings_are_one_json_object_and_exit_with_1(toolreel: Toolreel) -> None:
    done = toolreel("audit", SERVER, *PHASES, "--format", "json")
    assert done.code == 1
    document = done.document
    assert document["version"] == 1
    assert {"findings", "coverage", "not_tested", "totals", "seed"} <= set(document)
    assert set(document["findings"][0]) >= {
        "rule", "severity", "tool", "pointer", "message", "evidence", "reproduce",
    }  # fmt: skip
    assert document["totals"]["findings"] == {"high": 1, "medium": 5, "low": 0, "info": 0}


def test_the_same_seed_gives_the_same_object(toolreel: Toolreel) -> None:
    runs = [toolreel("audit", SERVER, *PHASES, "--format", "json").document for _ in range(2)]
    assert _without_seconds(runs[0]) == _without_seconds(runs[1])


def test_equal_causes_are_one_finding_with_a_count_and_small_arguments(toolreel: Toolreel) -> None:
    found = toolreel("audit", SERVER, *PHASES, "--format", "json").document["findings"]
    (rejected,) = [item for item in found if item["rule"] == "validation.valid-rejected"]
    assert rejected["count"] == 2
    assert rejected["evidence"]["request"]["arguments"] == {"prompt": "another "}


def test_evidence_shows_the_call_its_answer_and_the_upstream_traffic(toolreel: Toolreel) -> None:
    found = toolreel("audit", SERVER, *PHASES, "--format", "json").document["findings"]
    (late,) = [item for item in found if item["evidence"].get("fault") == "429; retry-after=1"]
    (exchange,) = late["evidence"]["upstream"]
    assert exchange["request"]["url"] == "https://api.openai.com/v1/chat/completions"
    assert exchange["response"]["status"] == 429
    assert late["evidence"]["answer"]["plane"] == "tool_error"
    assert late["evidence"]["is_serving"] is True


def test_the_command_of_a_finding_shows_it_again(toolreel: Toolreel) -> None:
    found = toolreel("audit", SERVER, *PHASES, "--format", "json").document["findings"]
    for finding in found:
        words = shlex.split(finding["reproduce"])
        assert words[0] == "toolreel"
        again = toolreel(*words[1:], "--format", "json").document["findings"]
        assert (finding["rule"], finding["evidence"]) in [
            (item["rule"], item["evidence"]) for item in again
        ]


def test_one_probe_brings_those_with_its_aim_and_no_others(toolreel: Toolreel) -> None:
    chosen = ("--probe", "errors/503", "--format", "json")
    found = toolreel("audit", SERVER, *chosen).document["findings"]
    assert [item["evidence"]["fault"] for item in found] == ["429; retry-after=1", "503"]


def test_a_finding_of_named_tools_is_shown_again_with_them(toolreel: Toolreel) -> None:
    done = toolreel("audit", SERVER, *PHASES, "--tools", "ask", "--format", "json")
    assert all(" --tools ask " in item["reproduce"] for item in done.document["findings"])
    assert done.document["findings"]
    unknown = toolreel("audit", SERVER, "--exclude-tools", "asks")
    assert unknown.code == 2
    assert "'ask'" in unknown.err


def test_an_unknown_probe_is_told_with_the_nearest(toolreel: Toolreel) -> None:
    done = toolreel("audit", SERVER, "--probe", "errors/504")
    assert done.code == 2
    assert "errors/503" in done.err


def test_a_secret_of_the_server_is_nowhere_in_the_report(toolreel: Toolreel) -> None:
    secret = "sk-very-secret-value-0123456789"
    done = toolreel(
        "audit",
        SERVER,
        *PHASES,
        "-e",
        f"API_KEY={secret}",
        "-e",
        "TOKENS_AT={upstream}/v1",
        "--format",
        "json",
    )
    assert secret not in done.out + done.err
    assert 'API_KEY="$API_KEY"' in done.document["findings"][0]["reproduce"]
    assert "'TOKENS_AT={upstream}/v1'" in done.document["findings"][0]["reproduce"]


def test_the_text_report_tells_rule_cause_and_command(toolreel: Toolreel) -> None:
    done = toolreel("audit", SERVER, *PHASES)
    assert "high validation.valid-rejected ask /prompt × 2" in done.out
    assert "again: toolreel audit --seed 0" in done.out
    assert "errors: 5 calls" in done.err


def test_fail_on_decides_which_findings_fail(toolreel: Toolreel) -> None:
    only = ("--checks", "errors.status-lost")
    assert toolreel("audit", SERVER, *PHASES, *only).code == 1
    assert toolreel("audit", SERVER, *PHASES, *only, "--fail-on", "high").code == 0


def test_checks_are_chosen_and_left_out_by_rule_and_by_area(toolreel: Toolreel) -> None:
    def rules(*options: str) -> set[str]:
        found = toolreel("audit", SERVER, *PHASES, *options, "--format", "json").document
        return {item["rule"] for item in found["findings"]}

    assert rules("--checks", "errors") == {"errors.status-lost"}
    assert rules("--exclude-checks", "errors.status-lost") == {"validation.valid-rejected"}
    assert rules("--checks", "errors,validation", "--exclude-checks", "validation") == {
        "errors.status-lost"
    }


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        (("--phases", "eror"), "'errors'"),
        (("--checks", "mappin"), "'mapping'"),
        (("--exclude-checks", "errors.hang"), "'errors.hangs'"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(
    toolreel: Toolreel, options: tuple[str, ...], nearest: str
) -> None:
    done = toolreel("audit", SERVER, *options)
    assert done.code == 2
    assert nearest in done.err


@pytest.mark.parametrize("words", [(), (SERVER, "--url", "http://127.0.0.1:9/mcp")])
def test_exactly_one_target_is_named(toolreel: Toolreel, words: tuple[str, ...]) -> None:
    assert toolreel("audit", *words).code == 2


def test_a_server_that_nobody_serves_exits_with_4(toolreel: Toolreel) -> None:
    assert toolreel("audit", "--url", "http://127.0.0.1:9/mcp").code == 4


def test_a_configured_target_is_audited_by_its_name(
    toolreel: Toolreel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toolreel.toml").write_text(f'[targets.mine]\nserver = "{SERVER}"\n')
    monkeypatch.chdir(tmp_path)
    assert toolreel("audit", "mine", *PHASES, "--format", "json").document["target"] == "mine"
    assert "'mine'" in toolreel("audit", "min", *PHASES).err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("known.yaml", "- validation.valid-rejected@ask\n- errors.status-lost\n"),
        (
            "known.toml",
            'expected-failures = ["validation.valid-rejected@ask", "errors.status-lost"]\n',
        ),
    ],
)
def test_expected_failures_do_not_fail(
    toolreel: Toolreel, tmp_path: Path, name: str, text: str
) -> None:
    known = tmp_path / name
    known.write_text(text)
    done = toolreel("audit", SERVER, *PHASES, "--expected-failures", str(known))
    assert done.code == 0
    assert "(expected)" in done.out


def test_a_stale_expectation_fails(toolreel: Toolreel, tmp_path: Path) -> None:
    known = tmp_path / "known.yaml"
    known.write_text("- errors.status-lost@other\n- errors.status-lost\n")
    only = ("--checks", "errors", "--expected-failures", str(known))
    done = toolreel("audit", SERVER, *PHASES, *only)
    assert done.code == 1
    assert "errors.status-lost@other" in done.out


@pytest.mark.parametrize("text", ["- errors.status-los\n", "a: 1\n", "- [\n"])
def test_a_list_of_expected_failures_that_is_none_is_told(
    toolreel: Toolreel, tmp_path: Path, text: str
) -> None:
    known = tmp_path / "known.yaml"
    known.write_text(text)
    done = toolreel("audit", SERVER, "--expected-failures", str(known))
    assert done.code == 2
    assert str(known) in done.err


def test_a_client_that_waits_longer_than_an_audit_is_not_called_hanging(
    toolreel: Toolreel, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_part(monkeypatch, plan_silence)
    patient = "tests.audit.audited_servers:make_patient"
    notes = toolreel("audit", patient, *PHASES, "--format", "json").document["not_tested"]
    assert any("300 s" in note["reason"] for note in notes)


def test_a_server_that_waits_as_long_as_its_provider_asks_is_not_called_hanging(
    toolreel: Toolreel, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_part(monkeypatch, plan_long_wait)
    monkeypatch.setattr("harness.runner.audit.patience", lambda limit: 0.5)
    obedient = "tests.audit.audited_servers:make_obedient"
    document = toolreel("audit", obedient, *PHASES, "--format", "json").document
    assert [note["what"] for note in document["not_tested"]] == ["errors: 429; retry-after=3600"]
    assert {item["rule"] for item in document["findings"]} == {"validation.valid-rejected"}


def test_a_server_that_limits_the_pace_of_calls_is_called_slower(toolreel: Toolreel) -> None:
    paced, plain = "tests.audit.audited_servers:make_paced", SERVER
    found = [
        toolreel("audit", one, *PHASES, "--format", "json").document["findings"]
        for one in (paced, plain)
    ]
    assert {item["rule"] for item in found[0]} == {item["rule"] for item in found[1]}


def test_a_tool_without_a_provider_is_not_asked_about_one(toolreel: Toolreel) -> None:
    offline = "tests.audit.audited_servers:make_offline"
    document = toolreel("audit", offline, *PHASES, "--format", "json").document
    assert [note["what"] for note in document["not_tested"]] == ["errors"]
    assert {item["rule"] for item in document["findings"]} == {"validation.valid-rejected"}


def test_a_tool_with_an_unknown_provider_says_which(toolreel: Toolreel) -> None:
    stranger = "tests.audit.audited_servers:make_stranger"
    done = toolreel("audit", stranger, *PHASES)
    assert "GET https://api.weather.example/v2/now" in done.out


def test_a_server_none_of_whose_tools_works_is_no_pass(toolreel: Toolreel) -> None:
    words = ("audit", "servers.grok:create_server", "--phases", "errors", "-e", "GROK_API_KEY=")
    done = toolreel(*words)
    assert done.code == 2
    assert "no tool could be tried: no ordinary call succeeded" in done.out
    assert "GROK_API_KEY is not set" in done.out
    assert "nothing known; " in done.out
    assert toolreel("audit", words[1], "--phases", "definitions").code == 0


def test_progress_does_not_write_to_stdout(toolreel: Toolreel) -> None:
    done = toolreel("audit", SERVER, *PHASES, "--format", "json")
    assert json.loads(done.out)["version"] == 1


def test_a_running_server_asks_at_the_port_that_is_given(toolreel: Toolreel) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # In process it is the same server; what counts is that it asks at a fixed port.
    url = f"BASE_URL=http://127.0.0.1:{port}/api.openai.com/v1"
    chosen = ("--upstream-port", str(port), "-e", url, "--format", "json")
    found = toolreel("audit", SERVER, *PHASES, *chosen).document["findings"]
    assert {item["rule"] for item in found} >= {"errors.status-lost"}


def test_a_port_that_is_taken_is_told(toolreel: Toolreel) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = toolreel("audit", SERVER, "--upstream-port", str(port))
    assert done.code == 2
    assert f"--upstream-port {port}" in done.err


def test_what_a_server_prints_in_process_is_not_in_the_report(toolreel: Toolreel) -> None:
    noisy = "tests.audit.audited_servers:make_noisy"
    assert toolreel("audit", noisy, *PHASES, "--format", "json").document["target"] == noisy
