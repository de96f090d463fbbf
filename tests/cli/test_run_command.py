"""`toolreel run` as a user meets it: exit codes, messages, formats."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.recorded_project import Project

PYTHON = shlex.quote(sys.executable)


def test_a_recorded_project_replays_and_passes(project: Project) -> None:
    done = project.run("run")
    assert done.code == 0
    assert "3 scenarios: 3 passed; 6 of 6 checks" in done.out


def test_a_failed_check_is_1_with_the_reason_and_the_command_that_runs_it_again(
    project: Project,
) -> None:
    project.edit("text_contains: greet the whole world", "text_contains: farewell")
    done = project.run("run")
    assert done.code == 1
    assert "'farewell' is not in the text" in done.out
    assert "score 0.4" in done.out
    assert "again: toolreel run scenarios/greetings.yaml::greets" in done.out
    assert "scenarios/greetings.yaml:3" in done.out


def test_an_edited_prompt_is_3_and_the_message_shows_the_word(project: Project) -> None:
    project.edit("Please greet the whole world", "Please greet the whole moon")
    done = project.run("run")
    assert done.code == 3
    assert "/body/messages/0/content" in done.out
    assert 'expected "Please greet the whole world", is "Please greet the whole moon"' in done.out
    assert "to record it: toolreel run scenarios/greetings.yaml::greets --record-mode" in done.out


def test_the_command_that_a_miss_names_repairs_it(project: Project) -> None:
    project.edit("greet the whole world", "greet the whole moon")
    missed = project.run("run")
    command = missed.out.split("to record it: toolreel ")[1].splitlines()[0]
    assert project.run(*shlex.split(command)).code == 0
    assert project.run("run").code == 0


def test_a_miss_is_never_graded_as_the_server_s_behaviour(project: Project) -> None:
    project.edit("plane: result", "plane: [result, tool_error]")
    project.edit("greet the whole world", "greet the whole moon")
    done = project.run("run", "--format", "json")
    assert done.code == 3
    (scenario,) = [item for item in json.loads(done.out)["scenarios"] if item["name"] == "greets"]
    assert scenario["status"] == "error"
    assert scenario["score"] == 0
    assert not [result for step in scenario["steps"] for result in step["expectations"]]


def test_a_deleted_cassette_is_3_and_named(project: Project) -> None:
    project.greets.unlink()
    done = project.run("run")
    assert done.code == 3
    assert "cassettes/grok/greets.yaml" in done.out
    assert "there is no such cassette" in done.out


def test_a_corrupt_cassette_is_3_with_its_line_and_is_left_alone(project: Project) -> None:
    broken = "interactions:\n- request: {\n"
    project.greets.write_text(broken, encoding="utf-8")
    for arguments in ((), ("--record-mode", "once", "--upstream", "simulate")):
        done = project.run("run", *arguments)
        assert done.code == 3
        assert "greets.yaml:3: not YAML" in done.out
        assert "delete it and record it anew: toolreel run scenarios/greetings.yaml::" in done.out
        assert project.greets.read_text(encoding="utf-8") == broken


def test_an_unknown_tool_is_1_with_the_nearest_that_exists(project: Project) -> None:
    project.edit(
        "tool: create_chat_completion\n        arguments: {model: grok-3",
        "tool: create_chat_completions\n        arguments: {model: grok-3",
    )
    done = project.run("run")
    assert done.code == 1
    assert (
        "has no tool 'create_chat_completions'; did you mean 'create_chat_completion'?" in done.out
    )


def test_a_misspelt_key_is_2_with_line_column_and_the_nearest_key(project: Project) -> None:
    project.edit("text_contains: greet", "text_contain: greet")
    done = project.run("run")
    assert done.code == 2
    assert (
        "scenarios/greetings.yaml:9:13: unknown key 'text_contain'; did you mean 'text_contains'?"
        in done.err
    )
    assert done.out == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("run", "--record-mode", "al"), "'all'; did you mean 'all'?"),
        (("upstream", "--fault", "429; nht=1"), "did you mean nth?"),
        (("score", "scenarios/greting.json"), "did you mean 'scenarios/greetings.yaml'?"),
        (
            ("score", "grok", "--judge", "--judge-url", "api.x.ai/v1"),
            "needs http:// or https:// and a host; did you mean 'https://api.x.ai/v1'?",
        ),
        (("audit", "grok", "--expected-failures", "toolreel.tml"), "did you mean 'toolreel.toml'"),
        (("mutate", "--mutants", "erors.*"), "did you mean 'errors.*'?"),
    ],
)
def test_a_misspelt_word_of_an_option_is_2_with_the_nearest(
    project: Project, words: tuple[str, ...], told: str
) -> None:
    done = project.run(*words)
    assert done.code == 2
    assert told in done.err


def test_a_base_url_without_the_provider_s_host_is_told(project: Project) -> None:
    path = project.root / "toolreel.toml"
    path.write_text(path.read_text("utf-8").replace("/api.x.ai/v1", "/v1"), encoding="utf-8")
    done = project.run("run")
    assert done.code == 3
    assert "'v1' looks like no provider's host: the first segment after {upstream}" in done.out


def test_a_dead_command_is_4_with_exit_code_and_stderr(project: Project) -> None:
    script = "import sys; print('no licence', file=sys.stderr); sys.exit(7)"
    done = project.run("run", "--target", f"{PYTHON} -c {shlex.quote(script)}")
    assert done.code == 4
    assert "exit code: 7" in done.out
    assert "no licence" in done.out


def test_a_command_that_does_not_exist_is_4(project: Project) -> None:
    done = project.run("run", "--target", "./no-such-server --stdio")
    assert done.code == 4
    assert "./no-such-server" in done.out


def test_a_url_where_nobody_listens_is_4(project: Project) -> None:
    assert project.run("run", "--target", "http://127.0.0.1:9/mcp").code == 4


def test_an_unknown_target_in_a_scenario_is_2_with_the_nearest_name(project: Project) -> None:
    project.edit("target: grok", "target: grokk")
    done = project.run("run")
    assert done.code == 2
    assert "unknown target 'grokk'; did you mean 'grok'?" in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--record-mode", "all"), "--upstream simulate"),
        (("--upstream", "live"), "--record-mode"),
        (("-k", "greeets"), "did you mean 'greets'?"),
        (("-k", "a and"), "words with and, or, not"),
        (("no-such-folder",), "no such file or folder"),
        (("--env", "NAME"), "not NAME=VALUE"),
        (("--header", "A: b"), "needs a target with a URL"),
        (("--recordmode", "all"), "No such option"),
    ],
)
def test_a_wrong_flag_is_2_and_says_what_is_right(
    project: Project, arguments: tuple[str, ...], message: str
) -> None:
    done = project.run("run", *arguments)
    assert done.code == 2
    assert message in done.err
    assert done.out == ""


def test_a_misspelt_command_names_the_nearest(project: Project) -> None:
    done = project.run("rum")
    assert done.code == 2
    assert "did you mean 'run'?" in done.err


def test_the_first_failure_stops_the_run_on_demand(project: Project) -> None:
    project.edit("text_contains: greet the whole world", "text_contains: farewell")
    done = project.run("run", "-x")
    assert done.code == 1
    assert "1 scenario:" in done.out


def test_a_keyword_selects_scenarios(project: Project) -> None:
    done = project.run("run", "-k", "not greets")
    assert "2 scenarios: 2 passed" in done.out


def test_json_is_one_object_on_stdout_and_talk_is_on_stderr(project: Project) -> None:
    done = project.run("run", "--format", "json")
    result = json.loads(done.out, parse_constant=pytest.fail)
    assert result["version"] == 1
    assert result["totals"]["passed"] == 3
    assert [item["status"] for item in result["scenarios"]] == ["passed"] * 3
    assert "3 scenarios: 3 passed" in done.err


def test_a_running_server_is_reached_by_url_with_a_fixed_stand_in_port(project: Project) -> None:
    import socket

    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        port, upstream = one.getsockname()[1], two.getsockname()[1]
    env = {
        **os.environ,
        "GROK_API_KEY": "test-key-grok",
        "GROK_API_BASE_URL": f"http://127.0.0.1:{upstream}/api.x.ai/v1",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "servers.grok", "--http", str(port)],
        env=env, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port, server)
        done = project.run(
            "run", "--target", f"http://127.0.0.1:{port}/mcp", "--upstream-port", str(upstream)
        )
        assert done.code == 0, done.out
        project.edit("greet the whole world}", "greet the whole moon}")
        missed = project.run(
            "run", "--target", f"http://127.0.0.1:{port}/mcp", "--upstream-port", str(upstream)
        )
        assert missed.code == 3, missed.out
        assert f"--upstream-port {upstream}" in missed.out
    finally:
        server.kill()
        server.wait(10)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    import socket
    import time

    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail("the server did not start")


def test_ctrl_c_is_130_and_shows_what_was_done(project: Project) -> None:
    project.edit(
        "  - name: refuses\n",
        "  - name: hangs\n    target: hanging:create_server\n    steps:\n"
        "      - tool: hang\n        unlisted: true\n        expect: [{plane: result}]\n"
        "  - name: refuses\n",
    )
    (project.root / "hanging.py").write_text(
        "import anyio\nfrom mcp.server import Server\nimport mcp_types as types\n"
        "async def tools(ctx, params):\n    return types.ListToolsResult(tools=[])\n"
        "async def call(ctx, params):\n"
        "    print('HANGING', flush=True)\n    await anyio.sleep(60)\n"
        "def create_server():\n"
        "    return Server('hanging', on_list_tools=tools, on_call_tool=call)\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "harness.cli.main", "run"],
        cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    shown = process.stdout.readline()
    told = ""
    while "HANGING" not in told:
        line = process.stderr.readline()
        assert line, process.communicate()
        told += line
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, out + err
    assert "Traceback" not in out + err
    assert "greets" in shown
    assert "interrupted" in out + err


def test_a_secret_given_by_flag_is_not_shown_in_any_output(project: Project) -> None:
    secret = "sk-live-5cf1c2f7a9d04b1e8a77"
    project.edit("plane: result", "plane: tool_error")
    done = project.run("run", "--env", f"GROK_API_KEY={secret}", "--format", "json")
    assert done.code == 1
    assert secret not in done.out + done.err
    assert 'GROK_API_KEY="$GROK_API_KEY"' in done.err


def test_recording_live_without_a_key_is_2_and_names_the_variable(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GROK_API_KEY", raising=False)
    before = project.greets.read_bytes()
    done = project.run("run", "--record-mode", "all", "--upstream", "live")
    assert done.code == 2
    assert "needs a real GROK_API_KEY" in done.err
    assert project.greets.read_bytes() == before


def test_recording_live_where_the_provider_cannot_be_reached_is_4_and_keeps_the_cassette(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROK_API_KEY", "xai-0123456789abcdef0123")
    project.edit("target: grok\nscenarios", "target: nowhere\nscenarios")
    configuration = project.root / "toolreel.toml"
    configuration.write_text(
        configuration.read_text(encoding="utf-8")
        .replace("targets.grok", "targets.nowhere")
        .replace("api.x.ai", "127.0.0.1:9"),
        encoding="utf-8",
    )
    done = project.run("run", "--record-mode", "all", "--upstream", "live", "-k", "greets")
    assert done.code == 4
    assert "cannot connect to http://127.0.0.1:9" in done.out
    assert not (project.root / "cassettes" / "nowhere").exists()


def test_a_cassette_that_cannot_be_written_is_3_and_no_verdict_on_the_server(
    project: Project,
) -> None:
    shutil.rmtree(project.greets.parent)
    project.greets.parent.write_text("in the way", encoding="utf-8")
    done = project.run("run", "--record-mode", "all", "--upstream", "simulate", "-k", "greets")
    assert done.code == 3
    assert "cassettes/grok" in done.out
    assert "not judged" in done.out
