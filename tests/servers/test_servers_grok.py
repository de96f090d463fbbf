import json
import logging
from typing import Any

import pytest
from mcp import MCPError
from scripted_provider import COMPLETION, KEY, ScriptedProvider, Stall, call, response, text_of

from servers import __version__, grok

pytestmark = pytest.mark.anyio

CHAT = "create_chat_completion"
TEXT = "create_completion"
USER = {"role": "user", "content": "hi"}
ARGUMENTS: dict[str, Any] = {"model": "grok-4", "messages": [USER]}
META = "toolreel.dev/upstream"


def server(provider: ScriptedProvider, **more: str) -> Any:
    return grok.create_server(
        {"GROK_API_KEY": KEY, "GROK_API_BASE_URL": f"{provider.url}/v1", **more}
    )


async def test_an_answer_comes_back_whole_as_indented_json(
    provider: ScriptedProvider, mode: str
) -> None:
    body = {
        **COMPLETION,
        "z": 1,
        "a": {"big": 10**30, "text": "žluťoučký 🎉", "empty": [], "none": None},
        "citations": ["u"],
    }
    provider.answers(body)
    result = await call(server(provider), CHAT, ARGUMENTS, mode=mode)
    assert not result.is_error
    assert result.structured_content is None
    assert text_of(result) == json.dumps(body, indent=2, ensure_ascii=False)


async def test_the_request_is_the_arguments_key_for_key(provider: ScriptedProvider) -> None:
    arguments = {
        "messages": [
            {"role": "system", "content": "a"},
            {"role": "system", "content": "a"},
            {"role": "user", "content": [{"type": "text", "text": "ž"}], "name": "n"},
            {"role": "tool", "content": ""},
        ],
        "temperature": 0,
        "top_p": 1.0,
        "logit_bias": {"50": -100},
        "seed": 10**25,
        "stop": ["a", "b"],
        "tools": [{"type": "function", "function": {"name": "f"}}],
        "model": "grok-4",
    }
    await call(server(provider), CHAT, arguments)
    request = provider.request
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.json == arguments
    assert list(request.json) == list(arguments)
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept-language"] == "en-US"
    assert request.headers["user-agent"] == f"grok-mcp/v{__version__} toolreel"
    assert KEY not in request.path + request.body.decode()
    assert [name for name, value in request.headers.items() if KEY in value] == ["authorization"]


async def test_text_completions_have_their_own_endpoint(provider: ScriptedProvider) -> None:
    arguments = {"model": "m", "prompt": ["a", "b"], "echo": False, "logprobs": 0}
    await call(server(provider), TEXT, arguments)
    assert provider.request.path == "/v1/completions"
    assert provider.request.json == arguments


async def test_search_defaults_are_filled_in_and_given_values_kept(
    provider: ScriptedProvider,
) -> None:
    under_test = server(provider)
    for given in ({}, {"mode": "off", "max_search_results": 3}):
        await call(under_test, CHAT, {**ARGUMENTS, "search_parameters": given})
    await call(under_test, CHAT, ARGUMENTS)
    sent = [request.json.get("search_parameters") for request in provider.requests]
    assert sent == [
        {"mode": "auto", "max_search_results": 20},
        {"mode": "off", "max_search_results": 3},
        None,
    ]


async def test_invalid_arguments_never_reach_the_provider(
    provider: ScriptedProvider, mode: str
) -> None:
    arguments = {"messages": [{"role": "x", "content": 1}], "foo": 1}
    result = await call(server(provider), CHAT, arguments, mode=mode)
    assert result.is_error
    lines = text_of(result).splitlines()
    assert lines[0] == "Invalid arguments for create_chat_completion:"
    assert len(lines) == 5
    assert provider.requests == []


async def test_an_unknown_tool_is_a_protocol_error(provider: ScriptedProvider, mode: str) -> None:
    with pytest.raises(MCPError, match="Unknown tool: create_image") as caught:
        await call(server(provider), "create_image", {}, mode=mode)
    assert caught.value.code == -32602


@pytest.mark.parametrize(
    ("status", "documented"),
    [
        (400, "Bad Request: no"),
        (401, "Authentication Failed: no"),
        (403, "Permission Denied: no"),
        (404, "Not Found: no"),
        (500, "Server Error: no"),
        (502, "Server Error: no"),
        (503, "Server Error: no"),
        (504, "Server Error: no"),
        (302, "Grok API Error: no (redirects are not followed)"),
        (410, "Grok API Error: no"),
        (422, "Grok API Error: no"),
        (529, "Grok API Error: no"),
    ],
)
async def test_each_status_has_its_documented_text_and_advice(
    provider: ScriptedProvider, status: int, documented: str
) -> None:
    provider.answers({"code": "c", "error": "no"}, status, {"retry-after": "7"})
    result = await call(server(provider), TEXT, {"model": "m", "prompt": "p"})
    retryable = status >= 500
    advice = "Retrying may help, after 7 s." if retryable else "Retrying will not help."
    assert result.is_error
    assert text_of(result).splitlines() == [documented, f"HTTP {status}. {advice}"]
    assert result.meta[META] == {"status": status, "retryable": retryable, "retry_after": 7}


async def test_a_model_that_is_not_found_gets_the_documented_check_list(
    provider: ScriptedProvider,
) -> None:
    provider.answers({"code": "c", "error": "No handler found on route."}, 404)
    result = await call(server(provider), CHAT, ARGUMENTS)
    assert text_of(result) == (
        "Model 'grok-4' not found. Please verify:\n"
        "1. The model exists\n"
        "2. You have correct access permissions\n"
        "3. The model name is spelled correctly\n"
        "HTTP 404. Retrying will not help.\n"
        "Provider message: No handler found on route."
    )


@pytest.mark.parametrize(
    ("headers", "reset", "advice"),
    [
        (
            {"retry-after": "7", "date": "Fri, 20 Nov 2026 12:00:00 GMT"},
            "2026-11-20T12:00:07Z",
            ", after 7 s",
        ),
        ({}, "not given by the provider", ""),
    ],
)
async def test_a_rate_limit_says_when_it_resets(
    provider: ScriptedProvider, headers: dict[str, str], reset: str, advice: str
) -> None:
    provider.answers({"code": "c", "error": "Too many"}, 429, headers)
    result = await call(server(provider), CHAT, ARGUMENTS)
    assert text_of(result).splitlines() == [
        "Rate Limit Exceeded: Too many",
        f"Resets at: {reset}",
        f"HTTP 429. Retrying may help{advice}.",
    ]


async def test_an_overload_with_status_200_is_an_error(provider: ScriptedProvider) -> None:
    provider.answers({"code": "The service is currently unavailable", "error": "Timed out"})
    result = await call(server(provider), CHAT, {**ARGUMENTS, "stream": True})
    assert result.is_error
    assert text_of(result) == "Grok API Error: Timed out\nHTTP 200. Retrying may help."


@pytest.mark.parametrize("answer", [{"hello": 1}, {"choices": None}, {"request_id": "x"}])
async def test_an_answer_without_choices_is_an_error(
    provider: ScriptedProvider, answer: dict[str, Any]
) -> None:
    provider.answers(answer)
    result = await call(server(provider), CHAT, ARGUMENTS)
    assert result.is_error
    assert "no choices" in text_of(result)


async def test_a_timeout_says_after_how_long(provider: ScriptedProvider) -> None:
    provider.plays(Stall())
    result = await call(server(provider, GROK_REQUEST_TIMEOUT="0.2"), CHAT, ARGUMENTS)
    assert text_of(result).splitlines() == [
        "Grok API Error: timed out after 0.2 s",
        "No HTTP answer. Retrying may help.",
    ]


async def test_a_stream_comes_as_progress_and_as_one_completion(
    provider: ScriptedProvider, mode: str
) -> None:
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    pieces = ["Hel", "lo ", "🎉"]
    provider.streams(
        *({**head, "choices": [{"index": 0, "delta": {"content": text}}]} for text in pieces),
        {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    )
    progress: list[Any] = []
    result = await call(
        server(provider), CHAT, {**ARGUMENTS, "stream": True}, mode=mode, progress=progress
    )
    assert provider.request.json["stream"] is True
    assert progress == [(1, "Hel"), (2, "lo "), (3, "🎉")]
    completion = json.loads(text_of(result))
    assert completion["object"] == "chat.completion"
    assert completion["choices"][0]["message"]["content"] == "Hello 🎉"


async def test_a_broken_stream_is_a_tool_error_with_what_had_arrived(
    provider: ScriptedProvider,
) -> None:
    delta = {"id": "c", "choices": [{"index": 0, "delta": {"content": "Hel"}}]}
    provider.streams(delta, done=False, end=(b"",))
    result = await call(server(provider), CHAT, {**ARGUMENTS, "stream": True})
    assert result.is_error
    assert text_of(result).startswith("Grok API Error: the stream broke off: ")
    assert "1 delta (3 characters) had arrived. Partial text: Hel\n" in text_of(result)
    assert result.meta[META]["stream"] == {"deltas": 1, "characters": 3, "text": "Hel"}


async def test_a_text_completion_is_streamed_too(provider: ScriptedProvider) -> None:
    head = {"id": "c", "object": "text_completion"}
    provider.streams(*({**head, "choices": [{"index": 0, "text": text}]} for text in "ab"))
    progress: list[Any] = []
    arguments = {"model": "m", "prompt": "p", "stream": True}
    result = await call(server(provider), TEXT, arguments, progress=progress)
    assert progress == [(1, "a"), (2, "b")]
    assert json.loads(text_of(result))["choices"][0]["text"] == "ab"


async def test_the_key_is_in_no_outgoing_text(provider: ScriptedProvider) -> None:
    under_test = server(provider)
    delta = {"id": "c", "choices": [{"index": 0, "delta": {"content": f"<{KEY}>"}}]}
    progress: list[Any] = []
    provider.answers({"code": "c", "error": f"Incorrect API key provided: {KEY}."}, 400)
    provider.answers({**COMPLETION, KEY: KEY})
    provider.streams(delta, done=False)
    texts = []
    for arguments in (ARGUMENTS, ARGUMENTS, {**ARGUMENTS, "stream": True}, {KEY: 1}):
        result = await call(under_test, CHAT, arguments, progress=progress)
        texts.append(result.model_dump_json())
    assert KEY not in "".join(texts) + repr(progress)
    assert all("[redacted]" in text for text in texts)
    assert progress == [(1, "<[redacted]>")]
    with pytest.raises(MCPError) as caught:
        await call(under_test, KEY, {})
    assert caught.value.message == "Unknown tool: [redacted]"


async def test_without_a_key_calls_fail_and_nothing_is_sent(provider: ScriptedProvider) -> None:
    under_test = grok.create_server({"GROK_API_BASE_URL": provider.url})
    result = await call(under_test, CHAT, ARGUMENTS)
    assert result.is_error
    assert text_of(result) == "Authentication Failed: GROK_API_KEY is not set"
    assert provider.requests == []


async def test_surrogates_pass_in_both_directions(provider: ScriptedProvider, mode: str) -> None:
    provider.plays(response(rb'{"choices": [], "x": "\ud83d"}'))
    arguments = {**ARGUMENTS, "messages": [{"role": "user", "content": "\ud800"}]}
    result = await call(server(provider), CHAT, arguments, mode=mode)
    assert provider.request.json == arguments
    assert json.loads(text_of(result))["x"] == "\ud83d"
    text_of(result).encode()


async def test_the_server_outlives_odd_calls(provider: ScriptedProvider, mode: str) -> None:
    under_test = server(provider)
    deep: Any = []
    for _ in range(220):
        deep = [deep]
    provider.plays(response(b'{"choices": [' + b"[" * 950 + b"]" * 950 + b"]}"))
    assert (await call(under_test, CHAT, {**ARGUMENTS, "stop": deep}, mode=mode)).is_error
    odd = await call(under_test, CHAT, ARGUMENTS, mode=mode)
    assert odd.content
    assert not (await call(under_test, CHAT, ARGUMENTS, mode=mode)).is_error


async def test_ten_thousand_messages_and_a_megabyte_go_through(provider: ScriptedProvider) -> None:
    under_test = server(provider)
    many = {**ARGUMENTS, "messages": [USER] * 10_000}
    long = {**ARGUMENTS, "messages": [{"role": "user", "content": "x" * 2**20}]}
    for arguments in (many, long):
        assert not (await call(under_test, CHAT, arguments)).is_error
    assert [request.json for request in provider.requests] == [many, long]


async def test_a_defect_is_answered_without_internals_and_logged_by_class(
    provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("secret prompt")

    monkeypatch.setattr(grok, "render", fail)
    with caplog.at_level(logging.DEBUG, logger="servers"):
        result = await call(server(provider), CHAT, ARGUMENTS)
    assert result.is_error
    assert text_of(result) == "Grok API Error: the server failed unexpectedly"
    assert "ZeroDivisionError" in caplog.text
    assert "secret prompt" not in caplog.text
