"""The SDK's decorators: the schema comes from type hints, the arguments through pydantic."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Annotated, Any, Literal

import anyio
import httpx
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, ConfigDict, Field

from servers.defects.stages import Settings


class Message(BaseModel):
    """One message of the conversation."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: Literal["system", "user", "assistant"]
    content: str


def decorated(settings: Settings) -> MCPServer:
    """Return a server whose one tool asks by plain httpx and returns the text."""
    server = MCPServer("decorated", log_level="CRITICAL")

    @server.tool(structured_output=False)
    async def ask(
        model: Annotated[str, Field(min_length=1)],
        messages: Annotated[list[Message], Field(min_length=1)],
        temperature: Annotated[float, Field(ge=0, le=2, strict=True)] = 1.0,
        max_tokens: Annotated[int, Field(ge=1, le=8192, strict=True)] = 1024,
    ) -> str:
        """Ask a model to continue a conversation; returns its text."""
        body = {
            "model": model,
            "messages": [message.model_dump() for message in messages],
            "temperature": temperature,
            "max_tokens": max_tokens,
        }
        return _text(await _post(settings, body))

    return server


async def _post(settings: Settings, body: dict[str, Any]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {settings.key}"}
    try:
        with anyio.fail_after(settings.seconds):
            async with httpx.AsyncClient(timeout=settings.seconds, verify=_tls()) as client:
                url = f"{settings.base}/chat/completions"
                return await client.post(url, json=body, headers=headers)
    except (httpx.TimeoutException, TimeoutError):
        raise ToolError(f"no answer within {settings.seconds:g} seconds, try again") from None
    except httpx.HTTPError as error:
        raise ToolError(f"connection failed: {type(error).__name__}, try again") from None


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()  # 20 ms, so not for each call


def _text(response: httpx.Response) -> str:
    if not response.is_success:
        wait = response.headers.get("retry-after")
        after = f" (retry after {wait})" if wait else ""
        raise ToolError(f"provider answered {response.status_code}{after}: {response.text[:1000]}")
    try:
        answer = response.json()
        content = answer["choices"][0]["message"].get("content")
    except (ValueError, LookupError, TypeError, AttributeError):
        told = f"unusable answer, status {response.status_code}: {response.text[:1000]}"
        raise ToolError(told) from None
    return str(content or "")
