"""How a link is opened, and what is told when it cannot be."""

import os
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest

from harness.connect import connect, load_server
from harness.connection import patched_environ
from harness.errors import HarnessError, TargetError, TargetStartError, UsageError
from harness.targets import HttpTarget, InProcessTarget, StdioTarget, Target

pytestmark = pytest.mark.anyio

SECONDS = 20.0


def in_process(server: str, **env: str) -> InProcessTarget:
    return InProcessTarget(name="tiny", server=server, env=env)


def python(*arguments: str, **more: Any) -> StdioTarget:
    return StdioTarget(name="x", command=(sys.executable, *arguments), **more)


def http(*arguments: str) -> HttpTarget:
    url = "http://127.0.0.1:{port}/mcp"
    return HttpTarget(name="x", url=url, command=(sys.executable, *arguments))


async def refused(target: Target, root: Path, **more: Any) -> HarnessError:
    with anyio.fail_after(SECONDS), pytest.raises(HarnessError) as caught:
        async with connect(target, root=root, **more):
            pass
    return caught.value


@pytest.mark.parametrize("attribute", ["ready", "make", "make_later"])
async def test_a_server_is_an_object_or_a_function_that_makes_it(
    root: Path, attribute: str
) -> None:
    server = await load_server(in_process(f"tiny_servers:{attribute}"), root)
    assert server.name == "tiny"


async def test_a_server_class_of_the_sdk_is_no_server_yet(root: Path) -> None:
    error = await refused(in_process("tiny_servers:not_a_server"), root)
    assert isinstance(error, UsageError)
    assert str(error).startswith("tiny_servers:not_a_server is a int; it must be")


async def test_a_misspelt_attribute_suggests_the_nearest(root: Path) -> None:
    error = await refused(in_process("tiny_servers:make_latre"), root)
    assert isinstance(error, UsageError)
    assert "did you mean 'make_later'?" in str(error)


@pytest.mark.parametrize("module", ["tiny_serverz", "tiny_serverz.deep", "harness.nothing"])
async def test_a_module_that_does_not_exist_is_a_usage_error(root: Path, module: str) -> None:
    error = await refused(in_process(f"{module}:make"), root)
    assert isinstance(error, UsageError)
    assert "no module named" in str(error)
    assert module in str(error)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("import surely_not_installed", "surely_not_installed"),
        ("1 / 0", "ZeroDivisionError"),
        ("def broken(:", "SyntaxError"),
    ],
)
async def test_a_module_that_cannot_be_imported_is_a_target_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, word: str
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    name = f"broken_server_{abs(hash(source))}"
    (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    error = await refused(in_process(f"{name}:make"), tmp_path)
    assert isinstance(error, TargetError)
    assert f"importing {name} failed" in str(error)
    assert word in str(error)


@pytest.mark.parametrize(
    ("attribute", "word"),
    [("make_badly", "RuntimeError: TINY_KEY is not set"), ("exit_at_once", "SystemExit: 2")],
)
async def test_a_function_that_fails_is_a_target_error(
    root: Path, attribute: str, word: str
) -> None:
    error = await refused(in_process(f"tiny_servers:{attribute}", TINY_KEY="x"), root)
    assert isinstance(error, TargetError)
    assert str(error) == f"tiny_servers:{attribute}() failed: {word}"
    assert "TINY_KEY" not in os.environ


@pytest.mark.parametrize("era", ["auto", "modern", "handshake"])
async def test_a_process_that_ends_at_once_is_told_with_its_code_and_last_words(
    root: Path, era: Any
) -> None:
    program = "import sys; sys.stderr.write('one\\nboom: no key\\n'); sys.exit(3)"
    target = python("-c", program)
    with anyio.fail_after(SECONDS), pytest.raises(TargetStartError) as caught:
        async with connect(target, era=era, root=root) as link:
            await link.list_tools()  # in the modern era, nothing is said before
    error = caught.value
    assert (error.returncode, error.exit_code) == (3, 4)
    lines = str(error).splitlines()
    assert lines[0].startswith("cannot start the target: ")
    assert lines[1].startswith(f"  command: {sys.executable} -c ")
    assert lines[2:] == [
        "  exit code: 3",
        "  last lines of its stderr:",
        "    one",
        "    boom: no key",
    ]


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("print('Content-Length: 12')", "no JSON-RPC message: 'Content-Length: 12'"),
        ("pass", "it wrote no line to its stdout"),
    ],
)
async def test_what_stands_on_stdout_in_place_of_the_protocol_is_told(
    root: Path, says: str, told: str
) -> None:
    error = await refused(python("-c", says), root, era="handshake")
    assert told in str(error)


async def test_only_the_end_of_a_long_stderr_is_shown(root: Path) -> None:
    program = "import sys; sys.stderr.write('x' * 9999 + '\\n' + 'line\\n' * 50 + 'last\\n')"
    error = await refused(python("-c", program), root, era="handshake")
    lines = str(error).splitlines()
    assert lines[-1] == "    last"
    assert "x" * 100 not in str(error)
    assert len(lines) < 14


async def test_a_program_that_does_not_exist_is_told(root: Path) -> None:
    target = StdioTarget(name="x", command=("./no-such-program", "a b"))
    error = await refused(target, root)
    assert isinstance(error, TargetStartError)
    assert "command: ./no-such-program 'a b'" in str(error)
    assert error.returncode is None


async def test_a_program_that_is_nowhere_is_told_with_the_nearest_that_is_there(root: Path) -> None:
    target = StdioTarget(name="x", command=("pyton3", "-m", "mine"))
    with pytest.raises(TargetStartError, match="no program 'pyton3' on the PATH; did you mean"):
        async with connect(target, root=root):
            pass


async def test_a_folder_that_does_not_exist_is_told(root: Path) -> None:
    error = await refused(python("-c", "0", cwd="no/such/folder"), root)
    assert isinstance(error, TargetStartError)


async def test_an_http_server_that_ends_before_it_listens_is_told(root: Path) -> None:
    program = "import sys; sys.stderr.write('port is mine\\n'); sys.exit(5)"
    error = await refused(http("-c", program), root)
    assert isinstance(error, TargetStartError)
    assert error.returncode == 5
    assert "nothing listens at http://127.0.0.1:" in str(error)
    assert "    port is mine" in str(error)


async def test_an_http_server_that_never_listens_is_given_up(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.connect.CONNECT_SECONDS", 0.1)
    monkeypatch.setattr("harness.server_process.STOP_SECONDS", 0.1)
    error = await refused(http("-c", "import time; time.sleep(60)"), root)
    assert isinstance(error, TargetStartError)
    assert error.returncode is None


async def test_a_url_where_nobody_listens_is_a_target_error(root: Path) -> None:
    error = await refused(HttpTarget(name="remote", url="http://127.0.0.1:1/mcp"), root)
    assert isinstance(error, TargetError)
    assert str(error).startswith("cannot reach remote: ")


async def test_an_upstream_that_nobody_stands_in_for_is_a_usage_error(root: Path) -> None:
    target = python("x", env={"BASE": "{upstream}/api.x.ai"})
    error = await refused(target, root)
    assert isinstance(error, UsageError)
    assert "{upstream}" in str(error)


async def raw_call(link: Any, tool: str) -> Any:
    with anyio.fail_after(SECONDS):
        return await link.call(tool, {}, wants_progress=False, seconds=SECONDS)


async def test_a_process_gets_its_environment_folder_and_upstream(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOT_FOR_SERVERS", "x")
    target = python(str(root / "raw_server.py"), env={"BASE": "{upstream}/h"}, cwd="..")
    async with connect(target, upstream="http://127.0.0.1:9", root=root) as link:
        env = (await raw_call(link, "env")).outcome.structured
        cwd = (await raw_call(link, "cwd")).outcome.structured["cwd"]
    assert env["BASE"] == "http://127.0.0.1:9/h"
    assert env["PATH"] == os.environ["PATH"]
    assert "NOT_FOR_SERVERS" not in env
    assert Path(cwd) == root.parent


RAW = python("raw_server.py")


async def test_a_server_of_the_older_era_is_found_by_asking(root: Path) -> None:
    async with connect(RAW, era="auto", root=root) as link:
        assert link.protocol == "2025-06-18"
        assert (await raw_call(link, "good")).outcome.text == "good"


async def test_unknown_fields_of_a_result_are_kept(root: Path) -> None:
    async with connect(RAW, era="handshake", root=root) as link:
        outcome = (await raw_call(link, "novel")).outcome
    assert outcome.content == [{"type": "text", "text": "x", "novel": {"a": 1}}]
    assert outcome.structured == {"n": 1}
    assert outcome.meta == {"own/trace": 7}


async def test_a_result_that_breaks_the_protocol_is_told_as_such(root: Path) -> None:
    async with connect(RAW, era="handshake", root=root) as link:
        for tool in (
            *("no-text", "text-number", "content-object", "content-missing"),
            *("meta-list", "novel-type"),
        ):
            outcome = (await raw_call(link, tool)).outcome
            assert outcome.plane == "protocol_error"
            assert str(outcome.message).startswith("the result breaks the protocol: ")
        assert (await raw_call(link, "good")).outcome.plane == "result"


async def test_lines_that_are_no_messages_are_passed_over(root: Path) -> None:
    async with connect(RAW, era="handshake", root=root) as link:
        assert (await raw_call(link, "garbage")).outcome.text == "good"


async def test_an_id_that_becomes_a_text_is_passed_over_and_told(root: Path) -> None:
    async with connect(RAW, era="handshake", root=root) as link:
        assert (await raw_call(link, "good")).outcome.text == "good"
        assert link.take_renumbered() == []
        assert (await raw_call(link, "text-id")).outcome.text == "good"
        assert len(link.take_renumbered()) == 1
        assert link.take_renumbered() == []


async def test_a_process_that_dies_in_a_call_is_told_with_its_exit_code(root: Path) -> None:
    async with connect(RAW, era="handshake", root=root) as link:
        outcome = (await raw_call(link, "die")).outcome
        assert outcome.plane == "transport_error"
        assert str(outcome.message).endswith("the server's process ended with 7")
        assert (await raw_call(link, "good")).outcome.plane == "transport_error"


async def test_an_error_in_the_block_comes_out_as_it_is(root: Path) -> None:
    for target in (RAW, in_process("tiny_servers:make")):
        with pytest.raises(ZeroDivisionError):
            async with connect(target, era="handshake", root=root):
                _ = 1 / 0


async def test_a_server_that_lists_no_tools_is_a_target_error(root: Path) -> None:
    async with connect(python("raw_server.py", "--no-tools"), era="handshake", root=root) as link:
        with pytest.raises(TargetError, match="tools/list failed"):
            await link.list_tools()


async def test_lone_surrogates_are_sent_as_escapes(root: Path) -> None:
    async with connect(RAW, era="handshake", root=root) as link:
        with anyio.fail_after(SECONDS):
            answer = await link.call("repr", {"x": "\ud800"}, wants_progress=False, seconds=5)
        assert answer.outcome.structured == {"repr": "{'x': '\\ud800'}"}
        assert (await raw_call(link, "good")).outcome.plane == "result"


async def test_a_process_is_stopped_with_its_link(root: Path) -> None:
    async with connect(RAW, era="handshake", root=root) as link:
        process = link._process
        assert process is not None
        assert process.returncode is None
    assert process.returncode == 0


async def test_a_process_that_does_not_stop_is_killed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.server_process.STOP_SECONDS", 0.1)
    async with connect(RAW, era="handshake", root=root) as link:
        await link.call("hang", {}, wants_progress=False, seconds=0.1)
        process = link._process
        assert process is not None
    assert process.returncode == -15


def test_an_environment_is_laid_over_and_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "before")
    monkeypatch.delenv("NEW", raising=False)
    seen = []

    def fail_inside() -> None:
        with patched_environ({"KEPT": "inside", "NEW": "inside"}):
            seen.append((os.environ["KEPT"], os.environ["NEW"]))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_inside()
    assert seen == [("inside", "inside")]
    assert os.environ["KEPT"] == "before"
    assert "NEW" not in os.environ


async def test_a_server_that_ends_of_the_newer_era_is_spoken_to_in_the_older_one(
    root: Path,
) -> None:
    dying = python("raw_server.py", "--dies-of-unknown")
    async with connect(dying, root=root) as link:
        assert len(await link.list_tools()) > 0
