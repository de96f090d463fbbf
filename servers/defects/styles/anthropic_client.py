"""The official `anthropic` client, with its own retries.

It is installed with the extra `test`; `python -m servers.defects --style anthropic-client` needs
it. Its base URL has no version: `ANTHROPIC_BASE_URL={upstream}/api.anthropic.com`.
"""

from __future__ import annotations

import os
from typing import Annotated, Any, Literal

import anthropic
from anthropic import AsyncAnthropic
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, ConfigDict, Field

from servers.defects.stages import Settings


class Turn(BaseModel):
    """One turn of the conversation."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: Literal["user", "assistant"]
    content: str


def anthropic_client(settings: Settings) -> MCPServer:
    """Return a server whose one tool asks by the client; `ANTHROPIC_MAX_RETRIES` is its retries."""
    server = MCPServer("anthropic-client", log_level="CRITICAL")
    base = os.environ.get("ANTHROPIC_BASE_URL") or "https://api.anthropic.com"
    retries = int(os.environ.get("ANTHROPIC_MAX_RETRIES", anthropic.DEFAULT_MAX_RETRIES))

    client = AsyncAnthropic(
        api_key=settings.key,
        base_url=base,
        timeout=settings.seconds,
        max_retries=retries,
    )

    @server.tool(structured_output=False)
    async def create_message(
        model: Annotated[str, Field(min_length=1)],
        messages: Annotated[list[Turn], Field(min_length=1)],
        max_tokens: Annotated[int, Field(ge=1, le=8192, strict=True)] = 1024,
        system: str | None = None,
    ) -> str:
        """Create a message; returns the provider's answer as JSON."""
        options: dict[str, Any] = {} if system is None else {"system": system}
        turns: Any = [turn.model_dump() for turn in messages]
        try:
            message = await client.messages.create(
                model=model, messages=turns, max_tokens=max_tokens, **options
            )
        except anthropic.APIStatusError as error:
            wait = error.response.headers.get("retry-after")
            after = f" Retry after {wait}." if wait else ""
            raise ToolError(f"HTTP {error.status_code}: {error.message}{after}") from None
        except anthropic.APIConnectionError as error:
            raise ToolError(f"{error.message} The provider was not reached, try again.") from None
        except ValueError:
            raise ToolError("The provider's answer is not JSON.") from None
        if not isinstance(getattr(message, "content", None), list):
            raise ToolError(f"The provider's answer has no content: {str(message)[:1000]}")
        return str(message.model_dump_json(exclude_unset=True))

    return server
