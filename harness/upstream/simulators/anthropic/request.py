"""Read a Messages request (contract sheet: Anthropic §5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from harness.upstream.simulators.anthropic.prompt_size import (
    image_tokens,
    prompt_size,
    tool_result,
)
from harness.upstream.simulators.ask import Ask, Tool
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.chat_request import last_text

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
    return Ask(
        prompt=last_text(body["messages"], ("user",)),
        tool_result=tool_result(body["messages"][-1]),
        prompt_tokens=prompt_size(body).total,
        image_tokens=image_tokens(body),
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


def _tools(body: Mapping[str, Any]) -> tuple[Tool, ...]:
    own = [tool for tool in body.get("tools") or () if tool.get("type") in (None, "custom")]
    return tuple(Tool(tool["name"], tool["input_schema"]) for tool in own)


def _json_schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    form = (body.get("output_config") or {}).get("format") or {}
    if form.get("type") != "json_schema":
        return None
    return form.get("schema") or {"type": "object"}
