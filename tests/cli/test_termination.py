"""SIGTERM ends a command as Ctrl-C does: nothing of its processes is left, nothing found lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVER = (
    "import os, pathlib, runpy, sys; pathlib.Path(sys.argv.pop(1)).write_text(str(os.getpid())); "
    "runpy.run_module('tests.audit.audited_servers', run_name='__main__')"
)


def _audit(pid: Path, *before: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "harness.cli.main", "audit", "--format", "json", "-e"]
    url = "BASE_URL={upstream}/api.openai.com/v1"
    server = [sys.executable, "-c", SERVER, str(pid), "plain"]
    return subprocess.Popen(
        [*before, *command, url, "--", *server],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _wait_for_calls(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("valid:"):
            return
    pytest.fail("the audit made no calls")


def _has_ended(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("before", "number", "code"),
    [
        ((), signal.SIGTERM, 143),
        (("sh", "-c", 'trap "" INT; exec "$@"', "sh"), signal.SIGTERM, 143),
        ((), signal.SIGINT, 130),
    ],
)
def test_a_signal_ends_an_audit_with_its_server(
    tmp_path: Path, before: tuple[str, ...], number: signal.Signals, code: int
) -> None:
    pid = tmp_path / "pid"
    process = _audit(pid, *before)
    _wait_for_calls(process)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == code, err
    assert "toolreel: interrupted" in err
    assert "Traceback" not in out + err
    assert json.loads(out)["stopped"] == "not all calls were made: interrupted"
    assert _has_ended(int(pid.read_text()))


def test_a_second_signal_does_not_stop_the_tidying(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    process = _audit(pid)
    _wait_for_calls(process)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 143, err
    assert json.loads(out)["stopped"]
    assert _has_ended(int(pid.read_text()))


def test_serving_to_a_client_ends_by_sigterm_while_stdin_is_open() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "harness.cli.main", "serve", "grok"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write('{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
    process.stdin.flush()
    assert process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == -signal.SIGTERM
    process.communicate()
