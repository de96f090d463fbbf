"""One completion tool in several makes; in process (`make_…`) or over stdio (`python … MAKE`)."""

from __future__ import annotations

import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request
from typing import Any

import anyio
import httpx
import mcp_types as types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server

URL = "https://api.openai.com/v1/chat/completions"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "prompt": {"type": "string", "minLength": 1},
        "temperature": {"type": "number", "minimum": 0, "maximum": 2},
        "note": {"type": "string"},
    },
    "required": ["prompt"],
    "additionalProperties": False,
}
Context = ServerRequestContext[Any, Any]
_LAST: list[float] = []


def _url() -> str:
    base = os.environ.get("BASE_URL")
    return f"{base}/chat/completions" if base else URL


def _request(arguments: dict[str, Any]) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": "user", "content": arguments["prompt"]}]}


def _headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {os.environ.get('API_KEY', 'none')}"}


async def _plain(arguments: dict[str, Any]) -> str:
    async with httpx.AsyncClient(timeout=0.5) as client:
        answer = await client.post(_url(), json=_request(arguments), headers=_headers())
    answer.raise_for_status()
    return str(answer.json()["choices"][0]["message"]["content"])


async def _retrying(arguments: dict[str, Any]) -> str:
    for attempt in range(3):
        try:
            return await _plain(arguments)
        except httpx.HTTPError:
            if attempt == 2:
                raise
            await anyio.sleep(0.05)
    raise AssertionError


async def _obedient(arguments: dict[str, Any]) -> str:
    async with httpx.AsyncClient(timeout=0.5) as client:
        answer = await client.post(_url(), json=_request(arguments))
        if "retry-after" in answer.headers:
            await anyio.sleep(float(answer.headers["retry-after"]))
    answer.raise_for_status()
    return str(answer.json()["choices"][0]["message"]["content"])


async def _paced(arguments: dict[str, Any]) -> str:
    """Serve five calls in a tenth of a second, as a limiter of the server's own does."""
    now = time.monotonic()
    _LAST.append(now)
    if len([one for one in _LAST if one > now - 0.1]) > 5:
        _LAST.pop()
        raise ValueError("Rate limit exceeded. Wait 0.1 s")
    return await _plain(arguments)


async def _blocking(arguments: dict[str, Any]) -> str:
    answer = httpx.post(_url(), json=_request(arguments), timeout=0.5)  # noqa: ASYNC210
    answer.raise_for_status()
    return str(answer.json()["choices"][0]["message"]["content"])


async def _standard_library(arguments: dict[str, Any]) -> str:
    def fetch() -> str:
        body = json.dumps(_request(arguments)).encode()
        asked = urllib.request.Request(_url(), body, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(asked, timeout=0.5) as answer:
                return str(json.load(answer)["choices"][0]["message"]["content"])
        except urllib.error.HTTPError as error:
            with error:
                raise ValueError(f"status {error.code}") from None

    return await anyio.to_thread.run_sync(fetch)


async def _patient(arguments: dict[str, Any]) -> str:
    async with httpx.AsyncClient(timeout=300) as client:
        answer = await client.post(_url(), json=_request(arguments))
    answer.raise_for_status()
    return str(answer.json()["choices"][0]["message"]["content"])


async def _dying(arguments: dict[str, Any]) -> str:
    if arguments["prompt"] == "die":
        sys.stderr.write("dying on request\n")
        sys.stderr.flush()
        os._exit(7)
    return await _plain(arguments)


async def _offline(arguments: dict[str, Any]) -> str:
    return str(arguments["prompt"])


async def _stranger(arguments: dict[str, Any]) -> str:
    async with httpx.AsyncClient(timeout=0.5) as client:
        answer = await client.get("https://api.weather.example/v2/now")
    answer.raise_for_status()
    return answer.text


MAKES = {
    "plain": _plain, "retrying": _retrying, "blocking": _blocking, "patient": _patient,
    "obedient": _obedient, "paced": _paced,
    "standard_library": _standard_library, "dying": _dying, "offline": _offline,
    "stranger": _stranger,
}  # fmt: skip


def make(name: str) -> Server[Any]:
    async def list_tools(
        context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[types.Tool(name="ask", input_schema=SCHEMA)])

    async def call_tool(
        context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        try:
            text, is_error = await MAKES[name](params.arguments or {}), False
        except (httpx.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            text, is_error = f"{type(error).__name__}: {error}", True
        return types.CallToolResult(content=[types.TextContent(text=text)], is_error=is_error)

    return Server("audited", on_list_tools=list_tools, on_call_tool=call_tool)


def make_plain() -> Server[Any]:
    return make("plain")


def make_retrying() -> Server[Any]:
    return make("retrying")


def make_paced() -> Server[Any]:
    return make("paced")


def make_blocking() -> Server[Any]:
    return make("blocking")


def make_patient() -> Server[Any]:
    return make("patient")


def make_standard_library() -> Server[Any]:
    return make("standard_library")


def make_offline() -> Server[Any]:
    return make("offline")


def make_stranger() -> Server[Any]:
    return make("stranger")


def make_obedient() -> Server[Any]:
    return make("obedient")


def make_noisy() -> Server[Any]:
    os.write(1, b"on file descriptor 1\n")
    sys.stdout.write("on stdout\n")
    return make("plain")


async def _stdio(name: str) -> None:
    server = make(name)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


if __name__ == "__main__":
    anyio.run(_stdio, sys.argv[1])
