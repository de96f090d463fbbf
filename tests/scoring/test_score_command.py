"""`toolreel score`, from the command line to what it prints."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.runner.score_servers import Server, score_large, score_servers
from tests.recorded_project import Outcome
from tests.scoring.other_domains import labelled_tools

Toolreel = Callable[..., Outcome]
TOOLS = [row["tool"] for row in labelled_tools()]
CASSETTE = Path(__file__).parent / "cassettes" / "judge.yaml"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "tools.json"
    path.write_text(json.dumps({"tools": TOOLS[:4]}), encoding="utf-8")
    return path


def test_a_saved_list_is_scored_as_json(saved: Path, toolreel: Toolreel) -> None:
    done = toolreel("score", saved.name, "--format", "json")
    found = json.loads(done.out)
    assert done.code == 0
    assert found["version"] == 1
    assert found["server"]["tools"] == 4
    first = found["tools"][0]
    assert list(first["dimensions"]) == [
        "purpose", "usage_guidelines", "behavior", "parameters", "conciseness", "completeness",
    ]  # fmt: skip
    assert set(first["dimensions"]["purpose"]) == {"score", "rules", "advice"}
    assert {"name", "tdqs", "tier", "smells"} <= set(first)


@pytest.mark.parametrize(
    "shape",
    [
        lambda tools: {"jsonrpc": "2.0", "id": 1, "result": {"tools": tools}},
        lambda tools: tools,
        lambda tools: tools[0],
    ],
)
def test_every_shape_of_a_saved_list_is_read(
    saved: Path, toolreel: Toolreel, shape: Callable[[list[Any]], Any]
) -> None:
    saved.write_text(json.dumps(shape(TOOLS[:1])), encoding="utf-8")
    found = json.loads(toolreel("score", saved.name, "--format", "json").out)
    assert [tool["name"] for tool in found["tools"]] == ["read_file"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "tools.json:1: no JSON"),
        ('{"a": 1}', "expected a tools/list result"),
        ('[{"description": "x"}]', "/tools/0"),
        ("[]", "no tools"),
    ],
)
def test_a_file_that_is_no_list_of_tools_is_refused(
    saved: Path, toolreel: Toolreel, text: str, message: str
) -> None:
    saved.write_text(text, encoding="utf-8")
    done = toolreel("score", saved.name)
    assert done.code == 2
    assert message in done.err


def test_text_shows_scores_reasons_words_and_advice(saved: Path, toolreel: Toolreel) -> None:
    out = toolreel("score", saved.name).out
    assert "write_file" in out
    assert "usage_guidelines 2" in out
    assert "→ Say when to use it" in out
    assert "tokens in every request" in out


def test_markdown_shows_a_table_and_the_advice(saved: Path, toolreel: Toolreel) -> None:
    out = toolreel("score", saved.name, "--format", "markdown").out
    assert (
        "| tool | purpose | usage | behavior | params | concise | complete | TDQS | tier |" in out
    )
    assert "| write\\_file | usage |" in out


@pytest.mark.parametrize(("limit", "code"), [("1", 0), ("D", 0), ("4.9", 1), ("A", 1)])
def test_a_tool_under_the_limit_fails_the_command(
    saved: Path, toolreel: Toolreel, limit: str, code: int
) -> None:
    done = toolreel("score", saved.name, "--fail-under", limit)
    assert done.code == code
    assert ("write_file" in done.err) is bool(code)


@pytest.mark.parametrize("limit", ["E", "0", "6", "nan"])
def test_a_limit_that_is_none_is_refused(saved: Path, toolreel: Toolreel, limit: str) -> None:
    assert toolreel("score", saved.name, "--fail-under", limit).code == 2


def test_a_configured_target_is_listed_and_scored(
    toolreel: Toolreel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    again = tmp_path / "gateway.json"
    live = json.loads(
        toolreel("score", "gateway", "--format", "json", "--save-tools", str(again)).out
    )
    saved = json.loads(toolreel("score", str(again), "--format", "json").out)
    assert live["tools"] == saved["tools"]
    assert live["tools"][0]["tier"] == "B"


def test_an_unknown_target_is_told_with_the_nearest(
    toolreel: Toolreel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    done = toolreel("score", "gatewya")
    assert done.code == 2
    assert "did you mean 'gateway'" in done.err


def test_the_judge_is_replayed_without_a_network(
    toolreel: Toolreel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    done = toolreel(
        "score", "gateway", "--judge", "--judge-cassette", str(CASSETTE), "--format", "json"
    )
    judge = json.loads(done.out)["judge"]
    assert judge["origin"] == "simulated"
    assert judge["runs"] == 3
    (tool,) = judge["tools"]
    for said in tool["dimensions"].values():
        assert len(said["scores"]) == 3
        assert said["median_low"] == sorted(said["scores"])[1]
        assert said["spread"] == max(said["scores"]) - min(said["scores"])
    assert set(judge["agreement"]) == set(tool["dimensions"])


def test_the_judge_is_recorded_from_the_simulator_and_found_again(
    saved: Path, toolreel: Toolreel
) -> None:
    judged = ("score", saved.name, "--judge", "--judge-runs", "1", "--format", "json",
              "--judge-cassette", "judge.yaml")  # fmt: skip
    recorded = toolreel(*judged, "--record-mode", "once", "--upstream", "simulate")
    assert recorded.code == 0, recorded.err
    assert json.loads(toolreel(*judged).out)["judge"] == json.loads(recorded.out)["judge"]


def test_another_question_misses_the_judge_cassette(
    toolreel: Toolreel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    copy = tmp_path / "judge.yaml"
    shutil.copy(CASSETTE, copy)
    judged = ("score", "gateway", "--judge", "--judge-cassette")
    assert toolreel(*judged, str(copy), "--judge-model", "gpt-4.1").code == 3
    assert toolreel(*judged, str(tmp_path / "none.yaml")).code == 3


def test_workers_and_one_process_say_the_same() -> None:
    many = [{**TOOLS[index % 20], "name": f"tool_{index}"} for index in range(520)]
    assert score_large("many", many, workers=2) == score_large("many", many, workers=1)


def test_servers_are_scored_in_their_order() -> None:
    servers = [Server(f"server-{number}", TOOLS[number : number + 3]) for number in range(5)]
    found = list(score_servers(iter(servers), workers=1, keep=lambda scores: scores.server.name))
    assert found == [server.name for server in servers]
