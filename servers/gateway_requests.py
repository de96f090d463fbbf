"""The arguments of `chat_completion` as a request in OpenAI's or Anthropic's format (seed 003)."""

from __future__ import annotations

from typing import Any, NamedTuple

DEFAULT_MAX_TOKENS = 1024
"""Anthropic requires `max_tokens`; seed 003 fills this in when there is no other default."""

_PASSED_ON = {
    "openai": (
        "temperature",
        "max_tokens",
        "stream",
        "top_p",
        "frequency_penalty",
        "presence_penalty",
        "stop",
        "response_format",
    ),
    "anthropic": ("temperature", "top_p", "stream"),
}
_NO_PLACE = {
    "frequency_penalty": "Anthropic's format has no such field",
    "presence_penalty": "Anthropic's format has no such field",
    "response_format": "OpenAI only, by its own description",
}


class Request(NamedTuple):
    """A body, and the arguments that it leaves out: `{argument, reason}` each."""

    body: dict[str, Any]
    not_sent: list[dict[str, str]]


def openai_request(arguments: dict[str, Any]) -> Request:
    """Return the documented fields as given; `stream` only when it was given."""
    fields = ("model", "messages", *_PASSED_ON["openai"])
    return Request(_given(arguments, fields), _left_out(arguments, fields))


def anthropic_request(arguments: dict[str, Any]) -> Request:
    """Return the same conversation in Anthropic's format.

    System messages leave `messages`: one becomes the text of `system`, several become its text
    blocks, in their order.
    """
    messages = arguments["messages"]
    system = [message["content"] for message in messages if message["role"] == "system"]
    body = {
        **_given(arguments, ("model",)),
        "messages": [message for message in messages if message["role"] != "system"],
        "max_tokens": arguments.get("max_tokens", DEFAULT_MAX_TOKENS),
    }
    if system:
        blocks = [{"type": "text", "text": text} for text in system]
        body["system"] = system[0] if len(system) == 1 else blocks
    body |= _given(arguments, _PASSED_ON["anthropic"])
    if "stop" in arguments:
        stop = arguments["stop"]
        body["stop_sequences"] = [stop] if isinstance(stop, str) else stop
    fields = ("model", "messages", "max_tokens", "stop", *_PASSED_ON["anthropic"])
    return Request(body, _left_out(arguments, fields) + _left_out_of_system(messages))


def _given(arguments: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: arguments[name] for name in fields if name in arguments}


def _left_out(arguments: dict[str, Any], fields: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        {"argument": name, "reason": _NO_PLACE.get(name, "not a documented parameter of this tool")}
        for name in arguments
        if name not in fields
    ]


def _left_out_of_system(messages: list[dict[str, Any]]) -> list[dict[str, str]]:
    reason = "Anthropic's system text has no fields of a message"
    return [
        {"argument": f"messages/{index}/{name}", "reason": reason}
        for index, message in enumerate(messages)
        if message["role"] == "system"
        for name in message
        if name not in ("role", "content")
    ]
