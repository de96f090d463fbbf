"""What `toolreel upstream` bears: many clients at once, beside a bare handler and aimock.

    python tests/benchmarks/upstream_load.py [--seconds 60] [--round 3] [--aimock FOLDER]

First 64 streaming clients for `--seconds`: every answer is compared with the one that belongs to
its request, and the memory of the server is read as it goes. Then requests a second of
`toolreel upstream`, of a bare Starlette handler under uvicorn that returns the same bytes, and of
aimock (`npm install @copilotkit/aimock` in FOLDER) on what it can serve, in turns, with the same
load; the ratio counts. Servers are processes of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from load_client import Exchange, Load, run_load
from rich.console import Console
from rich.table import Table

from harness.cassette.store import save
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.upstream.simulators.registry import simulate

CLIENTS = 64
PROMPTS = 256
ROUNDS = 5
URL = "https://api.openai.com/v1/chat/completions"
HERE = Path(__file__).parent
PLACE = "/api.openai.com/v1/chat/completions"


def request_body(number: int, *, is_stream: bool) -> bytes:
    said = [{"role": "user", "content": f"Count to twenty, for customer {number:04}."}]
    body = {"model": "gpt-4o-mini", "messages": said, "max_tokens": 60}
    return json.dumps({**body, "stream": True} if is_stream else body,
                      separators=(",", ":")).encode()  # fmt: skip


def interaction(number: int, *, is_stream: bool) -> Interaction:
    body = request_body(number, is_stream=is_stream)
    headers = (("content-type", "application/json"), ("authorization", "Bearer test-key"))
    request = HttpRequest(method="POST", url=URL, headers=headers, body=body)
    answer = simulate(request)
    assert answer.status == 200, answer
    response = HttpResponse(
        status=200, reason="OK", headers=answer.headers, body=b"".join(answer.chunks)
    )
    chunks = tuple((0.0, len(chunk)) for chunk in answer.chunks) if is_stream else ()
    return Interaction(request=request, response=response, chunks=chunks)


def exchanges(interactions: Sequence[Interaction], place: str = PLACE) -> list[Exchange]:
    return [
        Exchange(place, item.request.body, item.response.body if item.response else b"")
        for item in interactions
    ]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port, process)
            yield process
        finally:
            process.terminate()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{process.args!r} does not listen")


def resident(process: subprocess.Popen[bytes]) -> int:
    """Return the memory of a process in KiB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def ours(stack: ExitStack, cassette: Path) -> tuple[str, subprocess.Popen[bytes]]:
    port = free_port()
    command = [sys.executable, "-m", "harness.cli.main", "upstream", str(cassette)]
    process = stack.enter_context(running([*command, "--port", str(port)], port))
    return f"http://127.0.0.1:{port}", process


def bare(stack: ExitStack, folder: Path) -> str:
    port = free_port()
    command = [sys.executable, str(HERE / "bare_handler.py"), str(port), str(folder)]
    stack.enter_context(running(command, port))
    return f"http://127.0.0.1:{port}"


def aimock(stack: ExitStack, installed: Path, folder: Path, plain: Sequence[Interaction]) -> str:
    fixtures = [
        {
            "match": {"userMessage": item.request.json_body()["messages"][0]["content"]},
            "response": {"content": item.response.json_body()["choices"][0]["message"]["content"]},
        }
        for item in plain
        if item.response is not None
    ]
    path = folder / "fixtures.json"
    path.write_text(json.dumps({"fixtures": fixtures}))
    port = free_port()
    cli = installed / "node_modules/@copilotkit/aimock/dist/cli.js"
    command = ["node", str(cli), "-p", str(port), "-f", str(path), "--log-level", "silent"]
    stack.enter_context(running(command, port))
    return f"http://127.0.0.1:{port}"


def endurance(cassette: Path, streams: Sequence[Interaction], seconds: float) -> bool:
    console = Console()
    memory: list[int] = []

    async def load(base: str, process: subprocess.Popen[bytes]) -> Load:
        async def watch() -> None:
            while True:
                memory.append(resident(process))
                await asyncio.sleep(max(0.1, seconds / 60))

        watching = asyncio.create_task(watch())
        done = await run_load(base, exchanges(streams), CLIENTS, seconds)
        watching.cancel()
        return done

    with ExitStack() as stack:
        done = asyncio.run(load(*ours(stack, cassette)))
    warm = memory[len(memory) // 5]
    grown = (memory[-1] - warm) / warm
    latencies = sorted(done.latencies)
    console.print(
        f"{CLIENTS} streaming clients, {done.seconds:.0f} s: {done.answers:,} answers, "
        f"{len(done.wrong)} wrong, {done.rate:,.0f}/s, "
        f"median {latencies[len(latencies) // 2]:.3f} s, "
        f"99 % {latencies[len(latencies) * 99 // 100]:.3f} s; memory {warm / 1024:.1f} MiB, "
        f"then {memory[-1] / 1024:.1f} MiB ({grown:+.1%})"
    )
    for text in done.wrong[:3]:
        console.print(text)
    return not done.wrong and grown < 0.05


def throughput(
    cassette: Path, plain: list[Interaction], streams: list[Interaction], args: argparse.Namespace
) -> bool:
    table = Table("requests a second, median of rounds", "plain", "streamed")
    kinds = {"plain": plain, "streamed": streams}
    rates: dict[str, dict[str, list[float]]] = {}
    wrong: list[str] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        heads: dict[str, dict[str, str]] = {}
        for name, items in (("plain", plain), ("stream", streams)):
            assert items[0].response is not None
            (folder / f"{name}.bin").write_bytes(items[0].response.body)
            heads[name] = dict(items[0].response.headers)
        (folder / "heads.json").write_text(json.dumps(heads))
        bases = {"toolreel": ours(stack, cassette)[0], "bare": bare(stack, folder)}
        if args.aimock is not None:
            bases["aimock"] = aimock(stack, args.aimock, folder, plain)
        for _ in range(ROUNDS):
            for kind, items in kinds.items():
                for name, base in bases.items():
                    place = "/v1/chat/completions" if name == "aimock" else PLACE
                    work = exchanges(items, place)
                    if name != "toolreel":
                        work = [item._replace(expected=None) for item in work]
                    done = asyncio.run(run_load(base, work, CLIENTS, args.round))
                    wrong += done.wrong
                    rates.setdefault(name, {}).setdefault(kind, []).append(done.rate)
    for name, found in rates.items():
        table.add_row(name, *(f"{statistics.median(found[kind]):,.0f}" for kind in kinds))
    ratios = [
        statistics.median(
            one / other
            for one, other in zip(rates["toolreel"][kind], rates["bare"][kind], strict=True)
        )
        for kind in kinds
    ]
    table.add_row("toolreel / bare", *(f"{ratio:.0%}" for ratio in ratios))
    Console().print(table)
    for text in wrong[:3]:
        Console().print(text)
    return not wrong and min(ratios) >= 0.6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--round", type=float, default=3.0)
    parser.add_argument("--aimock", type=Path)
    args = parser.parse_args()
    plain = [interaction(number, is_stream=False) for number in range(PROMPTS)]
    streams = [interaction(number, is_stream=True) for number in range(PROMPTS)]
    with tempfile.TemporaryDirectory() as folder:
        cassette = Path(folder) / "load.yaml"
        save(cassette, [*plain, *streams])
        is_steady = endurance(cassette, streams, args.seconds)
        is_quick = throughput(cassette, plain, streams, args)
    sys.exit(0 if is_steady and is_quick else 1)


if __name__ == "__main__":
    main()
