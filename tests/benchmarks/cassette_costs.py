"""What recording and replaying costs beside vcrpy, cassetter and the bare floor.

    python tests/benchmarks/cassette_costs.py [--sizes 10,100,1000,10000] [--vcrpy-whole]
        [--cassetter PYTHON]

All in one run on one machine; ratios are what counts, so the floor (the same client, a dict lookup
behind it) and ours take turns, call by call. `--vcrpy-whole` replays 1,000 calls through vcrpy with
body matching, about a minute and a half. `--cassetter` is a Python that has cassetter installed.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
from completion_calls import (
    HEADERS,
    MATCH_ON,
    URL,
    call,
    last_numbers,
    request_body,
    response_body,
)
from rich.console import Console
from rich.table import Table

CALLS = 600


def write_cassette(path: Path, size: int) -> None:
    from harness.cassette.store import save
    from harness.records.http import HttpRequest, HttpResponse, Interaction

    headers = (("content-type", "application/json"), ("accept", "*/*"))
    save(path, [
        Interaction(
            request=HttpRequest(method="POST", url=URL, headers=headers, body=request_body(number)),
            response=HttpResponse(
                status=200, reason="OK", headers=tuple(HEADERS), body=response_body(number)
            ),
        )
        for number in range(size)
    ])  # fmt: skip


@contextmanager
def ours(path: Path) -> Iterator[None]:
    from harness import use_cassette

    with use_cassette(str(path), record_mode="none", allow_playback_repeats=True):
        yield


def with_vcrpy(path: Path) -> AbstractContextManager[Any]:
    import vcr

    return vcr.use_cassette(
        str(path), record_mode="none", match_on=MATCH_ON, allow_playback_repeats=True
    )


def floor_client(size: int) -> httpx.AsyncClient:
    """Return a client with a dict lookup behind it."""
    answers = {request_body(number): response_body(number) for number in range(size)}

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=HEADERS, content=answers[request.content])

    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


def replayed(path: Path, size: int) -> tuple[float, float, float]:
    """Return the seconds to load, of a call of the floor, and of a call of ours (medians)."""
    from harness.upstream.holding import holding

    async def measure() -> tuple[float, float, float]:
        gc.collect()
        started = time.perf_counter()
        with ours(path):
            loaded = time.perf_counter() - started
            async with floor_client(size) as bare, httpx.AsyncClient() as client:
                bare_times, times = [], []
                for number in last_numbers(size, CALLS):
                    with holding(None):
                        bare_times.append(await call(bare, number))
                    times.append(await call(client, number))
        return loaded, statistics.median(bare_times), statistics.median(times)

    return asyncio.run(measure())


def with_vcrpy_replayed(path: Path, size: int) -> tuple[float, float]:
    """Return the seconds to load and of a call through vcrpy."""

    async def measure() -> tuple[float, float]:
        started = time.perf_counter()
        with with_vcrpy(path):
            loaded = time.perf_counter() - started
            async with httpx.AsyncClient() as client:
                numbers = last_numbers(size, max(3, 300 // size))
                return loaded, statistics.median([await call(client, it) for it in numbers])

    return asyncio.run(measure())


def with_cassetter_replayed(python: str, path: Path, size: int) -> tuple[str, str]:
    """Return the ms to load and the µs of a call through cassetter, or why it cannot."""
    script = Path(__file__).with_name("cassetter_costs.py")
    command = [python, str(script), str(path), str(size), "100"]
    found = json.loads(subprocess.check_output(command, text=True))
    if "error" in found:
        return "refuses", "-"
    return f"{found['load'] * 1e3:.1f}", f"{found['call'] * 1e6:.0f}"


def recording(size: int, sync: bool) -> tuple[float, float]:
    """Return the seconds that one interaction adds to a file of `size` (median), and the end."""
    from harness.cassette.recorder import Recorder
    from harness.records.http import HttpRequest, HttpResponse, Interaction

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.yaml"
        write_cassette(path, size)
        recorder = Recorder(path, anew=False, sync=sync)
        times = []
        for number in range(200):
            interaction = Interaction(
                request=HttpRequest(method="POST", url=URL, body=request_body(number)),
                response=HttpResponse(
                    status=200, headers=tuple(HEADERS), body=response_body(number)
                ),
            )
            started = time.perf_counter()
            recorder.write(interaction, size + number)
            times.append(time.perf_counter() - started)
        started = time.perf_counter()
        recorder.finish(None)
        return statistics.median(times[10:]), time.perf_counter() - started


def memory(path: Path) -> float:
    """Return the MB that loading the cassette adds to a process."""
    code = (
        "from pathlib import Path;"
        "from harness.cassette.cassette import Cassette; from harness.cassette import store;"
        "resident = lambda: int(Path('/proc/self/statm').read_text().split()[1]) * 4096 / 2**20;"
        "before = resident();"
        f"kept = Cassette.of_entries('c', store.load_entries(Path({str(path)!r})));"
        "print(resident() - before)"
    )
    return float(subprocess.check_output([sys.executable, "-c", code], text=True))


def import_ratio() -> float:
    """Return the time of `import harness.cassette.use` over that of `import json, asyncio`."""

    def seconds(code: str) -> float:
        times = []
        for _ in range(11):
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            times.append(time.perf_counter() - started)
        return statistics.median(times)

    return seconds("import harness.cassette.use") / seconds("import json, asyncio")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", default="10,100,1000,10000")
    arguments.add_argument("--vcrpy-whole", action="store_true")
    arguments.add_argument("--cassetter", metavar="PYTHON")
    chosen = arguments.parse_args()
    replay = Table("size", "floor µs", "ours µs", "× floor", "vcrpy µs", "cassetter µs", "load ms",
                   "vcrpy ms", "× faster", "cassetter ms", title="replay")  # fmt: skip
    record = Table(
        "size", "added µs", "with sync µs", "at exit µs", "MB in memory", title="record, memory"
    )
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm.yaml"
        write_cassette(warm, 1)
        replayed(warm, 1)  # imports are no part of loading a cassette
        with_vcrpy_replayed(warm, 1)
        for size in map(int, chosen.sizes.split(",")):
            path = Path(folder) / f"{size}.yaml"
            write_cassette(path, size)
            loaded, base, called = replayed(path, size)
            vcr_loaded, vcr_called = with_vcrpy_replayed(path, size)
            peer = ("-", "-")
            if chosen.cassetter:
                peer = with_cassetter_replayed(chosen.cassetter, path, size)
            replay.add_row(
                f"{size}", f"{base * 1e6:.0f}", f"{called * 1e6:.0f}", f"{called / base:.2f}",
                f"{vcr_called * 1e6:.0f}", peer[1], f"{loaded * 1e3:.1f}",
                f"{vcr_loaded * 1e3:.0f}", f"{vcr_loaded / loaded:.0f}", peer[0],
            )  # fmt: skip
            added, at_exit = recording(size, False)
            synced, _ = recording(size, True)
            record.add_row(
                f"{size}", f"{added * 1e6:.0f}", f"{synced * 1e6:.0f}", f"{at_exit * 1e6:.0f}",
                f"{memory(path):.0f}",
            )  # fmt: skip
        whole(Path(folder) / "1000.yaml", with_vcr=chosen.vcrpy_whole)
    console = Console(width=110)
    console.print(replay, record)
    console.print(f"import harness.cassette.use: {import_ratio():.1f} × import json, asyncio")


def whole(path: Path, *, with_vcr: bool) -> None:
    """Print the seconds for 1,000 calls replayed in order, the load included."""
    if not path.exists():
        return

    async def replay(player: Callable[[Path], AbstractContextManager[Any]]) -> float:
        started = time.perf_counter()
        with player(path):
            async with httpx.AsyncClient() as client:
                for number in range(1000):
                    await call(client, number)
        return time.perf_counter() - started

    seconds = asyncio.run(replay(ours))
    Console().print(f"1,000 calls with load: ours {seconds:.2f} s")
    if with_vcr:
        vcr_seconds = asyncio.run(replay(with_vcrpy))
        Console().print(f"  vcrpy {vcr_seconds:.1f} s, {vcr_seconds / seconds:.0f} ×")


if __name__ == "__main__":
    main()
