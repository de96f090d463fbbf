"""What recording and replaying costs beside vcrpy, cassetter (if installed) and the bare floor.

    python tests/benchmarks/cassette_costs.py [--sizes 10,100,1000,10000] [--vcrpy-whole]

All in one run on one machine; ratios are what counts. An interaction is an OpenAI-shaped chat
completion: 453 bytes there, 2.3 kB and 30 headers back. `--vcrpy-whole` replays 1,000 calls through
vcrpy with body matching, which takes about a minute and a half.
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
from rich.console import Console
from rich.table import Table

URL = "https://api.openai.com/v1/chat/completions"
HEADERS = [("content-type", "application/json"), *((f"x-h-{n:02}", "v" * 24) for n in range(29))]
MATCH_ON = ("method", "scheme", "host", "port", "path", "query", "body")
CALLS = 300


def request_body(number: int) -> bytes:
    content = f"question {number} " + "x" * 360
    return json.dumps(
        {"model": "gpt-4o", "messages": [{"role": "user", "content": content}]}
    ).encode()


def response_body(number: int) -> bytes:
    message = {"role": "assistant", "content": f"answer {number} " + "y" * 2000}
    return json.dumps({"id": f"c-{number}", "object": "chat.completion", "choices": [
        {"index": 0, "message": message, "finish_reason": "stop"}]}).encode()  # fmt: skip


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


async def per_call(client: httpx.AsyncClient, numbers: list[int]) -> float:
    """Return the median seconds of a call."""
    times = []
    for number in numbers:
        body = request_body(number)
        started = time.perf_counter()
        answer = await client.post(URL, content=body, headers={"content-type": "application/json"})
        times.append(time.perf_counter() - started)
        assert answer.json()["id"] == f"c-{number}"
    return statistics.median(times)


def floor(size: int) -> float:
    answers = {request_body(number): response_body(number) for number in range(size)}

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=HEADERS, content=answers[request.content])

    async def measure() -> float:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            await per_call(client, [0] * 50)
            return await per_call(client, _numbers(size, CALLS))

    return asyncio.run(measure())


def lookup(
    path: Path, size: int, calls: int, player: Callable[[Path], AbstractContextManager[Any]]
) -> tuple[float, float]:
    """Return the seconds to load the cassette and the median seconds of a call to its end."""

    async def measure() -> tuple[float, float]:
        gc.collect()
        started = time.perf_counter()
        with player(path):
            loaded = time.perf_counter() - started
            async with httpx.AsyncClient() as client:
                await per_call(client, _numbers(size, min(calls, 20)))
                return loaded, await per_call(client, _numbers(size, calls))

    return asyncio.run(measure())


def _numbers(size: int, calls: int) -> list[int]:
    return [size - 1 - number % min(size, 10) for number in range(calls)]


def recording(size: int, sync: bool) -> float:
    """Return the median seconds that one recorded interaction adds to a file of `size`."""
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
        return statistics.median(times[10:])


def memory(path: Path) -> float:
    """Return the MB that loading the cassette adds to a process."""
    code = (
        "import resource, sys; from pathlib import Path;"
        "from harness.cassette.cassette import Cassette; from harness.cassette import store;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        f"kept = Cassette.of_entries('c', store.load_entries(Path({str(path)!r})));"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)"
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
    chosen = arguments.parse_args()
    table = Table("size", "floor µs", "ours µs", "×floor", "vcrpy µs", "load ms", "vcrpy load ms",
                  "×", "record µs", "with sync µs", "MB")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for size in map(int, chosen.sizes.split(",")):
            path = Path(folder) / f"{size}.yaml"
            write_cassette(path, size)
            base = floor(size)
            loaded, called = lookup(path, size, CALLS, ours)
            vcr_loaded, vcr_called = lookup(path, size, max(2, 300 // size), with_vcrpy)
            table.add_row(
                f"{size}", f"{base * 1e6:.0f}", f"{called * 1e6:.0f}", f"{called / base:.2f}",
                f"{vcr_called * 1e6:.0f}", f"{loaded * 1e3:.1f}", f"{vcr_loaded * 1e3:.0f}",
                f"{vcr_loaded / loaded:.0f}", f"{recording(size, False) * 1e6:.0f}",
                f"{recording(size, True) * 1e6:.0f}", f"{memory(path):.0f}",
            )  # fmt: skip
        whole(Path(folder) / "1000.yaml", with_vcr=chosen.vcrpy_whole)
    console = Console(width=120)
    console.print(table)
    console.print(f"import harness.cassette.use: {import_ratio():.1f} × import json, asyncio")


def whole(path: Path, *, with_vcr: bool) -> None:
    """Print the seconds for 1,000 calls replayed in order, the load included."""
    if not path.exists():
        return

    async def replay(player: Callable[[Path], AbstractContextManager[Any]]) -> float:
        started = time.perf_counter()
        with player(path):
            async with httpx.AsyncClient() as client:
                await per_call(client, list(range(1000)))
        return time.perf_counter() - started

    seconds = asyncio.run(replay(ours))
    Console().print(f"1,000 calls with load: ours {seconds:.2f} s")
    if with_vcr:
        vcr_seconds = asyncio.run(replay(with_vcrpy))
        Console().print(f"  vcrpy {vcr_seconds:.1f} s, {vcr_seconds / seconds:.0f} ×")


if __name__ == "__main__":
    main()
