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

AUDIO_TOKENS = 50
"""What a part of recorded speech is counted as."""

TOOL_TYPES = ("function", "custom")

CHOICES: dict[str, Choice] = {"auto": "auto", "none": "none", "required": "required"}


def read_chat(call: Call, *, has_functions: bool = False) -> Ask:
    """Return what a checked chat body asks for; `has_functions` reads the deprecated tools too."""
    body = call.body if has_functions else _without(call.body, ("functions", "function_call"))
    messages = body["messages"]
    images = _parts(messages, "image_url") * IMAGE_TOKENS
    audio = _parts(messages, "input_audio") * AUDIO_TOKENS
    tools = _tools(body)
    choice, forced = _tool_choice(body)
    return Ask(
        prompt=last_text(messages, ("user",)),
        tool_result=_tool_result(messages),
        prompt_tokens=_prompt_tokens(messages, body) + images + audio,
        image_tokens=images,
        audio_tokens=audio,
        repeated_tokens=_repeated_tokens(messages),
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
    texts += [
        json.dumps(body[key]) for key in ("tools", "functions", "response_format") if body.get(key)
    ]
    return sum(len(pieces(text)) for text in texts) + MESSAGE_TOKENS * len(messages)


def _repeated_tokens(messages: Sequence[Mapping[str, Any]]) -> int:
    """Count what was said up to the last answer: this much a cache may know."""
    answers = [index for index, item in enumerate(messages) if item.get("role") == "assistant"]
    known = messages[: answers[-1] + 1] if answers else ()
    return sum(len(pieces(text_of(item.get("content")))) + MESSAGE_TOKENS for item in known)


def _without(body: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
    return {key: value for key, value in body.items() if key not in names}


def _parts(messages: Sequence[Mapping[str, Any]], kind: str) -> int:
    """Return how many content parts are of the type `kind`."""
    contents = [message.get("content") for message in messages]
    parts = [part for content in contents if isinstance(content, list) for part in content]
    return sum(1 for part in parts if part.get("type") == kind)


def _tools(body: Mapping[str, Any]) -> tuple[Tool, ...]:
    tools = [_tool(item) for item in body.get("tools") or () if item["type"] in TOOL_TYPES]
    tools += [
        Tool(item["name"], item.get("parameters") or {}) for item in body.get("functions") or ()
    ]
    allowed = _allowed(body.get("tool_choice"))
    return tuple(tool for tool in tools if allowed is None or tool.name in allowed)


def _tool(item: Mapping[str, Any]) -> Tool:
    if item["type"] == "custom":
        return Tool(item["custom"]["name"], {}, is_free=True)
    return Tool(item["function"]["name"], item["function"].get("parameters") or {})


def _allowed(choice: Any) -> set[str] | None:
    """Return the names that a choice of type `allowed_tools` lists, None for other choices."""
    if not isinstance(choice, Mapping) or choice["type"] != "allowed_tools":
        return None
    return {item[item["type"]]["name"] for item in choice["allowed_tools"]["tools"]}


def _tool_choice(body: Mapping[str, Any]) -> tuple[Choice, str | None]:
    choice = body.get("tool_choice")
    if choice is None:
        choice = body.get("function_call")
    if not isinstance(choice, Mapping):
        return CHOICES.get(choice or "auto", "auto"), None
    if choice.get("type") == "allowed_tools":
        return CHOICES[choice["allowed_tools"]["mode"]], None
    # The choice of a deprecated function has a name and no type.
    return "required", str({**choice, **choice.get(choice.get("type", ""), {})}["name"])


def _json_schema(response_format: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    kind = (response_format or {}).get("type", "text")
    if response_format is None or kind == "text":
        return None
    schema = (response_format.get("json_schema") or {}).get("schema")
    return schema or {"type": "object"}


def _first(body: Mapping[str, Any], *names: str) -> int | None:
    return next((body[name] for name in names if body.get(name) is not None), None)
