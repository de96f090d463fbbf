"""The official `openai` client, with its own retries and its own reading of answers.

It is installed with the extra `test`; `python -m servers.defects --style openai-client` needs it.
"""

from __future__ import annotations

import os
from typing import Annotated, Any

import openai
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from openai import AsyncOpenAI
from pydantic import Field

from servers.defects.stages import Settings
from servers.defects.styles.decorated import Message


def openai_client(settings: Settings) -> MCPServer:
    """Return a server whose one tool asks by the client; `OPENAI_MAX_RETRIES` is its retries."""
    server = MCPServer("openai-client", log_level="CRITICAL")
    retries = int(os.environ.get("OPENAI_MAX_RETRIES", openai.DEFAULT_MAX_RETRIES))

    client = AsyncOpenAI(
        api_key=settings.key,
        base_url=settings.base,
        timeout=settings.seconds,
        max_retries=retries,
    )

    @server.tool(structured_output=False)
    async def create_chat_completion(
        model: Annotated[str, Field(min_length=1)],
        messages: Annotated[list[Message], Field(min_length=1)],
        temperature: Annotated[float | None, Field(ge=0, le=2, strict=True)] = None,
        max_tokens: Annotated[int | None, Field(ge=1, strict=True)] = None,
    ) -> str:
        """Create a chat completion; returns the provider's answer as JSON."""
        given = {"temperature": temperature, "max_tokens": max_tokens}
        options: dict[str, Any] = {key: item for key, item in given.items() if item is not None}
        said: Any = [message.model_dump() for message in messages]
        try:
            completion = await client.chat.completions.create(model=model, messages=said, **options)
        except openai.APIStatusError as error:
            wait = error.response.headers.get("retry-after")
            after = f" Retry after {wait}." if wait else ""
            raise ToolError(f"HTTP {error.status_code}: {error.message}{after}") from None
        except openai.APIConnectionError as error:
            raise ToolError(f"{error.message} The provider was not reached, try again.") from None
        except ValueError:
            raise ToolError("The provider's answer is not JSON.") from None
        if not getattr(completion, "choices", None):
            raise ToolError(f"The provider's answer has no choices: {str(completion)[:1000]}")
        return str(completion.model_dump_json(exclude_unset=True))

    return server
