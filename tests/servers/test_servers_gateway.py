import json
from typing import Any

import pytest
from mcp import MCPError
from scripted_provider import COMPLETION, KEY, ScriptedProvider, Stall, call, text_of, unused_url

from servers import gateway

pytestmark = pytest.mark.anyio

TOOL = "chat_completion"
USER = {"role": "user", "content": "hi"}
ARGUMENTS: dict[str, Any] = {"messages": [USER]}
NOT_SENT = "toolreel.dev/not-sent"
MESSAGE = {"id": "msg_1", "type": "message", "content": [{"type": "text", "text": "hi"}]}


def openai(provider: ScriptedProvider, **more: str) -> Any:
    return gateway.create_server({"API_KEY": KEY, "API_ENDPOINT": f"{provider.url}/v1", **more})


def anthropic(provider: ScriptedProvider, **more: str) -> Any:
    url = f"{provider.url}/v1/messages"
    environ = {"API_KEY": KEY, "API_FORMAT": "Anthropic", "API_ENDPOINT": url, **more}
    return gateway.create_server(environ)


async def error_of(server: Any, arguments: Any, mode: str = "legacy", tool: str = TOOL) -> Any:
    with pytest.raises(MCPError) as caught:
        await call(server, tool, arguments, mode=mode)
    return caught.value.error


async def test_the_answer_is_the_providers_own(provider: ScriptedProvider, mode: str) -> None:
    result = await call(openai(provider), TOOL, ARGUMENTS, mode=mode)
    assert text_of(result) == json.dumps(COMPLETION, indent=2)
    assert result.structured_content is None
    assert NOT_SENT not in (result.meta or {})


async def test_openai_headers_carry_the_key_once(provider: ScriptedProvider) -> None:
    await call(openai(provider, OPENAI_ORGANIZATION="org-1"), TOOL, ARGUMENTS)
    headers = provider.request.headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["openai-organization"] == "org-1"
    assert [name for name, value in headers.items() if KEY in value] == ["authorization"]
    assert provider.request.json == ARGUMENTS


async def test_anthropic_headers_carry_the_key_once(provider: ScriptedProvider) -> None:
    await call(anthropic(provider), TOOL, ARGUMENTS)
    await call(anthropic(provider, ANTHROPIC_VERSION="2030-01-01"), TOOL, ARGUMENTS)
    first, second = (request.headers for request in provider.requests)
    assert (first["x-api-key"], first["anthropic-version"]) == (KEY, "2023-06-01")
    assert second["anthropic-version"] == "2030-01-01"
    assert [name for name, value in first.items() if KEY in value] == ["x-api-key"]
    assert [request.path for request in provider.requests] == ["/v1/messages"] * 2


@pytest.mark.parametrize("ending", ["/v1", "/v1/", "/v1/chat/completions"])
async def test_an_openai_endpoint_is_completed(provider: ScriptedProvider, ending: str) -> None:
    await call(openai(provider, API_ENDPOINT=provider.url + ending), TOOL, ARGUMENTS)
    assert provider.request.path == "/v1/chat/completions"


def test_without_an_endpoint_the_providers_own_is_used() -> None:
    settings = gateway._settings({"API_KEY": KEY})
    assert settings.upstream.url == "https://api.openai.com/v1/chat/completions"
    settings = gateway._settings({"API_KEY": KEY, "API_FORMAT": "ANTHROPIC"})
    assert settings.upstream.url == "https://api.anthropic.com/v1/messages"
    assert KEY not in repr(settings.upstream)


def test_a_proxy_is_for_https_upstreams_only() -> None:
    environ = {"API_KEY": KEY, "HTTP_PROXY": "http://b", "PROXY_URL": "http://a"}
    assert gateway._settings(environ).upstream.proxy == "http://a"
    assert gateway._settings({**environ, "PROXY_URL": ""}).upstream.proxy == "http://b"
    plain = {**environ, "API_ENDPOINT": "http://localhost/v1", "PROXY_URL": "unusable"}
    assert gateway._settings(plain).upstream.proxy is None


async def test_a_refusing_proxy_is_an_upstream_failure() -> None:
    environ = {"API_KEY": KEY, "PROXY_URL": unused_url(), "API_ENDPOINT": "https://x.invalid/v1"}
    error = await error_of(gateway.create_server(environ), ARGUMENTS)
    assert error.message == "API request failed (500): the connection was refused"


async def test_environment_defaults_stand_in_for_missing_arguments_only(
    provider: ScriptedProvider,
) -> None:
    defaults = {"DEFAULT_MODEL": "d", "DEFAULT_TEMPERATURE": "0.5", "DEFAULT_MAX_TOKENS": "9"}
    under_test = openai(provider, **defaults)
    given = {"model": "m", "temperature": 0, "max_tokens": 1}
    await call(under_test, TOOL, ARGUMENTS)
    await call(under_test, TOOL, {**ARGUMENTS, **given})
    filled, kept = (request.json for request in provider.requests)
    assert filled == {"messages": [USER], "model": "d", "temperature": 0.5, "max_tokens": 9}
    assert kept == {"messages": [USER], **given}


async def test_what_anthropic_cannot_take_is_named_in_the_result(
    provider: ScriptedProvider, mode: str
) -> None:
    provider.answers(MESSAGE)
    arguments = {**ARGUMENTS, "presence_penalty": 1, "response_format": {"type": "text"}, "n": 2}
    result = await call(anthropic(provider), TOOL, arguments, mode=mode)
    assert provider.request.json == {"messages": [USER], "max_tokens": 1024}
    assert [entry["argument"] for entry in result.meta[NOT_SENT]] == [
        "presence_penalty",
        "response_format",
        "n",
    ]


async def test_an_unknown_tool_is_method_not_found(provider: ScriptedProvider, mode: str) -> None:
    error = await error_of(openai(provider), ARGUMENTS, mode, tool="other")
    assert (error.code, error.message) == (-32601, "Unknown tool: other")


@pytest.mark.parametrize("arguments", [None, {}, {"messages": []}, {"messages": None}])
async def test_missing_or_empty_messages_are_invalid_params(
    provider: ScriptedProvider, mode: str, arguments: Any
) -> None:
    error = await error_of(openai(provider), arguments, mode)
    expected = "messages parameter is required and cannot be empty"
    assert (error.code, error.message) == (-32602, expected)
    assert provider.requests == []


async def test_other_violations_are_tool_errors(provider: ScriptedProvider, mode: str) -> None:
    arguments = {"messages": [{"role": "tool", "content": "x"}], "temperature": "hot"}
    result = await call(openai(provider), TOOL, arguments, mode=mode)
    assert result.is_error
    assert len(text_of(result).splitlines()) == 3
    assert provider.requests == []


@pytest.mark.parametrize(
    ("status", "body", "message", "retryable"),
    [
        (400, {"error": {"message": "bad"}}, "bad", False),
        (401, {"type": "error", "error": {"message": f"key {KEY}"}}, "key [redacted]", False),
        (404, {"error": "flat"}, "flat", False),
        (429, {"error": {"message": "slow"}}, "slow", True),
        (503, b"upstream connect error", "upstream connect error", True),
        (529, b"", "status 529 without a message", True),
        (200, {"error": {"code": "RateLimitReached", "message": "m"}}, "m", True),
    ],
)
async def test_upstream_failures_are_internal_errors_with_facts(
    provider: ScriptedProvider, mode: str, status: int, body: Any, message: str, retryable: bool
) -> None:
    provider.answers(body, status, {"retry-after-ms": "1500"})
    error = await error_of(openai(provider), ARGUMENTS, mode)
    assert (error.code, error.message) == (-32603, f"API request failed ({status}): {message}")
    wait = None if status == 200 else 1.5
    assert error.data == {"status": status, "retryable": retryable, "retry_after": wait}


async def test_no_response_counts_as_500(provider: ScriptedProvider) -> None:
    refused = await error_of(openai(provider, API_ENDPOINT=unused_url()), ARGUMENTS)
    assert refused.message == "API request failed (500): the connection was refused"
    provider.plays(Stall())
    slow = await error_of(openai(provider, REQUEST_TIMEOUT="0.2"), ARGUMENTS)
    assert slow.message == "API request failed (500): timed out after 0.2 s"
    assert slow.data == {"status": 500, "retryable": True, "retry_after": None}


ANTHROPIC_STREAM: list[Any] = [
    'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","content":[],'
    '"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}   }\n\n',
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    'event: ping\ndata: {"type": "ping"}\n\n',
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hel"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "lo"}},
    {"type": "content_block_stop", "index": 0},
    {
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn"},
        "usage": {"output_tokens": 7},
    },
    {"type": "message_stop"},
]


async def test_an_anthropic_stream_comes_as_progress_and_as_one_message(
    provider: ScriptedProvider, mode: str
) -> None:
    provider.streams(*ANTHROPIC_STREAM, done=False)
    progress: list[Any] = []
    arguments = {**ARGUMENTS, "stream": True}
    result = await call(anthropic(provider), TOOL, arguments, mode=mode, progress=progress)
    assert progress == [(1, "Hel"), (2, "lo")]
    assert json.loads(text_of(result)) == {
        "id": "msg_1",
        "content": [{"type": "text", "text": "Hello"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 3, "output_tokens": 7},
    }


async def test_a_broken_stream_is_an_internal_error_with_what_had_arrived(
    provider: ScriptedProvider, mode: str
) -> None:
    overloaded = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    event = f"event: error\ndata: {json.dumps(overloaded)}\n\n"
    provider.streams(*ANTHROPIC_STREAM[:4], event, done=False)
    error = await error_of(anthropic(provider), {**ARGUMENTS, "stream": True}, mode)
    assert error.code == -32603
    assert error.message == (
        "API request failed (200): the stream carried an error: Overloaded; "
        "1 delta (3 characters) had arrived. Partial text: Hel"
    )
    assert error.data["stream"] == {"deltas": 1, "characters": 3, "text": "Hel"}
    assert error.data["retryable"] is True


async def test_a_defect_is_an_internal_error_without_internals(
    provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(gateway, "render", fail)
    error = await error_of(openai(provider), ARGUMENTS)
    assert error.code == -32603
    assert error.message.startswith("Unexpected error: ")
    assert "secret" not in error.message
