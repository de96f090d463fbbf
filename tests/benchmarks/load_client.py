"""A light HTTP client for load: keep-alive connections, raw bytes, every answer compared.

A library's client costs more than the servers that are measured, and would hide what they cost.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit


class Exchange(NamedTuple):
    """A request for one origin, and the body that must come back; None accepts any under 200."""

    path: str
    body: bytes
    expected: bytes | None


@dataclass
class Load:
    """What a load came to; latencies in seconds."""

    seconds: float = 0.0
    answers: int = 0
    wrong: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


async def run_load(base: str, work: Sequence[Exchange], clients: int, seconds: float) -> Load:
    """Let `clients` connections send for `seconds`; each begins at another place of `work`."""
    load = Load()
    began = time.perf_counter()
    until = began + seconds
    await asyncio.gather(*(
        _client(base, [*work[n % len(work):], *work[: n % len(work)]], until, load)
        for n in range(clients)
    ))  # fmt: skip
    load.seconds = time.perf_counter() - began
    return load


async def _client(base: str, work: Sequence[Exchange], until: float, load: Load) -> None:
    parts = urlsplit(base)
    heads = [_head(parts.netloc, f"{parts.path}{item.path}", item.body) for item in work]
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        while True:
            for head, item in zip(heads, work, strict=True):
                began = time.perf_counter()
                if began >= until:
                    return
                writer.write(head)
                status, body = await _answer(reader)
                load.latencies.append(time.perf_counter() - began)
                load.answers += 1
                if status != 200 or (item.expected is not None and body != item.expected):
                    load.wrong.append(f"{status} {body[:200]!r} for {item.body[:200]!r}")
    except (OSError, asyncio.IncompleteReadError) as error:
        load.wrong.append(f"{type(error).__name__}: {error}")
    finally:
        writer.close()


def _head(host: str, path: str, body: bytes) -> bytes:
    lines = (
        f"POST {path} HTTP/1.1",
        f"host: {host}",
        "accept: */*",
        "accept-encoding: gzip, deflate",
        "user-agent: load",
        "authorization: Bearer test-key-of-nobody",
        "content-type: application/json",
        f"content-length: {len(body)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    _, found, length = head.partition(b"content-length:")
    if found:
        return status, await reader.readexactly(int(length.split(b"\r\n", 1)[0]))
    body = bytearray()
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readuntil(b"\r\n")
    return status, bytes(body)
