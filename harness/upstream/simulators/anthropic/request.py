"""Read a Messages request (contract sheet: Anthropic §5.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from harness.upstream.simulators.ask import Ask, Tool
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.chat_request import MESSAGE_TOKENS, last_text, text_of
from harness.upstream.simulators.wording import pieces

IMAGE_TOKENS = 250

CHOICES: dict[str, Literal["auto", "none", "required"]] = {
    "auto": "auto",
    "any": "required",
    "tool": "required",
    "none": "none",
}


def read_messages(call: Call) -> Ask:
    """Return what a checked body asks for."""
    body = call.body
    choice = body.get("tool_choice") or {"type": "auto"}
    images = sum(_images(message.get("content")) for message in body["messages"]) * IMAGE_TOKENS
    return Ask(
        prompt=last_text(body["messages"], ("user",)),
        tool_result=_tool_result(body["messages"][-1]),
        prompt_tokens=_prompt_tokens(body) + images,
        image_tokens=images,
        tools=_tools(body),
        tool_choice=CHOICES[choice["type"]],
        forced_tool=choice.get("name") if choice["type"] == "tool" else None,
        has_parallel_calls=choice.get("disable_parallel_tool_use") is not True,
        stop=tuple(body.get("stop_sequences") or ()),
        max_tokens=body["max_tokens"],
        json_schema=_json_schema(body),
        tail=call.tail,
    )


def is_thinking(body: Mapping[str, Any]) -> bool:
    """Whether the answer begins with a thinking block."""
    return (body.get("thinking") or {}).get("type") in ("enabled", "adaptive")


def _tool_result(message: Mapping[str, Any]) -> str | None:
    content = message.get("content")
    blocks = content if isinstance(content, list) else []
    results = [block for block in blocks if block.get("type") == "tool_result"]
    return "\n".join(text_of(block.get("content")) for block in results) if results else None


def _prompt_tokens(body: Mapping[str, Any]) -> int:
    texts = [text_of(message.get("content")) for message in body["messages"]]
    texts += [_tool_result(message) or "" for message in body["messages"]]
    texts.append(text_of(body.get("system")))
    texts += [json.dumps(body["tools"])] if body.get("tools") else []
    return sum(len(pieces(text)) for text in texts) + MESSAGE_TOKENS * len(body["messages"])


def _images(content: Any) -> int:
    blocks: Sequence[Any] = content if isinstance(content, list) else []
    return sum(1 for block in blocks if block.get("type") == "image")


def _tools(body: Mapping[str, Any]) -> tuple[Tool, ...]:
    own = [tool for tool in body.get("tools") or () if tool.get("type") in (None, "custom")]
    return tuple(Tool(tool["name"], tool["input_schema"]) for tool in own)


def _json_schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    form = (body.get("output_config") or {}).get("format") or {}
    if form.get("type") != "json_schema":
        return None
    return form.get("schema") or {"type": "object"}
