"""How exactly streams are recorded and replayed at their own pace.

    python tests/benchmarks/stream_times.py [--streams 5]

An origin in this process sends frames with waits between them. The same stream is read from it
directly, through `toolreel upstream --mode record`, and from the recording with `--pace recorded`,
each time by the same client. Told are the delay of the first byte while recording, whether the
frames are the same, and how far times between frames are from the recorded ones.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send
from upstream_load import free_port, running

from harness.cassette.store import load
from harness.upstream.asgi_server import serve_app

FRAMES = 20
FIRST_WAIT = 0.05
LIMIT_SECONDS = 0.005

Part = tuple[float, bytes]


def planned(number: int) -> list[tuple[float, bytes]]:
    """Return the waits and frames of a stream."""
    draw = random.Random(number)
    return [
        (
            draw.uniform(0.005, 0.08),
            f"data: {number} {place} {'x' * draw.randrange(300)}\n\n".encode(),
        )
        for place in range(FRAMES)
    ]


async def origin(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    lines = [(b"content-type", b"text/event-stream")]
    await asyncio.sleep(FIRST_WAIT)
    await send({"type": "http.response.start", "status": 200, "headers": lines})
    for wait, frame in planned(int(scope["path"].rpartition("/")[2])):
        await send({"type": "http.response.body", "body": frame, "more_body": True})
        await asyncio.sleep(wait)
    await send({"type": "http.response.body", "body": b""})


async def read(url: str) -> list[Part]:
    """Return the HTTP chunks of an answer, each with the seconds since the request was sent."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(
        f"POST {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\ncontent-length: 0\r\n\r\n".encode()
    )
    began = time.perf_counter()
    await reader.readuntil(b"\r\n\r\n")
    found = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        frame = (await reader.readexactly(size + 2))[:-2]
        found.append((time.perf_counter() - began, frame))
    writer.close()
    return found


def gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]


async def through(arguments: list[str], ask: Callable[[str], Any]) -> Any:
    port = free_port()
    command = [sys.executable, "-m", "harness.cli.main", "upstream", *arguments]
    with running([*command, "--port", str(port)], port):
        return await ask(f"http://127.0.0.1:{port}")


async def measure(streams: int, cassette: Path) -> bool:
    async with serve_app(origin) as base:
        host = base.removeprefix("http://")

        async def all_of(at: str) -> list[list[Part]]:
            return [await read(f"{at}/{number}") for number in range(streams)]

        async def stood_in(at: str) -> list[list[Part]]:
            return await all_of(f"{at}/{host}")

        direct = await all_of(base)
        recording = await through(["--mode", "record", str(cassette)], stood_in)
        replayed = await through(["--pace", "recorded", str(cassette)], stood_in)
    recorded = load(cassette) or []
    frames = [[frame for _, frame in stream] for stream in direct]
    is_same = all(
        [[frame for _, frame in stream] for stream in found] == frames
        for found in (recording, replayed)
    )
    delays = [one[0][0] - other[0][0] for one, other in zip(recording, direct, strict=True)]
    errors = [
        abs(gap - kept)
        for stream, item in zip(replayed, recorded, strict=True)
        for gap, kept in zip(
            gaps([at for at, _ in stream]), gaps([at for at, _ in item.chunks]), strict=True
        )
    ]
    ordered = sorted(errors)
    print(  # noqa: T201
        f"{streams} streams of {FRAMES} frames: same frames {is_same}; first byte later while "
        f"recording {statistics.median(delays) * 1000:.1f} ms (most {max(delays) * 1000:.1f}); "
        f"times between frames off by {statistics.median(errors) * 1000:.2f} ms "
        f"(99 % {ordered[len(errors) * 99 // 100] * 1000:.2f}, most {ordered[-1] * 1000:.2f})"
    )
    return is_same and max(errors) < LIMIT_SECONDS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        is_exact = asyncio.run(measure(args.streams, Path(folder) / "times.yaml"))
    sys.exit(0 if is_exact else 1)


if __name__ == "__main__":
    main()
