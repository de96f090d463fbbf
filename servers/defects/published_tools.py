"""The tools of the reference server, as `tools/list` publishes them."""

from __future__ import annotations

from typing import Any

import mcp_types as types

CHAT = "create_chat_completion"
LEGACY = "create_completion"

Schema = dict[str, Any]


def _closed(properties: Schema, *required: str) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _number(minimum: float, maximum: float, description: str) -> Schema:
    return {
        "type": "number",
        "minimum": minimum,
        "maximum": maximum,
        "description": description,
    }


def _integer(minimum: int, maximum: int, description: str) -> Schema:
    return {**_number(minimum, maximum, description), "type": "integer"}


_NAME = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
_STOP = {
    "description": "One text, or up to four, where the model stops",
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 4},
    ],
}
_SAMPLING = {
    "temperature": _number(0, 2, "Sampling temperature"),
    "top_p": _number(0, 1, "Nucleus sampling"),
    "max_tokens": _integer(1, 100_000, "Most tokens to generate"),
    "n": _integer(1, 8, "How many choices to generate"),
    "stop": _STOP,
    "seed": {"type": "integer", "description": "Seed of the sampling"},
    "stream": {"type": "boolean", "description": "Whether the provider streams its answer"},
    "user": {"type": "string", "description": "The end user, for the provider's abuse checks"},
}
_PART = _closed({"type": {"const": "text"}, "text": {"type": "string"}}, "type", "text")
_TOOL_CALL = _closed(
    {
        "id": {"type": "string"},
        "type": {"const": "function"},
        "function": _closed({"name": _NAME, "arguments": {"type": "string"}}, "name", "arguments"),
    },
    "id",
    "type",
    "function",
)
_MESSAGE = _closed(
    {
        "role": {"enum": ["system", "user", "assistant", "tool"]},
        "content": {"anyOf": [{"type": "string"}, {"type": "array", "items": _PART}]},
        "name": _NAME,
        "tool_calls": {"type": "array", "items": _TOOL_CALL, "minItems": 1},
        "tool_call_id": {"type": "string"},
    },
    "role",
    "content",
)
_FUNCTION = _closed(
    {
        "name": _NAME,
        "description": {"type": "string", "maxLength": 1024},
        "parameters": {"type": "object"},
    },
    "name",
)
_RESPONSE_FORMAT = _closed({"type": {"enum": ["text", "json_object"]}}, "type")

CHAT_SCHEMA = _closed(
    {
        "model": {"type": "string", "minLength": 1, "description": "Name of the model"},
        "messages": {
            "type": "array",
            "items": _MESSAGE,
            "minItems": 1,
            "description": "The conversation so far",
        },
        **_SAMPLING,
        "presence_penalty": _number(-2, 2, "Penalty for tokens that have appeared"),
        "response_format": _RESPONSE_FORMAT,
        "tools": {
            "type": "array",
            "items": _closed(
                {"type": {"const": "function"}, "function": _FUNCTION}, "type", "function"
            ),
            "maxItems": 128,
            "description": "Functions that the model may call",
        },
        "tool_choice": {"enum": ["none", "auto", "required"]},
        "metadata": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "maxProperties": 16,
            "description": "Kept with the completion",
        },
    },
    "model",
    "messages",
)
LEGACY_SCHEMA = _closed(
    {
        "model": {"type": "string", "minLength": 1},
        "prompt": {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        },
        **_SAMPLING,
        "echo": {"type": "boolean"},
        "suffix": {"type": "string"},
    },
    "model",
    "prompt",
)


def chat_tool(**changes: Any) -> types.Tool:
    """Return the chat tool, with these fields of its definition replaced."""
    fields: dict[str, Any] = {
        "name": CHAT,
        "description": "Ask a model to continue a conversation; returns the provider's answer.",
        "input_schema": CHAT_SCHEMA,
        **changes,
    }
    return types.Tool(**fields)


def legacy_tool(**changes: Any) -> types.Tool:
    """Return the tool for text completions, with these fields of its definition replaced."""
    fields: dict[str, Any] = {
        "name": LEGACY,
        "description": "Ask a model to continue a text; returns the provider's answer.",
        "input_schema": LEGACY_SCHEMA,
        **changes,
    }
    return types.Tool(**fields)
