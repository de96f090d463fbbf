"""What is recorded outlives the process, and several processes may record into one file."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import vcr.serialize
from threaded_provider import Provider
from vcr.serializers import yamlserializer

from harness.cassette import store

ROOT = Path(__file__).parents[2]
# Imports once, and forks a recording process for each line of its input.
NURSERY = """
import os, sys, signal, httpx, harness
import harness.cassette.open_cassette, harness.cassette.redact, harness.cassette.decoded_body
harness.cassette.redact.Redactor(dict(os.environ))
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
url = sys.argv[1]
for line in sys.stdin:
    path, name, count = line.split()
    if os.fork():
        continue
    with harness.use_cassette(path, ignore_localhost=False, record_mode="new_episodes"):
        with httpx.Client(trust_env=False, verify=False) as client:
            os.write(1, f"pid {os.getpid()}\\n".encode())
            for number in range(int(count)):
                client.post(url, content=f"{name}.{number}").read()
                os.write(1, f"{name}.{number}\\n".encode())
    os.write(1, b"end\\n")
    os._exit(0)
"""


@contextmanager
def nursery(provider: Provider) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", NURSERY, f"{provider.url}/v1"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    with process:
        yield process


def start(process: "subprocess.Popen[str]", path: Path, name: str, count: int) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{path} {name} {count}\n")
    process.stdin.flush()


def bodies_in(path: Path) -> tuple[list[str], list[str]]:
    """Return the request bodies that we find in a file, and those that vcrpy finds."""
    ours = [item.request.body.decode() for item in store.load(path) or []]
    requests, _ = vcr.serialize.deserialize(path.read_text("utf-8"), yamlserializer)[:2]
    return ours, [request.body.decode() for request in requests]


def killed_at_random(provider: Provider, folder: Path, times: int) -> None:
    chance = random.Random(7)
    with nursery(provider) as process:
        assert process.stdout is not None
        for attempt in range(times):
            start(process, path := folder / f"{attempt}.yaml", f"a{attempt}", 100_000)
            while not (line := process.stdout.readline()).startswith("pid"):
                pass  # of the one before, on its way when it was killed
            told = {process.stdout.readline().strip() for _ in range(chance.randrange(1, 40))}
            os.kill(int(line.split()[1]), signal.SIGKILL)
            ours, theirs = bodies_in(path)
            assert told <= set(ours)
            assert told <= set(theirs)


def recorded_by_processes(provider: Provider, path: Path, count: int) -> None:
    with nursery(provider) as process:
        assert process.stdout is not None
        for name in range(8):
            start(process, path, str(name), count)
        ended = 0
        while ended < 8 and (line := process.stdout.readline()):
            ended += line == "end\n"
    wanted = sorted(f"{name}.{number}" for name in range(8) for number in range(count))
    ours, theirs = bodies_in(path)
    assert sorted(ours) == sorted(theirs) == wanted


@pytest.mark.filterwarnings("ignore::harness.errors.TornCassetteWarning")
def test_nothing_completed_is_lost_to_a_kill(provider: Provider, tmp_path: Path) -> None:
    killed_at_random(provider, tmp_path, 6)


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::harness.errors.TornCassetteWarning")
def test_nothing_completed_is_lost_to_200_kills(provider: Provider, tmp_path: Path) -> None:
    killed_at_random(provider, tmp_path, 200)


def test_8_processes_record_into_one_file(provider: Provider, tmp_path: Path) -> None:
    recorded_by_processes(provider, tmp_path / "a.yaml", 25)


@pytest.mark.long
def test_8_processes_record_2000_interactions_into_one_file(
    provider: Provider, tmp_path: Path
) -> None:
    recorded_by_processes(provider, tmp_path / "a.yaml", 250)
