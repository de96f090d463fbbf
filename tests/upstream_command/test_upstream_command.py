import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from origin_on_loopback import SECONDS, URL, cassette, exchange

from harness.cli.main import main


@contextmanager
def running(*arguments: str, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "harness.cli.main", "upstream", *arguments]
    with subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ready(process: subprocess.Popen[str]) -> tuple[str, dict[str, str]]:
    assert process.stdout is not None
    first = process.stdout.readline()
    lines = [process.stdout.readline().removeprefix("export ").rstrip("\n") for _ in range(4)]
    return first, dict(line.split("=", 1) for line in lines)


def stopped(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    process.send_signal(number)
    rest, errors = process.communicate(timeout=SECONDS)
    assert rest == ""
    return process.returncode, errors


def test_the_command_says_what_to_set_serves_and_stops_cleanly(tmp_path: Path) -> None:
    path = cassette(tmp_path / "a.yaml", exchange({"q": 1}, {"a": 1}))
    with running(str(path), "--log", "log.jsonl", cwd=tmp_path) as process:
        line, env = ready(process)
        url = line.split()[4]
        assert line == f"toolreel upstream ready at {url} (1 interaction of 1 cassette)\n"
        assert env == {
            "OPENAI_BASE_URL": f"{url}/api.openai.com/v1",
            "ANTHROPIC_BASE_URL": f"{url}/api.anthropic.com",
            "XAI_BASE_URL": f"{url}/api.x.ai/v1",
            "ACEDATACLOUD_API_BASE_URL": f"{url}/api.acedata.cloud",
        }
        answer = httpx.post(
            f"{env['OPENAI_BASE_URL']}/chat/completions", json={"q": 1}, verify=False
        )
        assert answer.json() == {"a": 1}
        assert stopped(process, signal.SIGTERM) == (0, "toolreel upstream: 1 request answered\n")
    (told,) = map(json.loads, (tmp_path / "log.jsonl").read_text().splitlines())
    assert (told["url"], told["outcome"], told["status"]) == (URL, "played", 200)


def test_a_miss_is_told_on_stderr_and_by_the_exit_code(tmp_path: Path) -> None:
    path = cassette(tmp_path / "a.yaml", exchange({"q": 1}, {"a": 1}))
    with running(str(path), "--mode", "replay", cwd=tmp_path) as process:
        _, env = ready(process)
        httpx.post(f"{env['OPENAI_BASE_URL']}/chat/completions", json={"q": 2}, verify=False)
        code, errors = stopped(process, signal.SIGINT)
    assert code == 3
    assert errors.startswith(f"miss 418 POST {URL} ")
    assert "nearest: interaction 0" in errors
    assert errors.endswith("toolreel upstream: 1 request answered, 1 without an answer\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere.yaml"], 3, "nowhere.yaml: no such cassette"),
        (["--host", "0.0.0.0"], 2, "host 0.0.0.0 is not loopback"),
        (["--fault", "teapot"], 2, "fault 'teapot': unknown fault"),
        (["--mode", "replay"], 2, "mode replay needs cassettes"),
        (["--pace", "slowly", "x.yaml"], 2, "pace='slowly'"),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(
    arguments: list[str],
    code: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["toolreel", "upstream", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)
    assert message in told.err


def test_the_log_on_stderr_names_faults_and_hides_keys(tmp_path: Path) -> None:
    with running("--fault", "503; nth=1", "--log", "-", cwd=tmp_path) as process:
        _, urls = ready(process)
        secret = "sk-abcdefghijklmnopqrstuvwxyz0123456789"
        url = f"{urls['OPENAI_BASE_URL']}/chat/completions?key={secret}"
        assert httpx.post(url, json={}, verify=False).status_code == 503
        code, errors = stopped(process, signal.SIGTERM)
    line = json.loads(errors.splitlines()[0])
    assert (code, line["outcome"], line["fault"]) == (0, "fault", "503; nth=1")
    assert secret not in errors
