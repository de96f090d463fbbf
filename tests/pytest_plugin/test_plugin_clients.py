"""The fixtures that connect to a target: calls, cassettes, misses, faults, audits, scores."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.pytest_plugin.conftest import HELLO, RECORD, run_pytest

pytest_plugins = ["pytester"]


def run(pytester: pytest.Pytester, source: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=source)
    return run_pytest(pytester, "test_it.py", *arguments)


def test_a_call_is_recorded_into_the_tests_cassette_and_replayed(
    pytester: pytest.Pytester, suite: Path
) -> None:
    source = f"""
        def test_hello(toolreel_client):
            call = toolreel_client("grok").{HELLO}
            assert (call.target, call.origin.kind) == ("grok", "given")
            assert "Hello" in call.outcome.text
            assert [item.request.method for item in call.interactions] == ["POST"]
    """
    assert run(pytester, source, *RECORD).parseoutcomes() == {"passed": 1}
    cassette = suite / "cassettes" / "test_it" / "test_hello.yaml"
    text = cassette.read_text("utf-8")
    assert "origin: simulated" in text or '"origin":"simulated"' in text
    assert "# toolreel call: " in text
    assert "# toolreel tools: " in text
    assert run(pytester, source).parseoutcomes() == {"passed": 1}
    assert cassette.read_text("utf-8") == text


def test_recording_anew_replaces_the_cassette(pytester: pytest.Pytester, suite: Path) -> None:
    cassette = suite / "cassettes" / "test_it" / "test_it.yaml"
    cassette.parent.mkdir()
    shutil.copy(suite / "cassettes" / "grok" / "greets.yaml", cassette)
    anew = ("--toolreel-record-mode", "all", "--toolreel-upstream", "simulate")
    source = f"def test_it(toolreel_client): toolreel_client('grok').{HELLO}"
    assert run(pytester, source, *anew).ret == 0
    text = cassette.read_text("utf-8")
    assert "Hello" in text
    assert "greet the whole world" not in text


def test_a_miss_fails_the_test_even_if_it_is_swallowed(
    pytester: pytest.Pytester, suite: Path
) -> None:
    source = f"""
        from contextlib import suppress

        def test_hello(toolreel_client):
            toolreel_client("grok").{HELLO}

        def test_swallowed(toolreel_client):
            with suppress(Exception):
                toolreel_client("grok").{HELLO}
    """
    found = run(pytester, source)
    assert found.parseoutcomes() == {"failed": 2}
    found.stdout.fnmatch_lines(
        [
            ">*toolreel_client(*Hello*",
            "*CassetteMiss: *test_hello.yaml has no answer for POST https://api.x.ai/v1/chat/*",
            "*to record it: pytest test_it.py::test_hello --toolreel-record-mode new_episodes *",
            "*test_swallowed.yaml has no answer for POST*",
        ]
    )
    found.stdout.no_fnmatch_line("*tool_client.py*")
    assert not (suite / "cassettes" / "test_it").exists()


def test_the_users_mistakes_are_told_at_the_line_of_the_test(
    pytester: pytest.Pytester, suite: Path
) -> None:
    source = """
        import pytest

        def test_target(toolreel_client):
            toolreel_client("grokk")

        def test_tool(toolreel_client):
            toolreel_client("grok").call("create_chat_completions")

        def test_fault(toolreel_simulated_client):
            toolreel_simulated_client("grok").call_tool("create_completion", {}, fault="42")

        def test_twice(toolreel_client):
            toolreel_client("grok")
            toolreel_client("grok")

        @pytest.mark.toolreel_cassette(match_on=["method"])
        def test_option(toolreel_client):
            toolreel_client("grok")
    """
    found = run(pytester, source)
    assert found.parseoutcomes() == {"failed": 5}
    found.stdout.fnmatch_lines(
        [
            "*unknown target 'grokk'; did you mean 'grok'?*",
            "*grok has no tool 'create_chat_completions'; did you mean 'create_chat_completion'?*",
            "*fault '42': *",
            "*test_twice.yaml is the cassette of the client of grok in this test already; give *",
            "*the marker's option 'match_on' is for what the test itself sends*",
        ]
    )
    found.stdout.no_fnmatch_line("*harness/*.py*")


def test_a_client_with_a_name_of_its_own_stands_beside_another(
    pytester: pytest.Pytester, suite: Path
) -> None:
    source = f"""
        import pytest

        @pytest.mark.toolreel_cassette("first")
        def test_two(toolreel_client):
            one, two = toolreel_client("grok"), toolreel_client("grok", cassette="second")
            assert one.{HELLO}.outcome == two.{HELLO}.outcome
    """
    assert run(pytester, source, *RECORD).ret == 0
    names = sorted(path.name for path in (suite / "cassettes" / "test_it").iterdir())
    assert names == ["first.yaml", "second.yaml"]


def test_the_simulator_answers_property_tests_and_fails_on_demand(
    pytester: pytest.Pytester, suite: Path
) -> None:
    source = """
        import pytest
        from hypothesis import given, settings

        from harness.generation.tool_arguments import arguments_for

        TOOL = {"inputSchema": {
            "type": "object",
            "properties": {
                "model": {"const": "grok-3"},
                "messages": {"const": [{"role": "user", "content": "Hi"}]},
                "temperature": {"type": "number", "minimum": 0, "maximum": 2},
            },
            "required": ["model", "messages"],
        }}

        @settings(max_examples=5, deadline=None, database=None)
        @given(arguments=arguments_for(TOOL))
        def test_valid(toolreel_simulated_client, arguments):
            client = toolreel_simulated_client("grok")
            call = client.call_tool("create_chat_completion", arguments)
            assert call.outcome.plane == "result"

        def test_fault(toolreel_simulated_client):
            client = toolreel_simulated_client("grok")
            arguments = TOOL["inputSchema"]["properties"]["messages"]["const"]
            asked = {"model": "grok-3", "messages": arguments}
            failed = client.call_tool("create_chat_completion", asked, fault="500")
            assert failed.outcome.plane == "tool_error"
            assert client.call("create_chat_completion", **asked).outcome.plane == "result"
            assert "create_completion" in client.tools

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        @pytest.mark.anyio
        async def test_running_loop(toolreel_simulated_client):
            client = toolreel_simulated_client("grok")
            assert client.call("create_completion", model="grok-3", prompt="Hi").id == "grok#1"
    """
    assert run(pytester, source).parseoutcomes() == {"passed": 3}
    assert not (suite / "cassettes" / "test_it").exists()


def test_a_server_in_a_process_of_its_own_meets_the_same_cassette(
    pytester: pytest.Pytester, suite: Path
) -> None:
    source = f"""
        import sys

        ENV = {{"GROK_API_KEY": "k" * 20, "GROK_API_BASE_URL": "{{upstream}}/api.x.ai/v1"}}

        def test_hello(toolreel_client):
            client = toolreel_client(f"{{sys.executable}} -m servers.grok", env=ENV)
            assert len(client.{HELLO}.interactions) == 1
    """
    assert run(pytester, source, *RECORD).parseoutcomes() == {"passed": 1}


def test_what_a_server_sends_past_the_cassette_is_not_graded(
    pytester: pytest.Pytester, suite: Path
) -> None:
    pytester.makepyfile(
        sly="""
        import socket
        from mcp.server import MCPServer

        server = MCPServer("sly")

        @server.tool()
        def ask() -> str:
            try:
                socket.create_connection(("api.sly.test", 443), timeout=1)
            except Exception:
                return "no answer"
            return "answer"
    """
    )
    (suite / "sly.yaml").write_text(
        "target: sly:server\nscenarios:\n  - name: asks\n    steps:\n"
        "      - {tool: ask, expect: [{plane: result}]}\n", "utf-8",
    )  # fmt: skip
    source = """
        def test_sly(toolreel_client):
            toolreel_client("sly:server").call("ask")
    """
    found = run(pytester, source, "sly.yaml")
    assert found.parseoutcomes() == {"failed": 2}
    found.stdout.fnmatch_lines(["*asked for api.sly.test past the cassette*"] * 2)


def test_audits_and_scores_are_records(pytester: pytest.Pytester, suite: Path) -> None:
    source = """
        import pytest

        def test_audit(toolreel_audit):
            result = toolreel_audit("grok", phases=["definitions"])
            assert result.target == "grok"
            assert not [item for item in result.findings if item.is_serious]
            with pytest.raises(Exception, match="did you mean 'definitions'"):
                toolreel_audit("grok", phases=["definition"])

        def test_no_key(toolreel_audit):
            with pytest.raises(Exception, match="no tool could .*GROK_API_KEY is not"):
                toolreel_audit("grok", phases=["errors"], env={"GROK_API_KEY": ""})

        def test_score(toolreel_score):
            whole = toolreel_score("grok")
            assert {tool.name for tool in whole.tools} >= {"create_completion"}
            one = toolreel_score([{"name": "get_x", "description": "Get x.", "inputSchema": {}}])
            assert 1 <= one.server.tdqs <= 5
    """
    assert run(pytester, source).parseoutcomes() == {"passed": 3}
