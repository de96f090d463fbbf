"""A server with one tool and the defects that `DEFECT` lists: in process, or with `python -m`."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from typing import Any

import anyio
import httpx
import mcp_types as types
from mcp import MCPError
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"prompt": {"type": "string"}, "temperature": {"type": "number"}},
    "required": ["prompt"],
}
MOST_FAILURES = 3
REST_SECONDS = 0.3
SLOW_SECONDS = 0.2
Context = ServerRequestContext[Any, Any]


class Asking:
    """The tool, with what it wrongly remembers."""

    def __init__(self, defects: set[str]) -> None:
        self.defects = defects
        self.calls = 0
        self.failures = 0
        self.failed = 0.0
        self.kept: dict[str, Any] = {}
        self.one = anyio.Lock()
        self.pending = 0

    async def call(self, context: Context, params: types.CallToolRequestParams) -> Any:
        self.calls += 1
        arguments = params.arguments or {}
        await self._misbehave(context, params)
        if params.name != "ask" and "any tool" not in self.defects:
            raise MCPError(types.INVALID_PARAMS, f"no tool {params.name}")
        if "prompt" not in arguments:
            return _text("prompt is required", is_error=True)
        if "mixed" in self.defects:
            self.kept["prompt"] = arguments["prompt"]
            await anyio.sleep(0.005)
            arguments = {**arguments, "prompt": self.kept["prompt"]}
        answer = await self._in_turn(arguments)
        if "counter" in self.defects:
            answer += f" (answer {self.calls})"
        if "clock" in self.defects:
            answer += f" (request id: {self.calls}a, took {self.calls} ms)"
        return _text(answer)

    async def _in_turn(self, arguments: dict[str, Any]) -> str:
        """Work on a call before the provider is asked, one after the other; or jam at two."""
        self.pending += 1
        if "slow" in self.defects:
            async with self.one:
                await anyio.sleep(SLOW_SECONDS)
        if "jams" in self.defects and self.pending > 1:
            await anyio.sleep_forever()
        try:
            return await self._asked(arguments)
        finally:
            if "jams" not in self.defects or self.pending == 1:
                self.pending -= 1

    async def _misbehave(self, context: Context, params: types.CallToolRequestParams) -> None:
        if "old revision" in self.defects and context.protocol_version < "2026":
            raise MCPError(types.INTERNAL_ERROR, "no session")
        if "exits" in self.defects and params.arguments is None:
            sys.exit(3)
        if "noise" in self.defects:
            sys.stdout.write("called\n")
            sys.stdout.flush()
        if "huge" in self.defects and len(str(params.arguments)) > 900_000:
            sys.exit(4)

    async def _asked(self, arguments: dict[str, Any]) -> str:
        body: dict[str, Any] = {"model": "m", "messages": [_user(arguments["prompt"])]}
        if "memory" in self.defects:
            self.kept.update(arguments)
            body |= {key: self.kept[key] for key in ("temperature",) if key in self.kept}
        elif "temperature" in arguments:
            body["temperature"] = arguments["temperature"]
        url = f"{os.environ.get('BASE_URL', 'https://api.openai.com/v1')}/chat/completions"
        async with httpx.AsyncClient(timeout=float(os.environ.get("TIMEOUT", "5"))) as client:
            if {"turns", "stuck"} & self.defects:
                await self._turn()
            known = json.dumps(body)
            if "cache" in self.defects and known in self.kept:
                return str(self.kept[known])
            if "breaker" in self.defects and self.failures >= MOST_FAILURES:
                if time.monotonic() - self.failed < REST_SECONDS:
                    return "Error: the circuit breaker is open after 3 failures"
                self.failures = 0
            answer = await client.post(url, json=body)
            self.failures += answer.is_error
            self.failed = time.monotonic() if answer.is_error else self.failed
            if "stuck" not in self.defects or not answer.is_error:
                self.kept.pop("turn", None)
        answer.raise_for_status()
        text = str(answer.json()["choices"][0]["message"]["content"])
        self.kept[known] = text
        return text

    async def _turn(self) -> None:
        while "turn" in self.kept:  # noqa: ASYNC110
            await anyio.sleep(0.01)
        self.kept["turn"] = True


def _user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def _text(text: str, *, is_error: bool = False) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=text)], is_error=is_error)


async def _list(context: Context, params: Any) -> types.ListToolsResult:
    return types.ListToolsResult(tools=[types.Tool(name="ask", input_schema=SCHEMA)])


def _defects() -> set[str]:
    return set(os.environ.get("DEFECT", "").split(","))


def make() -> Server[Any]:
    """Return the server with the defects that `DEFECT` lists."""
    asking = Asking(_defects())
    told = os.environ.get("INSTRUCTIONS")
    return Server("protocol", instructions=told, on_list_tools=_list, on_call_tool=asking.call)


async def _serve() -> None:
    server = make()
    # The SDK diverts what is printed to its own default stdout, but not to one that it is given.
    stdout = anyio.wrap_file(sys.stdout) if "noise" in _defects() else None
    async with stdio_server(stdout=stdout) as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


if __name__ == "__main__":
    if "stays" in _defects():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        threading.Thread(target=threading.Event().wait).start()
    anyio.run(_serve)
