"""A server's standard streams, line by line: what the SDK's transport would hide is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import anyio
from anyio.streams.buffered import BufferedByteReceiveStream

from harness.server_process import ServerProcess
from harness.stdio_link import LINE_LIMIT

_METHOD_NOT_FOUND = -32601


class RawStdio:
    """JSON-RPC with a server's process, one request after the other.

    Attributes:
        noise: lines of stdout that are no JSON-RPC 2.0 message, in their order.
        has_ended: whether stdout was closed.
        strays: responses with an id that no request under way has.
        notifications: those of the server, in their order.
        asked: the id of the last request.
        used: the ids of all requests.
    """

    def __init__(self, server: ServerProcess) -> None:
        assert server.process.stdout is not None
        self._server = server
        self._lines = BufferedByteReceiveStream(server.process.stdout)
        self._number = 0
        self.noise: list[str] = []
        self.strays: list[dict[str, Any]] = []
        self.notifications: list[dict[str, Any]] = []
        self.asked: int | str = 0
        self.used: list[int | str] = []
        self.has_ended = False

    @property
    def is_renumbered(self) -> bool:
        """Whether the last request was answered with its id as another kind of value."""
        return bool(self.strays) and str(self.strays[-1].get("id")) == str(self.asked)

    @property
    def last_words(self) -> str:
        """The last line that the process wrote to its stderr, empty without one."""
        lines = [line.strip() for line in self._server.stderr_tail().splitlines()]
        return next((line for line in reversed(lines) if line), "")

    async def ask(
        self, method: str, params: Any, *, seconds: float, name: str = ""
    ) -> dict[str, Any] | None:
        """Return the response to a request; None when it does not come within `seconds`.

        Its id is a number, or the text `name`; one that comes back as the other kind is a stray,
        and nothing else is waited for.
        """
        own = await self.begin(method, params, name=name)
        with anyio.move_on_after(seconds):
            while not self.has_ended:
                for message in await self._next():
                    if "method" in message:
                        continue
                    answered = message.get("id")
                    if answered == own and type(answered) is type(own):
                        return message
                    self.strays.append(message)
                    if str(answered) == str(own):
                        return None
        return None

    async def begin(self, method: str, params: Any, *, name: str = "") -> int | str:
        """Send a request and return its id; its response will be a stray to the next one."""
        self._number += 1
        own = self.asked = name or self._number
        self.used.append(own)
        await self._send({"id": own, "method": method, "params": params})
        return own

    async def listen(self, seconds: float) -> None:
        """Read what comes within `seconds`; responses are strays."""
        with anyio.move_on_after(seconds):
            while not self.has_ended:
                self.strays += [one for one in await self._next() if "method" not in one]

    async def say(self, line: str) -> None:
        """Send a line as it is."""
        await self._write(line + "\n")

    async def tell(self, method: str, params: Mapping[str, Any] | None = None) -> None:
        """Send a notification."""
        await self._send({"method": method, **({"params": params} if params is not None else {})})

    async def close(self, *, seconds: float) -> None:
        """Close the server's stdin, and read its stdout until it ends."""
        assert self._server.process.stdin is not None
        await self._server.process.stdin.aclose()
        with anyio.move_on_after(seconds):
            while not self.has_ended:
                await self._next()

    async def _send(self, message: dict[str, Any]) -> None:
        await self._write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")

    async def _write(self, text: str) -> None:
        assert self._server.process.stdin is not None
        try:
            await self._server.process.stdin.send(text.encode("ascii"))
        except (anyio.ClosedResourceError, anyio.BrokenResourceError, OSError):
            self.has_ended = True

    async def _next(self) -> list[dict[str, Any]]:
        """Return the messages of the next line, and answer those that are requests."""
        try:
            line = await self._lines.receive_until(b"\n", LINE_LIMIT)
        except (anyio.IncompleteRead, anyio.EndOfStream):
            self.has_ended = True
            line = self._lines.buffer
            if not line:
                return []
        except (anyio.ClosedResourceError, anyio.BrokenResourceError, anyio.DelimiterNotFound):
            self.has_ended = True
            return []
        found = messages(line)
        if not found:
            self.noise.append(line.decode("utf-8", errors="replace"))
        for message in found:
            if "method" in message and "id" in message:
                await self._answer(message)
            elif "method" in message:
                self.notifications.append(message)
        return found

    async def _answer(self, request: dict[str, Any]) -> None:
        if request["method"] == "ping":
            await self._send({"id": request["id"], "result": {}})
            return
        error = {"code": _METHOD_NOT_FOUND, "message": "Method not found"}
        await self._send({"id": request["id"], "error": error})


def messages(line: bytes) -> list[dict[str, Any]]:
    """Return the JSON-RPC messages of a line, several in a batch of 2025-03-26; none for noise."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return []
    found = value if isinstance(value, list) else [value]
    is_rpc = all(isinstance(item, dict) and item.get("jsonrpc") == "2.0" for item in found)
    return found if is_rpc else []
