"""The error table of Anthropic: contract sheet §5.4."""

from __future__ import annotations

from typing import Any

from simulator_error_row import INVALID, Row
from simulator_requests import ANTHROPIC


def anthropic(kind: str, message: str, request_id: str | None = "req_.+") -> dict[str, Any]:
    error = {"type": kind, "message": message}
    return {"type": "error", "error": error, "request_id": request_id}


TOO_LONG = r"prompt is too long: 2\d{5} tokens > 200000 maximum"

ANTHROPIC_ROWS = [
    Row(message, ANTHROPIC, 400, anthropic(INVALID, message), fields)
    for message, fields in (
        ("temperature: range: 0..1", {"temperature": 1.5}),
        (r"messages\.0\.role: Input should be .+", {"messages": [{"role": "x", "content": ""}]}),
        (
            r"tools\.0\.custom\.input_schema\.type: Field required",
            {"tools": [{"name": "f", "input_schema": {}}]},
        ),
        (
            "`max_tokens` must be greater than `thinking.budget_tokens`.+",
            {"thinking": {"type": "enabled", "budget_tokens": 1024}},
        ),
        (TOO_LONG, {"prompt": "word " * 200_001}),
        ("seed: Extra inputs are not permitted", {"seed": 1}),
        ("max_tokens: Field required", {"max_tokens": None}),
    )
]
ANTHROPIC_ROWS += [
    Row(
        "no version",
        ANTHROPIC,
        400,
        anthropic(INVALID, "anthropic-version: header is required"),
        key=None,
        headers={"anthropic-version": ""},
    ),
    Row(
        "wrong version",
        ANTHROPIC,
        400,
        anthropic(INVALID, 'anthropic-version: "1" is not a valid version'),
        headers={"anthropic-version": "1"},
    ),
    Row(
        "no credit",
        ANTHROPIC,
        400,
        anthropic(INVALID, "Your credit balance is too low.+"),
        key="sk-credit-balance",
    ),
    Row(
        "wrong key",
        ANTHROPIC,
        401,
        anthropic("authentication_error", "invalid x-api-key"),
        key="sk-bad",
    ),
    Row(
        "no key",
        ANTHROPIC,
        401,
        anthropic("authentication_error", "x-api-key header is required"),
        key=None,
    ),
    Row(
        "dead key",
        ANTHROPIC,
        401,
        anthropic("authentication_error", "API key is invalid.", None),
        key="sk-dead-key",
    ),
    Row(
        "wrong token",
        ANTHROPIC,
        401,
        anthropic("authentication_error", "Invalid bearer token"),
        key=None,
        headers={"authorization": "Bearer bad"},
    ),
    Row(
        "unknown model",
        ANTHROPIC,
        404,
        anthropic("not_found_error", "model: claude-nope"),
        {"model": "claude-nope"},
    ),
    Row(
        "too large",
        ANTHROPIC,
        413,
        {"error": {"type": "request_too_large", "message": "Request exceeds the maximum size"}},
        key="sk-request-too-large",
    ),
    Row(
        "requests a minute",
        ANTHROPIC,
        429,
        anthropic(
            "rate_limit_error", r".+\(00000000-0000-4000-8000-00000000a2a2\).+claude-sonnet-4-5.+"
        ),
        key="sk-too-many-requests",
    ),
    Row(
        "tokens a minute",
        ANTHROPIC,
        429,
        anthropic("rate_limit_error", r".+\(00000000-0000-4000-8000-00000000a2a2\).+"),
        key="sk-too-many-tokens",
    ),
]
ANTHROPIC_ROWS += [
    Row(name, ANTHROPIC, status, anthropic(name, ".+"), {"stream": True}, key=f"sk-{name}")
    for name, status in (
        ("billing_error", 402),
        ("permission_error", 403),
        ("api_error", 500),
        ("timeout_error", 504),
        ("overloaded_error", 529),
    )
]
