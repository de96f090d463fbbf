"""The error table of OpenAI: contract sheet §3.4."""

from __future__ import annotations

from typing import Any

from simulator_error_row import INVALID, Row
from simulator_requests import OPENAI, OPENAI_LEGACY, tools_for


def openai(message: str, kind: str, code: str | None, param: str | None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


UTF8 = "application/json; charset=utf-8"
LIMITED = "rate_limit_exceeded"


def invalid(code: str | None, param: str | None, message: str = ".+") -> dict[str, Any]:
    return openai(message, INVALID, code, param)


OPENAI_ROWS = [
    Row(
        f"unsupported {param}",
        OPENAI,
        400,
        invalid(
            "unsupported_parameter", param, f"Unsupported parameter: '{param}' is not supported .+"
        ),
        {"model": "o3-mini", param: value},
    )
    for param, value in (("stop", ["x"]), ("max_tokens", 5))
]
OPENAI_ROWS += [
    Row(f"{code} {param}", OPENAI, 400, invalid(code, param), fields)
    for code, param, fields in (
        ("missing_required_parameter", "model", {"model": None}),
        ("invalid_type", "temperature", {"temperature": "hot"}),
        ("invalid_value", "messages[0].content[0].type", {"prompt": [{"type": "image"}]}),
        ("unsupported_value", "temperature", {"model": "o3-mini", "temperature": 0.5}),
        ("unsupported_value", "modalities", {"modalities": ["text", "audio"]}),
        ("invalid_value", "modalities[0]", {"modalities": ["smell"]}),
        ("invalid_type", "modalities[0]", {"modalities": [5]}),
        ("invalid_value", "functions[0].name", {"functions": [{"name": "a b"}]}),
        (
            "invalid_value",
            "function_call.name",
            {"functions": [{"name": "f"}], "function_call": {"name": "g"}},
        ),
        (
            "missing_required_parameter",
            "messages[0].tool_calls[0].function.arguments",
            {
                "messages": [
                    {
                        "role": "assistant",
                        "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f"}}],
                    }
                ]
            },
        ),
        (
            "invalid_value",
            "tool_choice.allowed_tools.mode",
            {
                "tools": tools_for(OPENAI, "f"),
                "tool_choice": {
                    "type": "allowed_tools",
                    "allowed_tools": {"mode": "often", "tools": tools_for(OPENAI, "f")},
                },
            },
        ),
        ("missing_required_parameter", "tools[0].custom", {"tools": [{"type": "custom"}]}),
        (
            "invalid_type",
            "tool_choice.allowed_tools.tools[0]",
            {
                "tools": tools_for(OPENAI, "f"),
                "tool_choice": {
                    "type": "allowed_tools",
                    "allowed_tools": {"mode": "auto", "tools": ["f"]},
                },
            },
        ),
        ("decimal_above_max_value", "temperature", {"temperature": 2.5}),
        ("decimal_below_min_value", "top_p", {"top_p": -0.5}),
        ("integer_above_max_value", "n", {"n": 129}),
        ("array_above_max_length", "stop", {"stop": ["a"] * 5}),
        ("empty_array", "messages", {"messages": []}),
        ("string_above_max_length", "safety_identifier", {"safety_identifier": "x" * 65}),
        ("decimal_above_max_value", "logit_bias.50256", {"logit_bias": {"50256": 101}}),
        ("invalid_type", "metadata.trace", {"metadata": {"trace": 5}}),
        (
            "invalid_function_parameters",
            "tools[0].function.parameters",
            {
                "tools": [
                    {"type": "function", "function": {"name": "f", "parameters": {"required": 5}}}
                ]
            },
        ),
        (
            "missing_required_parameter",
            "messages[1].tool_call_id",
            {"messages": [{"role": "user", "content": ""}, {"role": "tool", "content": "18"}]},
        ),
        (
            "context_length_exceeded",
            "messages",
            {"model": "gpt-4", "prompt": "word " * 9000},
        ),
    )
]
OPENAI_ROWS += [
    Row(
        "token outside the vocabulary",
        OPENAI_LEGACY,
        400,
        invalid(
            None,
            None,
            r"Invalid token in prompt: -1\. Minimum value is 0, maximum value is \d+ "
            r"\(inclusive\)\.",
        ),
        {"prompt": [-1]},
    ),
    Row(
        "no room for the completion",
        OPENAI_LEGACY,
        400,
        invalid("context_length_exceeded", None, "This model's maximum context length is 4096.+"),
        {"max_tokens": 4096},
    ),
    Row(
        "short wrong key",
        OPENAI,
        401,
        invalid("invalid_api_key", None, r"Incorrect API key provided: bad-key\. You can find .+"),
        key="bad-key",
        content_type=UTF8,
    ),
    Row(
        "long wrong key",
        OPENAI,
        401,
        invalid("invalid_api_key", None, r".+: sk-pro\*\*\*\*+iUMA\. .+"),
        key="sk-proj-bad0123456789iUMA",
        content_type=UTF8,
    ),
    Row("no key", OPENAI, 401, invalid(None, None), key=None, content_type=UTF8),
    Row(
        "unsupported country",
        OPENAI,
        403,
        openai(".+", "request_forbidden", "unsupported_country_region_territory", None),
        key="sk-unsupported-country",
        content_type=UTF8,
    ),
    Row(
        "unknown model",
        OPENAI,
        404,
        invalid(
            "model_not_found",
            None,
            "The model `gpt-4-nope` does not exist or you do not have access to it.",
        ),
        {"model": "gpt-4-nope"},
        content_type=UTF8,
    ),
    Row(
        "deprecated model",
        OPENAI_LEGACY,
        404,
        invalid("model_not_found", None, "The model `text-davinci-003` has been deprecated.+"),
        {"model": "text-davinci-003"},
        content_type=UTF8,
    ),
    Row(
        "bad route",
        OPENAI,
        404,
        invalid(None, None, r"Invalid URL \(POST /v1/chat\)"),
        path="/v1/chat",
        content_type=UTF8,
    ),
    Row(
        "quota",
        OPENAI,
        429,
        openai("You exceeded your current quota.+", *("insufficient_quota",) * 2, None),
        key="sk-insufficient-quota",
        content_type=UTF8,
    ),
    Row(
        "tokens a minute",
        OPENAI,
        429,
        openai(
            r"Request too large for gpt-4o in organization org-simulated on tokens per min "
            r"\(TPM\): Limit 2000000, Requested 2\d{6}\..+",
            "tokens",
            LIMITED,
            None,
        ),
        {"max_tokens": 2_000_000},
        content_type=UTF8,
    ),
    Row(
        "requests a minute",
        OPENAI,
        429,
        openai("Rate limit reached for .+ Please try again in 120ms.+", "requests", LIMITED, None),
        key="sk-too-many-requests",
        content_type=UTF8,
    ),
    Row(
        "slow down",
        OPENAI,
        429,
        openai(".+", "rate_limit_error", "slow_down", None),
        key="sk-slow-down",
        content_type=UTF8,
    ),
    Row(
        "server error",
        OPENAI,
        500,
        openai(
            "The server had an error .+ request ID req_[0-9a-f]+ in .+", "server_error", *[None] * 2
        ),
        {"stream": True},
        key="sk-server-error",
        content_type=UTF8,
    ),
    Row(
        "overloaded",
        OPENAI,
        503,
        openai(".+", "service_unavailable_error", "server_is_overloaded", None),
        key="sk-server-is-overloaded",
        content_type=UTF8,
    ),
]
