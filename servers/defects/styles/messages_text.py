"""Anthropic's messages API, asked by plain JSON: the tool returns the text of the message.

Its base URL has no version: `ANTHROPIC_BASE_URL={upstream}/api.anthropic.com`.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from servers import provider_client
from servers.completion_server import text_result
from servers.defects.published_tools import chat_tool
from servers.defects.stages import Answer, Arguments, Result, Stages, enforcing
from servers.failures import UpstreamFailure
from servers.provider_client import Upstream
from servers.stream_assembly_anthropic import AnthropicAssembly

MOST_TOKENS = 1024
_TURN = {
    "type": "object",
    "properties": {"role": {"enum": ["user", "assistant"]}, "content": {"type": "string"}},
    "required": ["role", "content"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {
        "model": {"type": "string", "minLength": 1},
        "messages": {"type": "array", "items": _TURN, "minItems": 1},
        "max_tokens": {"type": "integer", "minimum": 1, "maximum": 8192, "default": MOST_TOKENS},
        "system": {"type": "string"},
    },
    "required": ["model", "messages"],
    "additionalProperties": False,
}


def messages_text(stages: Stages) -> Stages:
    """Return all text blocks of the message, one below the other."""
    base = os.environ.get("ANTHROPIC_BASE_URL") or "https://api.anthropic.com"
    description = "Ask a model to continue a conversation; returns the text of its answer."
    tools = (chat_tool(name="create_message", description=description, input_schema=SCHEMA),)
    key = stages.settings.key
    headers = {
        "x-api-key": key,
        "anthropic-version": "2023-06-01",
        "Content-Type": "application/json",
    }

    def body(tool: str, arguments: Arguments) -> Any:
        return {"max_tokens": MOST_TOKENS, **arguments}

    def result(answer: Answer) -> Result:
        texts = [block["text"] for block in answer["content"] if block.get("type") == "text"]
        return text_result("\n\n".join(texts).replace(key, "***"))

    return replace(
        stages,
        tools=tools,
        violations=enforcing(tools),
        body=body,
        upstream=lambda tool: Upstream(f"{base}/v1/messages", headers, stages.settings.seconds),
        send=_send,
        result=result,
    )


async def _send(upstream: Upstream, body: Any) -> Answer:
    answer = await provider_client.exchange(upstream, body, AnthropicAssembly(), _no_progress)
    if not isinstance(answer.get("content"), list):
        raise UpstreamFailure("the provider's answer has no content", status=200, retryable=False)
    return answer


async def _no_progress(count: int, delta: str) -> None:
    """Take a delta; this server reports no progress."""
