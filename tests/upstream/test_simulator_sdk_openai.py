"""The openai SDK reads what the simulators of OpenAI's form answer."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from simulator_requests import (
    ACEDATA,
    CITY,
    OPENAI,
    OPENAI_FORM,
    OPENAI_LEGACY,
    XAI,
    XAI_LEGACY,
    Endpoint,
    tools_for,
)
from simulator_sdk import Simulated, openai_client, revalidated, unknown_fields

HELLO: Any = [{"role": "user", "content": "Hello there"}]
USAGE: Any = {"include_usage": True}

EXTRA = {
    XAI: {
        "choices.message.reasoning_content",
        "choices.delta.reasoning_content",
        "usage.num_sources_used",
        "usage.cost_in_usd_ticks",
    },
    XAI_LEGACY: {"usage.num_sources_used", "usage.cost_in_usd_ticks"},
    OPENAI: {"obfuscation"},
    OPENAI_LEGACY: set(),
    ACEDATA: {"usage.input_tokens", "usage.output_tokens", "usage.input_tokens_details"},
}
"""Fields that the provider has and the SDK's types do not."""

KINDS: dict[str, dict[str, Any]] = {
    "text": {},
    "many": {"n": 2, "logprobs": True, "top_logprobs": 2},
    "json": {"response_format": {"type": "json_object"}},
    "schema": {
        "response_format": {"type": "json_schema", "json_schema": {"name": "c", "schema": CITY}}
    },
    "cut": {"max_tokens": 3},
    "tools": {"tools": tools_for(OPENAI, "get_weather"), "tool_choice": "required"},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_a_chat_answer_is_of_the_sdks_type(endpoint: Endpoint, kind: str) -> None:
    client = openai_client(endpoint)
    answer = client.chat.completions.create(model=endpoint.model, messages=HELLO, **KINDS[kind])
    revalidated(answer)
    assert unknown_fields(answer) <= EXTRA[endpoint]
    assert len(answer.choices) == KINDS[kind].get("n", 1)
    if kind in ("json", "schema"):
        json.loads(answer.choices[0].message.content or "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_a_streamed_chat_says_what_the_plain_one_says(endpoint: Endpoint, kind: str) -> None:
    client = openai_client(endpoint)
    asked: dict[str, Any] = {"model": endpoint.model, "messages": HELLO, **KINDS[kind]}
    plain = client.chat.completions.create(**asked)
    chunks = list(client.chat.completions.create(**asked, stream=True, stream_options=USAGE))
    for chunk in chunks:
        revalidated(chunk)
        assert unknown_fields(chunk) <= EXTRA[endpoint]
    assert chunks[-1].usage == plain.usage
    for choice in plain.choices:
        parts = [part for chunk in chunks for part in chunk.choices if part.index == choice.index]
        said = "".join(part.delta.content or "" for part in parts)
        assert said == (choice.message.content or "")
        finishes = [part.finish_reason for part in parts if part.finish_reason]
        assert finishes == [choice.finish_reason]
        tokens = [item for part in parts if part.logprobs for item in part.logprobs.content or ()]
        assert tokens == (choice.logprobs.content if choice.logprobs else [])


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_the_sdks_own_assembly_finds_the_tool_call(endpoint: Endpoint) -> None:
    client = openai_client(endpoint)
    asked: dict[str, Any] = {"model": endpoint.model, "messages": HELLO, **KINDS["tools"]}
    with client.chat.completions.stream(**asked, stream_options=USAGE) as stream:
        final = stream.get_final_completion()
    streamed = final.choices[0].message.tool_calls or []
    plain = client.chat.completions.create(**asked).choices[0].message.tool_calls or []
    assert [json.loads(call.function.arguments) for call in streamed] == [
        json.loads(call.function.arguments) for call in plain if call.type == "function"
    ]
    assert streamed[0].function.name == "get_weather"


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("endpoint", [XAI_LEGACY, OPENAI_LEGACY])
def test_a_legacy_answer_is_of_the_sdks_type(endpoint: Endpoint, streamed: bool) -> None:
    client = openai_client(endpoint)
    asked: dict[str, Any] = {"model": endpoint.model, "prompt": "Once", "n": 2, "echo": True}
    plain = client.completions.create(**asked)
    revalidated(plain)
    assert unknown_fields(plain) <= EXTRA[endpoint]
    if streamed:
        chunks = list(client.completions.create(**asked, stream=True))
        parts = [part for chunk in chunks for part in chunk.choices if part.index == 1]
        assert "".join(part.text for part in parts) == plain.choices[1].text


def test_deprecated_functions_are_called_in_their_own_form() -> None:
    client = openai_client(OPENAI)
    functions: Any = [{"name": "get_weather", "parameters": CITY}]
    asked: dict[str, Any] = {
        "model": "gpt-4o",
        "messages": HELLO,
        "functions": functions,
        "function_call": {"name": "get_weather"},
    }
    choice = client.chat.completions.create(**asked).choices[0]
    assert choice.finish_reason == "function_call"
    assert choice.message.content is None
    assert choice.message.function_call is not None
    assert set(json.loads(choice.message.function_call.arguments)) == {"city", "days"}
    parts = [
        part.delta.function_call
        for chunk in client.chat.completions.create(**asked, stream=True)
        for part in chunk.choices
        if part.delta.function_call
    ]
    assert "".join(part.arguments or "" for part in parts) == (
        choice.message.function_call.arguments
    )
    assert [part.name for part in parts if part.name] == ["get_weather"]


def test_a_custom_tool_gets_a_text() -> None:
    tools: Any = [{"type": "custom", "custom": {"name": "shell"}}]
    choice: Any = {"type": "custom", "custom": {"name": "shell"}}
    answer = openai_client(OPENAI).chat.completions.create(
        model="gpt-4o", messages=HELLO, tools=tools, tool_choice=choice
    )
    revalidated(answer)
    [call] = answer.choices[0].message.tool_calls or []
    assert call.type == "custom"
    assert (call.custom.name, call.custom.input) == ("shell", "Hello there")


@pytest.mark.parametrize("mode", ["auto", "required"])
def test_only_allowed_tools_are_called(mode: str) -> None:
    allowed = {"mode": mode, "tools": [{"type": "function", "function": {"name": "get_time"}}]}
    choice: Any = {"type": "allowed_tools", "allowed_tools": allowed}
    tools: Any = tools_for(OPENAI, "get_weather", "get_time")
    messages: Any = [{"role": "user", "content": "get_weather and get_time"}]
    answer = openai_client(OPENAI).chat.completions.create(
        model="gpt-4o", messages=messages, tools=tools, tool_choice=choice
    )
    [call] = answer.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert call.function.name == "get_time"


ERRORS: list[tuple[Endpoint, str, dict[str, Any], type[openai.APIStatusError], Any]] = [
    (OPENAI, "sk-bad", {}, openai.AuthenticationError, "invalid_api_key"),
    (OPENAI, "sk-ok", {"model": "gpt-0-nope"}, openai.NotFoundError, "model_not_found"),
    (OPENAI, "sk-ok", {"temperature": 3}, openai.BadRequestError, "decimal_above_max_value"),
    (OPENAI, "sk-insufficient-quota", {}, openai.RateLimitError, "insufficient_quota"),
    (OPENAI, "sk-unsupported-country", {}, openai.PermissionDeniedError, None),
    (OPENAI, "sk-server-error", {}, openai.InternalServerError, None),
    (OPENAI, "sk-server-is-overloaded", {}, openai.InternalServerError, "server_is_overloaded"),
    (XAI, "xai-bad", {}, openai.BadRequestError, None),
    (XAI, "xai-no-credits", {}, openai.PermissionDeniedError, None),
    (XAI, "xai-ok", {"model": "nope"}, openai.NotFoundError, None),
    (XAI, "xai-ok", {"stop": "x"}, openai.UnprocessableEntityError, None),
    (XAI, "xai-too-many-tokens", {}, openai.RateLimitError, None),
    (ACEDATA, "token-expired", {}, openai.AuthenticationError, "token_expired"),
    (ACEDATA, "api-error", {}, openai.InternalServerError, "api_error"),
]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("endpoint", "key", "fields", "kind", "code"), ERRORS)
def test_a_failure_is_the_sdks_own_exception(
    endpoint: Endpoint,
    key: str,
    fields: dict[str, Any],
    kind: type[openai.APIStatusError],
    code: str | None,
    streamed: bool,
) -> None:
    asked = {"model": endpoint.model, "messages": HELLO, "stream": streamed, **fields}
    with pytest.raises(kind) as caught:
        openai_client(endpoint, key=key).chat.completions.create(**asked)
    assert type(caught.value) is kind
    if code is not None:
        assert caught.value.code == code
    if endpoint is OPENAI:
        assert caught.value.request_id
        assert caught.value.message
    if code == "decimal_above_max_value":
        assert caught.value.param == "temperature"


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_the_sdk_tries_again_after_the_time_it_is_told(endpoint: Endpoint) -> None:
    transport = Simulated("429; retry-after-ms=1", times=2)
    client = openai_client(endpoint, transport, retries=2)
    answer = client.chat.completions.create(model=endpoint.model, messages=HELLO)
    assert answer.choices
    assert len(transport.requests) == 3


def test_an_error_in_the_middle_of_a_stream_is_raised() -> None:
    client = openai_client(OPENAI, Simulated("stream-error"))
    stream = client.chat.completions.create(model="gpt-4o", messages=HELLO, stream=True)
    with pytest.raises(openai.APIError, match="overloaded"):
        list(stream)
