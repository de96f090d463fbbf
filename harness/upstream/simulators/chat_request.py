"""Read the OpenAI form of a chat request, which xAI and AceDataCloud share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from harness.upstream.simulators.ask import Ask, Tool
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.wording import pieces

MESSAGE_TOKENS = 3
"""What role and separators of a message are counted as."""

IMAGE_TOKENS = 85

Choice = Literal["auto", "none", "required"]

CHOICES: dict[str, Choice] = {"auto": "auto", "none": "none", "required": "required"}


def read_chat(call: Call) -> Ask:
    """Return what a checked chat body asks for."""
    body = call.body
    messages = body["messages"]
    images = sum(_images(message) for message in messages) * IMAGE_TOKENS
    tools = _tools(body)
    choice, forced = _tool_choice(body)
    return Ask(
        prompt=last_text(messages, ("user",)),
        tool_result=_tool_result(messages),
        prompt_tokens=_prompt_tokens(messages, body) + images,
        image_tokens=images,
        tools=tools,
        tool_choice=choice,
        forced_tool=forced,
        has_parallel_calls=body.get("parallel_tool_calls") is not False,
        stop=stops(body.get("stop")),
        max_tokens=_first(body, "max_completion_tokens", "max_tokens"),
        json_schema=_json_schema(body.get("response_format")),
        tail=call.tail,
    )


def text_of(content: Any) -> str:
    """Return the text of a message's content: a string, or the text parts joined by lines."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(
        part["text"]
        for part in parts
        if isinstance(part, Mapping) and isinstance(part.get("text"), str)
    )


def last_text(messages: Sequence[Mapping[str, Any]], roles: tuple[str, ...]) -> str:
    """Return the text of the last message with one of `roles`, empty without any."""
    found = (message for message in reversed(messages) if message.get("role") in roles)
    last = next(found, None)
    return "" if last is None else text_of(last.get("content"))


def stops(value: Any) -> tuple[str, ...]:
    """Return the stop strings of a body, which may be one string, an array, or null."""
    return (value,) if isinstance(value, str) else tuple(value or ())


def _tool_result(messages: Sequence[Mapping[str, Any]]) -> str | None:
    last = messages[-1]
    return text_of(last.get("content")) if last.get("role") in ("tool", "function") else None


def _prompt_tokens(messages: Sequence[Mapping[str, Any]], body: Mapping[str, Any]) -> int:
    texts = [text_of(message.get("content")) for message in messages]
    texts += [json.dumps(body[key]) for key in ("tools", "response_format") if body.get(key)]
    return sum(len(pieces(text)) for text in texts) + MESSAGE_TOKENS * len(messages)


def _images(message: Mapping[str, Any]) -> int:
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    return sum(1 for part in parts if part.get("type") == "image_url")


def _tools(body: Mapping[str, Any]) -> tuple[Tool, ...]:
    functions = [tool["function"] for tool in body.get("tools") or () if tool["type"] == "function"]
    return tuple(Tool(item["name"], item.get("parameters") or {}) for item in functions)


def _tool_choice(body: Mapping[str, Any]) -> tuple[Choice, str | None]:
    choice = body.get("tool_choice")
    if isinstance(choice, Mapping):
        return "required", choice["function"]["name"]
    return CHOICES.get(choice or "auto", "auto"), None


def _json_schema(response_format: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    kind = (response_format or {}).get("type", "text")
    if response_format is None or kind == "text":
        return None
    schema = (response_format.get("json_schema") or {}).get("schema")
    return schema or {"type": "object"}


def _first(body: Mapping[str, Any], *names: str) -> int | None:
    return next((body[name] for name in names if body.get(name) is not None), None)
