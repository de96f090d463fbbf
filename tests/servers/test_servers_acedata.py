import json
from typing import Any

import pytest
from mcp import MCPError
from scripted_provider import (
    COMPLETION,
    KEY,
    ScriptedProvider,
    Stall,
    call,
    response,
    text_of,
    unused_url,
)

from servers import acedata

pytestmark = pytest.mark.anyio

TOOL = "grok_chat_completions"
USER = {"role": "user", "content": "hi"}
ARGUMENTS: dict[str, Any] = {"messages": [USER]}


def server(provider: ScriptedProvider, **more: str) -> Any:
    return acedata.create_server(
        {"ACEDATACLOUD_API_TOKEN": KEY, "ACEDATACLOUD_API_BASE_URL": provider.url, **more}
    )


async def error_of(server: Any, arguments: Any = ARGUMENTS, mode: str = "legacy") -> Any:
    """Return the error object of a call; it is one line, also as structured content."""
    result = await call(server, TOOL, arguments, mode=mode)
    assert result.is_error
    assert "\n" not in text_of(result)
    assert result.structured_content == {"result": text_of(result)}
    return json.loads(text_of(result))


async def test_an_answer_is_text_and_structured_content(
    provider: ScriptedProvider, mode: str
) -> None:
    body = {**COMPLETION, "x": "žluť"}
    provider.answers(body)
    result = await call(server(provider), TOOL, ARGUMENTS, mode=mode)
    assert text_of(result) == json.dumps(body, indent=2, ensure_ascii=False)
    assert result.structured_content == {"result": text_of(result)}
    assert not result.is_error


async def test_the_request_has_the_documented_headers_and_defaults(
    provider: ScriptedProvider,
) -> None:
    await call(server(provider), TOOL, ARGUMENTS)
    request = provider.request
    assert request.path == "/grok/chat/completions"
    assert request.json == {"messages": [USER], "model": "grok-4"}
    assert request.headers["accept"] == "application/json"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert [name for name, value in request.headers.items() if KEY in value] == ["authorization"]


async def test_given_arguments_are_sent_null_ones_are_not_and_unknown_ones_are_named(
    provider: ScriptedProvider, mode: str
) -> None:
    given = {"model": "grok-3", "temperature": 0, "stop": "a", "tools": [{"x": 1}], "stream": False}
    arguments = {**ARGUMENTS, **given, "seed": None, "service_tier": "flex"}
    result = await call(server(provider), TOOL, arguments, mode=mode)
    assert provider.request.json == {**ARGUMENTS, **given}
    (entry,) = result.meta["toolreel.dev/not-sent"]
    assert entry["argument"] == "service_tier"


async def test_messages_are_required(provider: ScriptedProvider, mode: str) -> None:
    expected = {"error": "Validation Error", "message": "messages is required"}
    without: list[dict[str, Any]] = [{}, {"messages": []}]
    for arguments in without:
        assert await error_of(server(provider), arguments, mode) == expected
    error = await error_of(server(provider), {"model": "x"}, mode)
    assert error["message"].startswith("messages is required\n/model: 'x' is not one of")
    assert provider.requests == []


async def test_violations_are_listed_in_the_documented_error_shape(
    provider: ScriptedProvider,
) -> None:
    error = await error_of(server(provider), {"messages": [1], "reasoning_effort": "max"})
    assert error["error"] == "Validation Error"
    assert len(error["message"].splitlines()) == 2
    assert provider.requests == []


@pytest.mark.parametrize(
    ("status", "label"),
    [(400, "API Error"), (401, "Authentication Error"), (403, "Authentication Error"),
     (404, "API Error"), (429, "API Error"), (500, "API Error"), (302, "API Error")],
)  # fmt: skip
async def test_each_status_has_its_documented_label(
    provider: ScriptedProvider, status: int, label: str
) -> None:
    body = {"error": {"code": "c", "message": f"no {KEY}"}, "trace_id": "t"}
    provider.answers(body, status, {"retry-after": "3"})
    result = await call(server(provider), TOOL, ARGUMENTS)
    error = json.loads(text_of(result))
    assert error["error"] == label
    assert error["message"].startswith("no [redacted]")
    assert f"HTTP {status}." in error["message"]
    assert KEY not in result.model_dump_json()
    facts = result.meta["toolreel.dev/upstream"]
    assert facts == {"status": status, "retryable": status in (429, 500), "retry_after": 3}


async def test_a_timeout_has_its_documented_text(provider: ScriptedProvider) -> None:
    provider.plays(Stall())
    assert await error_of(server(provider, GROK_REQUEST_TIMEOUT="0.2")) == {
        "error": "Error creating chat completion",
        "message": "Request to /grok/chat/completions timed out after 0.2s",
    }


async def test_a_refused_connection_is_an_api_error(provider: ScriptedProvider) -> None:
    error = await error_of(server(provider, ACEDATACLOUD_API_BASE_URL=unused_url()))
    assert error["error"] == "API Error"
    assert error["message"].startswith("the connection was refused")


@pytest.mark.parametrize("body", [b"{}", b"", b" \n", b"null"])
async def test_an_empty_answer_has_its_documented_text(
    provider: ScriptedProvider, body: bytes
) -> None:
    provider.plays(response(body))
    error = await error_of(server(provider))
    assert error == {"error": "No response received from the API."}


async def test_the_stream_of_acedata_keeps_the_real_usage(
    provider: ScriptedProvider, mode: str
) -> None:
    def piece(delta: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"id": "f", "choices": [{"index": 0, "delta": delta, **more}], "usage": None}

    zero = {**piece({}, finish_reason="stop"), "usage": {"total_tokens": 0}}
    real = {"id": "f", "choices": [], "usage": {"total_tokens": 12}}
    provider.streams(
        piece({"role": "assistant", "content": "Hell"}), piece({"content": "o"}), zero, real
    )
    progress: list[Any] = []
    arguments = {**ARGUMENTS, "stream": True}
    result = await call(server(provider), TOOL, arguments, mode=mode, progress=progress)
    completion = json.loads(text_of(result))
    assert progress == [(1, "Hell"), (2, "o")]
    assert completion["usage"] == {"total_tokens": 12}
    assert completion["choices"][0]["message"]["content"] == "Hello"


async def test_a_broken_stream_tells_what_had_arrived(provider: ScriptedProvider) -> None:
    delta = {"id": "f", "choices": [{"index": 0, "delta": {"content": "Hel"}}]}
    provider.streams(delta, done=False, end=(Stall(),))
    under_test = server(provider, GROK_REQUEST_TIMEOUT="0.3")
    error = await error_of(under_test, {**ARGUMENTS, "stream": True})
    assert error["message"] == (
        "Request to /grok/chat/completions timed out after 0.3s; "
        "1 delta (3 characters) had arrived. Partial text: Hel"
    )


async def test_an_unknown_tool_is_a_protocol_error(provider: ScriptedProvider, mode: str) -> None:
    with pytest.raises(MCPError) as caught:
        await call(server(provider), "grok_text_to_video", {}, mode=mode)
    assert (caught.value.code, caught.value.message) == (-32602, "Unknown tool: grok_text_to_video")


async def test_without_a_token_calls_fail_and_nothing_is_sent(provider: ScriptedProvider) -> None:
    error = await error_of(server(provider, ACEDATACLOUD_API_TOKEN=""))
    assert error["error"] == "Authentication Error"
    assert provider.requests == []


async def test_a_defect_has_the_documented_shape(
    provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(acedata, "render", fail)
    error = await error_of(server(provider))
    assert error["error"] == "Error creating chat completion"
    assert "secret" not in error["message"]
