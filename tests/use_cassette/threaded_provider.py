"""A provider on loopback that is served by threads, and clients in both styles."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECONDS = 10.0
"""The bound of every wait."""


class Provider:
    """Answers by the last segment of the path; `go` lets a stream continue."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.go = threading.Event()
        self.arrived = threading.Event()

    def forget(self) -> None:
        self.requests.clear()
        self.go = threading.Event()
        self.arrived = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    provider: Provider

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.provider.requests.append((self.path, dict(self.headers.items()), body))
        number = len(self.provider.requests)
        kind = self.path.partition("?")[0].rpartition("/")[2]
        if kind == "reset":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif kind in ("stream", "cut", "endless"):
            self._stream(kind)
        elif kind == "slow":
            go = self.provider.go
            self.provider.arrived.set()
            go.wait(SECONDS)
            self._whole(b"{}")
        elif kind == "gzip":
            packed = gzip.compress(json.dumps({"packed": "text"}).encode())
            self._whole(packed, ("content-encoding", "gzip"))
        else:
            self._whole(json.dumps({"echo": body.decode("latin-1"), "number": number}).encode())

    do_POST = do_GET

    def _whole(self, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(200)
        for name, value in (
            ("content-type", "application/json"),
            ("set-cookie", "session=secret"),
            ("content-length", str(len(body))),
            *headers,
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self._chunk(b"data: 1\n\ndata")
        if kind == "cut":
            self.close_connection = True
            return
        if kind == "stream":
            self.provider.go.wait(SECONDS)
            self._chunk(b": 2\n\n")
            self._chunk(b"")
        while kind == "endless" and not self.provider.go.wait(0.002):
            try:
                self._chunk(b"data: more\n\n")
            except OSError:
                return

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        pass  # clients that hang up are part of the tests


@contextmanager
def provider_in_threads() -> Iterator[Provider]:
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    handler.provider = Provider(server.server_port)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield handler.provider  # type: ignore[attr-defined]
    finally:
        handler.provider.go.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()


def send(library: Any, style: str, url: str, method: str = "POST", **more: Any) -> Any:
    """Send one request with a fresh client and return the response, its body read."""
    transport = more.pop("transport", None)
    options = {"timeout": SECONDS, "transport": transport, "verify": False}

    async def asynchronous() -> Any:
        async with library.AsyncClient(**options) as client:
            return await client.request(method, url, **more)

    if style == "async":
        return asyncio.run(asynchronous())
    with library.Client(**options) as client:
        return client.request(method, url, **more)


def read_parts(library: Any, style: str, url: str, after_first: Any = None, most: int = 99) -> Any:
    """Stream a response, call `after_first` once the first part is there, read `most` parts."""
    parts: list[bytes] = []

    def keep(part: bytes) -> bool:
        parts.append(part)
        if len(parts) == 1 and after_first is not None:
            after_first()
        return len(parts) >= most

    async def asynchronous() -> None:
        async with (
            library.AsyncClient(timeout=SECONDS, verify=False) as client,
            client.stream("GET", url) as response,
        ):
            async for part in response.aiter_raw():
                if keep(part):
                    break

    if style == "async":
        asyncio.run(asynchronous())
        return parts
    with (
        library.Client(timeout=SECONDS, verify=False) as client,
        client.stream("GET", url) as response,
    ):
        for part in response.iter_raw():
            if keep(part):
                break
    return parts
