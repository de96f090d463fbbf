"""Calls of the real SDKs, unmodified but for their base URL, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anthropic
import httpx2
import openai

Outcome = Any
"""JSON: an answer, the events of a stream, or the class, status and body of an error."""
Call = Callable[[str], Outcome]

HELLO: Any = [{"role": "user", "content": "Hello, which weather is it in Prague?"}]
CITY: Any = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "degrees": {"type": "integer"}},
    "required": ["city", "degrees"],
    "additionalProperties": False,
}
OPENAI_TOOLS: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": CITY}}]
ANTHROPIC_TOOLS: Any = [{"name": "get_weather", "input_schema": CITY}]
SCHEMA: Any = {
    "type": "json_schema",
    "json_schema": {"name": "city", "strict": True, "schema": CITY},
}
STATUSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    500: "InternalServerError",
    503: "InternalServerError",
}
"""Statuses with the SDKs' class for each; one model a status, so that each is another request."""
FAULTS = [f"{status}; model=status-{status}" for status in STATUSES]


def openai_client(base: str, retries: int = 0) -> openai.OpenAI:
    return openai.OpenAI(
        api_key="sk-test",
        base_url=f"{base}/api.openai.com/v1",
        max_retries=retries,
        http_client=httpx2.Client(verify=False),
    )


def anthropic_client(base: str, retries: int = 0) -> anthropic.Anthropic:
    return anthropic.Anthropic(
        api_key="sk-ant-test",
        base_url=f"{base}/api.anthropic.com",
        max_retries=retries,
        http_client=httpx2.Client(verify=False),
    )


def chat(base: str, *, retries: int = 0, **more: Any) -> Outcome:
    options = {"model": "gpt-4o-mini", "messages": HELLO, **more}
    with openai_client(base, retries) as client:
        return _outcome(lambda: client.chat.completions.create(**options), openai.APIStatusError)


def completion(base: str, **more: Any) -> Outcome:
    options = {"model": "gpt-3.5-turbo-instruct", "prompt": "Once upon a time", **more}
    with openai_client(base) as client:
        return _outcome(lambda: client.completions.create(**options), openai.APIStatusError)


def message(base: str, *, retries: int = 0, **more: Any) -> Outcome:
    options = {"model": "claude-opus-4-6", "max_tokens": 60, "messages": HELLO, **more}
    with anthropic_client(base, retries) as client:
        return _outcome(lambda: client.messages.create(**options), anthropic.APIStatusError)


def _outcome(call: Callable[[], Any], errors: Any) -> Outcome:
    try:
        answer = call()
    except errors as error:
        return {"raised": type(error).__name__, "status": error.status_code, "body": error.body}
    if hasattr(answer, "model_dump"):
        return answer.model_dump(mode="json")
    return [event.model_dump(mode="json") for event in answer]


CALLS: dict[str, Call] = {
    "chat": chat,
    "chat, streamed": lambda base: chat(base, stream=True, stream_options={"include_usage": True}),
    "chat, tools": lambda base: chat(base, tools=OPENAI_TOOLS, tool_choice="required"),
    "chat, tools streamed": lambda base: chat(
        base, tools=OPENAI_TOOLS, tool_choice="required", stream=True
    ),
    "chat, JSON mode": lambda base: chat(
        base,
        messages=[{"role": "user", "content": "Say it as JSON"}],
        response_format={"type": "json_object"},
    ),
    "chat, JSON schema": lambda base: chat(base, response_format=SCHEMA),
    "completion": completion,
    "completion, streamed": lambda base: completion(base, stream=True),
    "message": message,
    "message, streamed": lambda base: message(base, stream=True),
    "message, tools": lambda base: message(
        base, tools=ANTHROPIC_TOOLS, tool_choice={"type": "any"}
    ),
    "message, tools streamed": lambda base: message(
        base, tools=ANTHROPIC_TOOLS, tool_choice={"type": "any"}, stream=True
    ),
}


def chat_status(status: int) -> Call:
    return lambda base: chat(base, model=f"status-{status}")


def message_status(status: int) -> Call:
    return lambda base: message(base, model=f"status-{status}")


ERRORS: dict[str, Call] = {
    **{f"chat {status}": chat_status(status) for status in STATUSES},
    **{f"message {status}": message_status(status) for status in STATUSES},
}
