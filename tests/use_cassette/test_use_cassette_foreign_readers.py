"""What `use_cassette` writes is read by plain vcrpy and by pytest-recording."""

import contextlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr
from vcr.errors import CannotOverwriteExistingCassetteException

import harness
from harness.cassette.mcp_side import call_line, read_mcp_side, tools_line
from harness.cassette.recorder import Recorder
from harness.records.call import Outcome
from harness.records.recorded_call import RecordedCall

URL = "https://api.provider.test/v1"
UNICODE = '{"text": "žluť ☃ 🦊 \\u2028 \u2028 \x85 ﻿"}'
BODIES = {
    "plain": b'{"answer": 42}',
    "unicode": UNICODE.encode(),
    "binary": b"\x89PNG\r\n\x1a\n\x00\xff\xfe",
    "empty": b"",
    "lines": b"one\r\ntwo\n\n  three \n",
    "spaces": b"  a \n b\t\n\n c  \n",
    "marks": b"- a: [b\n# toolreel call: {}\n...\n--- !!python/name:os.system\n",
}
PIECES = [b'data: {"delta": "P', 'ří"}\n\n'.encode(), b"data: [DONE]\n\n"]
CALL = RecordedCall(tool="ask", arguments={"q": "ž"}, outcome=Outcome(plane="result"))
TOOLS = [{"name": "ask", "inputSchema": {"type": "object"}}]


def transport_of(library: Any) -> Any:
    """A provider in this process, behind the library's transport."""

    class Pieces(library.SyncByteStream):  # type: ignore[name-defined,misc]
        def __iter__(self) -> Iterator[bytes]:
            yield from PIECES

    def answer(request: Any) -> Any:
        kind = request.url.path.rpartition("/")[2]
        if kind == "refused":
            raise library.ConnectError("Connection refused")
        if kind == "reset":
            raise library.ReadError("Connection reset by peer")
        if kind == "stream":
            return library.Response(
                200, headers={"content-type": "text/event-stream"}, stream=Pieces()
            )
        headers = [("x-twice", "a"), ("x-twice", "b, c"), ("x-odd", ": #'\" - [")]
        return library.Response(418, headers=headers, content=BODIES[kind])

    return library.MockTransport(answer)


@pytest.fixture
def upstream(library: Any) -> Any:
    return transport_of(library)


def shown(response: Any) -> tuple[int, str, list[tuple[str, str]], bytes]:
    """All of a response that vcrpy has a place for."""
    headers = sorted(response.headers.multi_items())
    return response.status_code, response.reason_phrase, headers, response.content


def asked(client: Any, kind: str) -> Any:
    return client.post(f"{URL}/{kind}?a=1&a=%C5%BE", json={"q": "ž", "n": [1, None]})


def test_plain_vcrpy_gives_the_responses_that_were_recorded(
    library: Any, upstream: Any, tmp_path: Path
) -> None:
    path, kinds = tmp_path / "c.yaml", [*BODIES, "stream"]
    with library.Client(transport=upstream) as client, harness.use_cassette(path):
        recorded = {kind: shown(asked(client, kind)) for kind in kinds}
    with (
        vcr.VCR(record_mode="none", match_on=["method", "uri", "body"]).use_cassette(path) as tape,
        library.Client() as client,
    ):
        for kind in reversed(kinds):
            assert shown(asked(client, kind)) == recorded[kind], kind
        assert tape.all_played
        with pytest.raises(CannotOverwriteExistingCassetteException):
            asked(client, "plain")


@pytest.mark.parametrize("failure", ["refused", "reset"])
def test_plain_vcrpy_shows_a_failure_as_a_status_that_no_provider_sends(
    library: Any, upstream: Any, tmp_path: Path, failure: str
) -> None:
    path = tmp_path / "c.yaml"
    with library.Client(transport=upstream) as client, harness.use_cassette(path):
        with pytest.raises(library.TransportError):
            asked(client, failure)
        after = shown(asked(client, "plain"))
    with (
        vcr.VCR(record_mode="none").use_cassette(path),
        library.Client() as client,
    ):
        response = asked(client, failure)
        assert (response.status_code, response.content) == (599, b"")
        assert response.reason_phrase == f"no response: {failure}"
        assert shown(asked(client, "plain")) == after


def with_mcp_side(path: Path, record: Callable[[], object]) -> None:
    """Record, with the lines of the MCP side before, between and after the interactions."""
    record()
    recorder = Recorder(path, anew=False)
    recorder.note(tools_line(TOOLS))
    recorder.note(call_line(CALL))
    recorder.finish(None)
    record()


def test_plain_vcrpy_reads_past_the_lines_of_the_mcp_side(
    library: Any, upstream: Any, tmp_path: Path
) -> None:
    path = tmp_path / "c.yaml"

    def record() -> None:
        with (
            library.Client(transport=upstream) as client,
            harness.use_cassette(path, record_mode="new_episodes"),
        ):
            for kind in ("plain", "unicode") * 2:
                asked(client, kind)

    with_mcp_side(path, record)
    assert read_mcp_side(path.read_bytes()).calls == (CALL,)
    with (
        vcr.VCR(record_mode="none").use_cassette(path) as tape,
        library.Client() as client,
    ):
        for kind in ("unicode", "plain") * 2:
            assert asked(client, kind).content == BODIES[kind]
        assert tape.all_played


def test_vcrpy_adds_to_a_cassette_and_both_read_all_of_it(
    library: Any, upstream: Any, tmp_path: Path
) -> None:
    path = tmp_path / "c.yaml"
    with library.Client(transport=upstream) as client, harness.use_cassette(path):
        first = shown(asked(client, "unicode"))
    with (
        vcr.VCR(record_mode="new_episodes").use_cassette(path),
        library.Client(transport=upstream) as client,
    ):
        added = shown(asked(client, "binary"))
    with vcr.VCR(record_mode="none").use_cassette(path), library.Client() as client:
        assert shown(asked(client, "binary")) == added
        assert shown(asked(client, "unicode")) == first
    with harness.use_cassette(path, record_mode="none"), library.Client() as client:
        assert asked(client, "binary").content == added[-1]
        assert asked(client, "unicode").content == first[-1]


INNER = """
import socket

import httpx
import pytest
from vcr.errors import CannotOverwriteExistingCassetteException

URL = "https://api.provider.test/v1"
pytestmark = pytest.mark.vcr


def ask(kind):
    return httpx.post(f"{URL}/{kind}?a=1&a=%C5%BE", json={"q": "ž", "n": [1, None]})


def test_all(vcr):
    for kind in ("plain", "unicode", "binary", "empty", "lines", "spaces", "marks"):
        assert ask(kind).content == BODIES[kind], kind
    assert ask("stream").content == STREAMED
    assert ask("reset").status_code == 599
    assert vcr.all_played


def test_no_more_than_was_recorded():
    assert ask("plain").status_code == 418
    with pytest.raises(CannotOverwriteExistingCassetteException):
        ask("unicode")


def test_the_network_is_blocked():
    with pytest.raises(RuntimeError, match="Network is disabled"):
        socket.create_connection(("127.0.0.1", 9))
"""


def test_pytest_recording_replays_what_was_recorded(tmp_path: Path) -> None:
    assert importlib.util.find_spec("pytest_recording"), "pip install 'toolreel[test]'"
    folder = tmp_path / "cassettes" / "test_inner"
    for name, kinds in {
        "test_all": [*BODIES, "stream", "reset"],
        "test_no_more_than_was_recorded": ["plain"],
    }.items():
        with (
            httpx.Client(transport=transport_of(httpx)) as client,
            harness.use_cassette(folder / f"{name}.yaml"),
        ):
            for kind in kinds:
                with contextlib.suppress(httpx.ReadError):
                    asked(client, kind)
    constants = f"BODIES = {BODIES!r}\nSTREAMED = {b''.join(PIECES)!r}\n"
    (tmp_path / "test_inner.py").write_text(constants + INNER, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    options = ["-p", "recording", "--record-mode=none", "--block-network", "-q"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "test_inner.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "3 passed" in run.stdout
