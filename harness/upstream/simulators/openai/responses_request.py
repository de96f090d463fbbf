"""Read and check a request of OpenAI's Responses API, by the chat request that says the same.

Source: https://platform.openai.com/docs/api-reference/responses/create. Nothing is remembered, so a
response that is named as the previous one is not found, as one that was not stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.upstream.simulators.ask import Ask
from harness.upstream.simulators.call import Call, Rejection
from harness.upstream.simulators.chat_request import read_chat
from harness.upstream.simulators.openai import errors
from harness.upstream.simulators.openai.checks import check_model, check_transport, raise_for
from harness.upstream.simulators.openai.error_table import INVALID, Row
from harness.upstream.simulators.openai.models import is_reasoning
from harness.upstream.simulators.openai.responses_checks import find_response_violation
from harness.upstream.simulators.openai.sizes import check_chat_size

_REFUSED_WHEN_REASONING = ("temperature", "top_p")
_OF_CHAT = {"input_text": "text", "output_text": "text", "input_image": "image_url"}


def read_response(call: Call) -> Ask:
    """Return what the request asks for.

    Raises:
        Rejection: it is refused.
    """
    check_transport(call)
    raise_for(call, find_response_violation(call.body))
    check_model(call)
    _check_reasoning(call)
    _check_state(call)
    chat = replace(call, body=_chat(call.body))
    ask = read_chat(chat)
    check_chat_size(call, ask)
    return ask


def functions(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the tools that are functions; the provider's own tools are never called here."""
    return [tool for tool in body.get("tools") or () if tool.get("type") == "function"]


def _check_reasoning(call: Call) -> None:
    given = [name for name in _REFUSED_WHEN_REASONING if call.body.get(name) is not None]
    if given and is_reasoning(call.model):
        message = f"Unsupported parameter: '{given[0]}' is not supported with this model."
        row = Row(message, INVALID, None, given[0])
        raise Rejection(errors.answer(call, 400, row))


def _check_state(call: Call) -> None:
    previous = call.body.get("previous_response_id")
    if previous is not None:
        message = f"Previous response with id '{previous}' not found."
        row = Row(message, INVALID, "previous_response_not_found", "previous_response_id")
        raise Rejection(errors.answer(call, 400, row))
    if call.body.get("background") is True:
        message = "Unsupported parameter: 'background' is not supported with this model."
        row = Row(message, INVALID, "unsupported_parameter", "background")
        raise Rejection(errors.answer(call, 400, row))


def _chat(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the chat request that asks for the same."""
    given = body["input"]
    items = [{"role": "user", "content": given}] if isinstance(given, str) else given
    first = body.get("instructions")
    messages = [{"role": "developer", "content": first}] if first else []
    messages += [_message(item) for item in items]
    choice = body.get("tool_choice")
    is_function = isinstance(choice, Mapping) and choice.get("type") == "function"
    kind = (body.get("text") or {}).get("format") or {}
    return {
        "messages": messages,
        "tools": [
            {"type": "function", "function": {**tool, "parameters": tool.get("parameters") or {}}}
            for tool in functions(body)
        ],
        "tool_choice": (
            {"type": "function", "function": {"name": choice["name"]}}
            if isinstance(choice, Mapping) and is_function
            else choice
            if isinstance(choice, str)
            else "auto"
        ),
        "parallel_tool_calls": body.get("parallel_tool_calls"),
        "max_completion_tokens": body.get("max_output_tokens"),
        "response_format": {**kind, "json_schema": kind} if kind else None,
    }


def _message(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item of the input as a message; what a model said or called is the assistant's."""
    if item.get("type") == "function_call_output":
        return {"role": "tool", "content": _parts(item["output"])}
    if item.get("type", "message") == "message":
        return {"role": item["role"], "content": _parts(item["content"])}
    return {"role": "assistant", "content": str(item.get("arguments") or "")}


def _parts(content: Any) -> Any:
    if not isinstance(content, list):
        return content
    parts = [part for part in content if isinstance(part, Mapping)]
    return [{**part, "type": _OF_CHAT.get(part.get("type", ""), "file")} for part in parts]
