"""Each row of the providers' error tables: the request that gets it, status, headers, body.

The rows are those of the contract sheet (§1.5, §3.4, §5.4, §6); a row that no request causes is
asked for by its name in the key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from simulator_requests import (
    ACEDATA,
    ANTHROPIC,
    OPENAI,
    OPENAI_LEGACY,
    XAI,
    XAI_LEGACY,
    Endpoint,
    ask,
    body_for,
    header,
    json_of,
    request_for,
    tools_for,
)

from harness.upstream.simulators import Answer, simulate

TEAM = "00000000-0000-4000-8000-00000000a1a1"
SENTENCE = "Client specified an invalid argument"
CONSOLE = r"You can obtain an API key from https://console\.x\.ai\."


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Row(NamedTuple):
    """A request, and what the answer to it has; `error` values are patterns or exact values."""

    name: str
    endpoint: Endpoint
    status: int
    error: dict[str, Any] | str
    fields: Mapping[str, Any] = NOTHING
    key: str | None = "sk-test-0123456789abcdef"
    headers: Mapping[str, str] = NOTHING
    path: str = ""
    method: str = "POST"
    content_type: str = "application/json"


def xai(code: str | None, error: str) -> dict[str, Any]:
    return ({} if code is None else {"code": code}) | {"error": error}


XAI_ROWS = [
    Row(
        "wrong key",
        XAI,
        400,
        xai(SENTENCE, rf"Incorrect API key provided: xa\*\*\*ey\. {CONSOLE}"),
        key="xai-bad-key",
    ),
    Row(
        "wrong key, slugs",
        XAI,
        400,
        xai("invalid-argument", rf"Incorrect API key provided\. {CONSOLE}"),
        {"model": "grok-4.3"},
        key="xai-bad-key",
    ),
    Row(
        "unsupported argument",
        XAI,
        400,
        xai(SENTENCE, "Argument not supported on this model: presencePenalty"),
        {"model": "grok-4", "presence_penalty": 0},
    ),
    Row(
        "unsupported argument, slugs",
        XAI,
        400,
        xai(
            "invalid-argument",
            r"Model grok-4\.20-reasoning does not support parameter reasoningEffort\.",
        ),
        {"model": "grok-4.20-reasoning", "reasoning_effort": "low"},
    ),
    Row(
        "unknown model, slugs",
        XAI,
        400,
        xai("invalid-argument", r"Model not found: grok-4\.3-nonexistent"),
        {"model": "grok-4.3-nonexistent"},
    ),
    Row("no key", XAI, 401, xai(".+ authentication .+", "No API key provided.+"), key=None),
    Row(
        "no credits",
        XAI,
        403,
        xai(
            "The caller does not have permission to execute the specified operation",
            rf"Your newly created team doesn't have any credits.+/team/{TEAM}\.",
        ),
        key="xai-no-credits",
    ),
    Row(
        "no credits, slugs",
        XAI,
        403,
        xai("permission-denied", r"Your newly created team .+"),
        {"model": "grok-4.3"},
        key="xai-no-credits",
    ),
    Row("blocked", XAI, 403, xai("The caller .+", "Your API key is blocked.+"), key="xai-blocked"),
    Row(
        "unknown model",
        XAI_LEGACY,
        404,
        xai(
            "Some requested entity was not found",
            rf"The model grok-33 does not exist or your team {TEAM} does not have access to it\..+",
        ),
        {"model": "grok-33"},
    ),
    Row(
        "bad route",
        XAI,
        404,
        xai("Some requested entity was not found", r"No handler found on route\. Please .+"),
        path="/v1/chats",
    ),
    Row("wrong method", XAI, 405, "", method="GET"),
    Row("no media type", XAI, 415, xai(None, ".+"), headers={"content-type": "text/plain"}),
    Row(
        "live search",
        XAI,
        410,
        xai(
            None,
            r"Live search is deprecated\. Please switch to the Agent Tools API: "
            r"https://docs\.x\.ai/docs/guides/tools/overview",
        ),
        {"search_parameters": {"mode": "off"}},
    ),
    Row(
        "not of the type",
        XAI,
        422,
        xai(
            None,
            r"Failed to deserialize the JSON body into the target type: messages\[0\]: data did "
            r"not match any variant of untagged enum Content at line 1 column \d+",
        ),
        {"messages": [{"role": "user", "content": 5}]},
    ),
    Row(
        "not of the type, as text",
        XAI,
        422,
        "Failed to deserialize the JSON body into the target type: messages.+",
        key="xai-deserialize-text",
        content_type="text/plain; charset=utf-8",
    ),
    Row(
        "requests a minute, slugs",
        XAI,
        429,
        xai(
            "resource-exhausted",
            rf"Too many requests for team {TEAM} and model grok-4\.3\. Your team's rate limit is — "
            r"Requests per Minute \(actual/limit\): 2/2.*",
        ),
        {"model": "grok-4.3"},
        key="xai-too-many-requests",
    ),
    Row(
        "tokens a minute",
        XAI,
        429,
        xai(".+", rf"Too many tokens for team {TEAM} and model grok-3\..+"),
        key="xai-too-many-tokens",
    ),
    Row("spent", XAI, 429, xai(".+", rf"Your team {TEAM} has .+"), key="xai-spending-limit"),
    Row(
        "overload under 200",
        XAI,
        200,
        xai("The service is currently unavailable", "Timed out waiting for first token"),
        {"stream": True},
        key="xai-timed-out",
    ),
]


def openai(message: str, kind: str, code: str | None, param: str | None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


INVALID = "invalid_request_error"
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


def acedata(code: str, message: str = ".+") -> dict[str, Any]:
    return {"error": {"code": code, "message": message}, "trace_id": "00000000-.+"}


ACEDATA_ROWS = [
    Row(code, ACEDATA, status, acedata(code), key=f"key-{code}")
    for code, status in (
        ("api_not_implemented", 400),
        ("token_mismatched", 400),
        ("invalid_token", 401),
        ("token_expired", 401),
        ("used_up", 403),
        ("disabled", 403),
        ("forbidden", 403),
        ("too_many_requests", 429),
        ("api_error", 500),
        ("timeout", 504),
    )
]
ACEDATA_ROWS += [
    Row("no token", ACEDATA, 400, acedata("no_token"), key=None),
    Row("bad request", ACEDATA, 400, acedata("bad_request", "n: .+"), {"n": 0}),
    Row("no api", ACEDATA, 404, acedata("no_api", ".+/grok/chats"), path="/grok/chats"),
    Row(
        "rate limited, as in the FAQ",
        ACEDATA,
        429,
        {"success": False, **acedata("rate_limited")},
        key="key-rate-limited",
    ),
]

ROWS = [*XAI_ROWS, *OPENAI_ROWS, *ANTHROPIC_ROWS, *ACEDATA_ROWS]


def answer_to(row: Row) -> Answer:
    origin = "/".join(row.endpoint.url.split("/")[:3])
    request = request_for(
        row.endpoint,
        body_for(row.endpoint, **row.fields),
        key=row.key,
        method=row.method,
        url=origin + row.path if row.path else None,
        headers=dict(row.headers),
    )
    return simulate(request)


def assert_like(found: Any, expected: Any) -> None:
    """Compare two values; the strings of `expected` are patterns, the order of keys counts."""
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        for key, value in expected.items():
            assert_like(found[key], value)
    elif isinstance(expected, str):
        # Names and codes hold brackets and dots of their own.
        assert found == expected or re.fullmatch(expected, found, re.DOTALL), found
    else:
        assert found == expected


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.endpoint.name} {row.status} {row.name}"
)
def test_a_row_has_its_status_and_body(row: Row) -> None:
    answer = answer_to(row)
    assert answer.status == row.status
    assert not answer.is_stream
    assert header(answer, "content-type") == row.content_type
    if isinstance(row.error, str):
        assert_like(answer.body.decode(), row.error)
    else:
        assert_like(json_of(answer), row.error)


@pytest.mark.parametrize("row", XAI_ROWS, ids=lambda row: row.name)
def test_xai_errors_are_compact_and_tell_nothing_of_the_account(row: Row) -> None:
    answer = answer_to(row)
    names = {name for name, _ in answer.headers}
    assert "x-request-id" not in names
    assert not any(name.startswith("x-ratelimit") for name in names)
    if answer.body.startswith(b"{"):
        compact = json.dumps(json_of(answer), separators=(",", ":"), ensure_ascii=False)
        assert answer.body == compact.encode()


@pytest.mark.parametrize("row", OPENAI_ROWS, ids=lambda row: row.name)
def test_openai_errors_have_the_lines_and_the_spacing_of_their_status(row: Row) -> None:
    answer = answer_to(row)
    of_account = row.status == 400 or (row.status == 429 and row.name != "quota")
    assert (header(answer, "openai-organization") is not None) == of_account
    assert (header(answer, "x-ratelimit-limit-tokens") is not None) == of_account
    assert header(answer, "retry-after") is None
    assert header(answer, "x-request-id") is not None
    indent, end = (2, b"") if row.status == 400 else (4, b"\n")
    spaced = json.dumps(json_of(answer), indent=indent, ensure_ascii=False)
    assert answer.body == spaced.encode() + end


@pytest.mark.parametrize("row", ANTHROPIC_ROWS, ids=lambda row: row.name)
def test_anthropic_errors_say_whether_to_try_again(row: Row) -> None:
    answer = answer_to(row)
    can_retry = row.status >= 500 or row.name == "requests a minute"
    expected = None if row.status == 413 else "true" if can_retry else "false"
    assert header(answer, "x-should-retry") == expected
    is_limited = row.status == 429
    assert (header(answer, "anthropic-ratelimit-tokens-limit") is not None) == is_limited
    has_wait = header(answer, "retry-after") is not None
    assert has_wait == (row.name == "requests a minute")
    shown = json_of(answer).get("request_id")
    if shown is not None:
        assert shown == header(answer, "request-id")


def test_the_answer_that_is_too_large_comes_from_the_edge() -> None:
    row = next(row for row in ANTHROPIC_ROWS if row.status == 413)
    assert header(answer_to(row), "request-id") is None


def test_the_503_of_openai_is_no_json() -> None:
    answer = ask(OPENAI, fault="503", stream=True)
    assert (answer.status, header(answer, "content-type")) == (503, "text/plain")
    assert answer.body == (
        b"upstream connect error or disconnect/reset before headers. "
        b"reset reason: connection termination"
    )
