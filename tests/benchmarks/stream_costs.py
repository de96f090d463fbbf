"""What recording costs a stream: the delay of its first chunk, and its chunks, beside others.

    python tests/benchmarks/stream_costs.py [--cassetter PYTHON] [--streams 40]

An origin in a process of its own sends chunks of known sizes at known times. Each recorder runs in
a process of its own, too, with the same client (httpx); cassetter is measured in the environment
of the given Python. The delay is the median over the streams, less that of the client alone.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__)
FIRST_SECONDS, PAUSE_SECONDS = 0.02, 0.01
SIZES = [13, 700, 1, 4096, 64, 9000, 300, 8]
RECORDERS = ("none", "toolreel", "vcrpy", "cassetter")


async def serve() -> None:
    """Serve on a free port, which is printed, until the process is ended."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                kind = b"content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                writer.write(b"HTTP/1.1 200 OK\r\n" + kind)
                await asyncio.sleep(FIRST_SECONDS)
                for size in SIZES:
                    writer.write(b"%x\r\n%s\r\n" % (size, b"x" * size))
                    await writer.drain()
                    await asyncio.sleep(PAUSE_SECONDS)
                writer.write(b"0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


def recorder(name: str, folder: str) -> Any:
    """Return a context in which `name` records."""
    if name == "toolreel":
        import harness

        return harness.use_cassette(
            f"{folder}/a.yaml", record_mode="new_episodes", ignore_localhost=False
        )
    if name == "vcrpy":
        import vcr

        return vcr.use_cassette(f"{folder}/a.yaml", record_mode="new_episodes")
    if name == "cassetter":
        import cassetter

        return cassetter.use_cassette(
            f"{folder}/a.yaml", record_mode="new_episodes", ignore_localhost=False
        )
    return contextlib.nullcontext()


async def measure(name: str, url: str, streams: int, folder: str) -> dict[str, Any]:
    """Return the milliseconds to the first chunk of each stream, to its end, and the sizes."""
    import httpx

    first: list[float] = []
    last: list[float] = []
    sizes: list[list[int]] = []
    with recorder(name, folder):
        async with httpx.AsyncClient(trust_env=False) as client:
            for number in range(streams + 3):
                started = time.perf_counter()
                times, got = [], []
                async with client.stream("GET", f"{url}/{number}") as response:
                    async for part in response.aiter_bytes():
                        times.append(time.perf_counter() - started)
                        got.append(len(part))
                first.append(times[0] * 1e3)
                last.append(times[-1] * 1e3)
                sizes.append(got)
    return {"first": first[3:], "last": last[3:], "sizes": sizes[3:]}


def recorded_sizes(folder: str) -> list[list[int]]:
    """Return the sizes of the chunks in our cassette."""
    from harness.cassette.store import load

    kept = load(Path(folder) / "a.yaml") or []
    return [[size for _, size in item.chunks] for item in kept][3:]


def in_process(python: str, name: str, url: str, streams: int) -> dict[str, Any] | str:
    """Return what `measure` finds in a process of its own, or why it could not."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.run(
            [python, str(HERE), "--measure", name, url, str(streams), folder],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        if process.returncode:
            return process.stderr.strip().rpartition("\n")[2]
        found: dict[str, Any] = json.loads(process.stdout)
        if name == "toolreel":
            found["recorded"] = recorded_sizes(folder)
        return found


def report(python: str | None, streams: int) -> None:
    """Measure all recorders and print the table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("recorder", "first chunk ms", "added ms", "p95 added", "last chunk ms",
                  "chunks as sent", "recorded as sent")  # fmt: skip
    with subprocess.Popen(
        [sys.executable, str(HERE), "--serve"], stdout=subprocess.PIPE, text=True
    ) as origin:
        assert origin.stdout is not None
        url = f"http://127.0.0.1:{origin.stdout.readline().strip()}"
        alone = 0.0
        for name in RECORDERS:
            chosen = python if name == "cassetter" else sys.executable
            found = in_process(chosen, name, url, streams) if chosen else "--cassetter not given"
            if isinstance(found, str):
                table.add_row(name, found)
                continue
            median = statistics.median(found["first"])
            alone = alone or median
            late = statistics.quantiles(found["first"], n=20)[-1] - alone
            table.add_row(
                name, f"{median:.2f}", f"{median - alone:.2f}", f"{late:.2f}",
                f"{statistics.median(found['last']):.1f}", share_as_sent(found["sizes"]),
                share_as_sent(found["recorded"]) if "recorded" in found else "",
            )  # fmt: skip
        origin.terminate()
    Console(width=110).print(table)


def share_as_sent(sizes: list[list[int]]) -> str:
    """Return how many streams have the chunks that were sent, and what another one has."""
    others = [item for item in sizes if item != SIZES]
    return f"{len(sizes) - len(others)}/{len(sizes)}" + (f" ({others[0]})" if others else "")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cassetter", metavar="PYTHON")
    arguments.add_argument("--streams", type=int, default=40)
    arguments.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.serve:
        asyncio.run(serve())
    elif chosen.measure:
        name, url, streams, folder = chosen.measure
        print(json.dumps(asyncio.run(measure(name, url, int(streams), folder))))  # noqa: T201
    else:
        report(chosen.cassetter, chosen.streams)


if __name__ == "__main__":
    main()
