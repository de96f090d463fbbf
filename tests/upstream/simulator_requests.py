"""Requests to the six simulated endpoints, and the reading of their answers."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any

from harness.records.http import HttpRequest
from harness.upstream.faults import parse_fault
from harness.upstream.simulators import Answer, simulate

KEY = "sk-test-0123456789abcdef"
PROMPT = "What is the capital of France? 😀"

CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
    "required": ["city", "days"],
}


class Endpoint(Enum):
    """URL, and a model that is no reasoning model."""

    XAI = ("https://api.x.ai/v1/chat/completions", "grok-3")
    XAI_LEGACY = ("https://api.x.ai/v1/completions", "grok-3")
    OPENAI = ("https://api.openai.com/v1/chat/completions", "gpt-4o")
    OPENAI_LEGACY = ("https://api.openai.com/v1/completions", "gpt-3.5-turbo-instruct")
    ANTHROPIC = ("https://api.anthropic.com/v1/messages", "claude-sonnet-4-5")
    ACEDATA = ("https://api.acedata.cloud/grok/chat/completions", "grok-4")

    def __init__(self, url: str, model: str) -> None:
        self.url = url
        self.model = model


XAI, XAI_LEGACY, OPENAI, OPENAI_LEGACY, ANTHROPIC, ACEDATA = Endpoint

CHATS = (XAI, OPENAI, ANTHROPIC, ACEDATA)
OPENAI_FORM = (XAI, OPENAI, ACEDATA)
LEGACIES = (XAI_LEGACY, OPENAI_LEGACY)
ALL = (*CHATS, *LEGACIES)


def body_for(endpoint: Endpoint, prompt: Any = PROMPT, **fields: Any) -> dict[str, Any]:
    """Return a good body; a field set to None is left out."""
    body: dict[str, Any] = {"model": endpoint.model}
    if endpoint in LEGACIES:
        body["prompt"] = prompt
    else:
        body["messages"] = [{"role": "user", "content": prompt}]
    if endpoint is ANTHROPIC:
        body["max_tokens"] = 1000
    merged = {**body, **fields}
    return {key: value for key, value in merged.items() if value is not None}


def request_for(
    endpoint: Endpoint,
    body: Any,
    *,
    key: str | None = KEY,
    method: str = "POST",
    url: str | None = None,
    headers: dict[str, str] | None = None,
) -> HttpRequest:
    lines = {"content-type": "application/json"}
    if endpoint is ANTHROPIC:
        lines["anthropic-version"] = "2023-06-01"
    if key is not None:
        name = "x-api-key" if endpoint is ANTHROPIC else "authorization"
        lines[name] = key if endpoint is ANTHROPIC else f"Bearer {key}"
    lines |= headers or {}
    return HttpRequest(
        method=method,
        url=url or endpoint.url,
        headers=tuple((name, value) for name, value in lines.items() if value),
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
    )


def ask(
    endpoint: Endpoint, prompt: Any = PROMPT, *, fault: str | None = None, **fields: Any
) -> Answer:
    """Simulate a good request with `fields` on top."""
    request = request_for(endpoint, body_for(endpoint, prompt, **fields))
    return simulate(request, None if fault is None else parse_fault(fault))


def json_of(answer: Answer) -> Any:
    return json.loads(answer.body)


def header(answer: Answer, name: str) -> str | None:
    return next((value for key, value in answer.headers if key == name), None)


def events(answer: Answer) -> list[Any]:
    """Return the data of each frame; `[DONE]` stays as it is."""
    found = []
    for chunk in answer.chunks:
        assert chunk.endswith(b"\n\n")
        data = chunk.decode().rstrip("\n").split("data: ", 1)[1]
        found.append(data if data == "[DONE]" else json.loads(data))
    return found


def choices_of(answer: Answer) -> list[Any]:
    """Return the choices of all chunks of a stream in the OpenAI form."""
    chunks = [item for item in events(answer) if item != "[DONE]"]
    return [choice for chunk in chunks for choice in chunk.get("choices", [])]


def text_of(endpoint: Endpoint, answer: Answer, index: int = 0) -> str:
    """Return the text of a plain or streamed answer."""
    if not answer.is_stream:
        return _plain_text(endpoint, json_of(answer), index)
    if endpoint is ANTHROPIC:
        deltas = [item["delta"] for item in events(answer) if "delta" in item]
        return "".join(item.get("text", "") for item in deltas)
    mine = [item for item in choices_of(answer) if item["index"] == index]
    if endpoint in LEGACIES:
        return "".join(item["text"] for item in mine)
    return "".join(item["delta"].get("content") or "" for item in mine)


def _plain_text(endpoint: Endpoint, body: Any, index: int) -> str:
    if endpoint is ANTHROPIC:
        return "".join(block.get("text", "") for block in body["content"])
    choice = body["choices"][index]
    return str(choice["text"] if endpoint in LEGACIES else choice["message"]["content"])


def finish_of(endpoint: Endpoint, answer: Answer) -> str:
    body = json_of(answer)
    if endpoint is ANTHROPIC:
        return str(body["stop_reason"])
    return str(body["choices"][0]["finish_reason"])


def tools_for(endpoint: Endpoint, *names: str) -> list[dict[str, Any]]:
    if endpoint is ANTHROPIC:
        return [{"name": name, "input_schema": CITY} for name in names]
    return [{"type": "function", "function": {"name": name, "parameters": CITY}} for name in names]


def calls_of(endpoint: Endpoint, answer: Answer) -> list[tuple[str, Any]]:
    """Return name and arguments of each tool call of a plain answer."""
    body = json_of(answer)
    if endpoint is ANTHROPIC:
        blocks = [block for block in body["content"] if block["type"] == "tool_use"]
        return [(block["name"], block["input"]) for block in blocks]
    calls = body["choices"][0]["message"].get("tool_calls", [])
    functions = [call["function"] for call in calls]
    return [(item["name"], json.loads(item["arguments"])) for item in functions]


def post(endpoint: Endpoint, body: Any = None, **options: Any) -> Answer:
    return simulate(request_for(endpoint, body_for(endpoint) if body is None else body, **options))


def problem(endpoint: Endpoint, answer: Answer) -> str:
    """Return the text of the error, asserting that the body has the provider's form."""
    body = json_of(answer)
    if endpoint in (XAI, XAI_LEGACY):
        assert set(body) <= {"code", "error"}
        return str(body["error"])
    if endpoint is ANTHROPIC:
        assert list(body) == ["type", "error", "request_id"]
        assert body["request_id"] == header(answer, "request-id")
    if endpoint is ACEDATA:
        assert list(body) == ["error", "trace_id"]
        assert list(body["error"]) == ["code", "message"]
    if endpoint in (OPENAI, OPENAI_LEGACY):
        assert list(body["error"]) == ["message", "type", "param", "code"]
    return str(body["error"]["message"])
