"""The form of good answers, provider by provider."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from simulator_requests import (
    ACEDATA,
    ALL,
    ANTHROPIC,
    CHATS,
    LEGACIES,
    OPENAI,
    OPENAI_FORM,
    OPENAI_LEGACY,
    XAI,
    XAI_LEGACY,
    Endpoint,
    ask,
    body_for,
    choices_of,
    events,
    header,
    json_of,
    request_for,
    text_of,
    tools_for,
)

from harness.upstream.simulators import ENDPOINTS, simulate

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
USAGE = {"include_usage": True}


MORE = ("https://api.openai.com/v1/embeddings", "https://api.openai.com/v1/responses")
"""Endpoints of another form, which have tests of their own."""


def test_there_are_six_endpoints_that_complete() -> None:
    assert sorted(ENDPOINTS) == sorted((*MORE, *(endpoint.url for endpoint in ALL)))


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("endpoint", ALL)
def test_the_same_request_gives_the_same_bytes(endpoint: Endpoint, streamed: bool) -> None:
    first = ask(endpoint, stream=streamed)
    assert first == ask(endpoint, stream=streamed)
    assert first.status == 200
    assert first.ending == "complete"


@pytest.mark.parametrize("endpoint", ALL)
def test_neither_key_order_nor_header_lines_matter(endpoint: Endpoint) -> None:
    body = body_for(endpoint)
    turned = dict(reversed(body.items()))
    again = request_for(endpoint, json.dumps(turned, indent=3).encode(), headers={"x-other": "1"})
    assert simulate(request_for(endpoint, body)) == simulate(again)


@pytest.mark.parametrize("endpoint", ALL)
def test_another_body_gives_another_id(endpoint: Endpoint) -> None:
    first, other = json_of(ask(endpoint)), json_of(ask(endpoint, temperature=0.25))
    assert first["id"] != other["id"]


@pytest.mark.parametrize("endpoint", ALL)
def test_the_assembled_stream_is_the_plain_text(endpoint: Endpoint) -> None:
    plain, streamed = ask(endpoint), ask(endpoint, stream=True)
    assert not plain.is_stream
    assert streamed.is_stream
    assert text_of(endpoint, streamed) == text_of(endpoint, plain) != ""


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_the_assembled_tool_call_is_the_plain_one(endpoint: Endpoint) -> None:
    wanted: dict[str, Any] = {
        "tools": tools_for(endpoint, "get_weather"),
        "tool_choice": "required",
    }
    plain = json_of(ask(endpoint, **wanted))["choices"][0]["message"]["tool_calls"][0]
    deltas = [
        part
        for choice in choices_of(ask(endpoint, stream=True, **wanted))
        for part in choice["delta"].get("tool_calls", [])
    ]
    arguments = "".join(part["function"]["arguments"] for part in deltas)
    assert arguments == plain["function"]["arguments"]
    assert deltas[0]["function"]["name"] == "get_weather"
    assert all("id" not in part for part in deltas[1:])
    assert (len(deltas) == 1) == (endpoint is XAI)


@pytest.mark.parametrize("endpoint", [XAI, XAI_LEGACY])
def test_xai_bodies_are_compact(endpoint: Endpoint) -> None:
    body = ask(endpoint).body
    assert body == json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()


def test_xai_answers_in_its_own_form() -> None:
    body = json_of(ask(XAI))
    assert list(body) == [
        "id",
        "object",
        "created",
        "model",
        "choices",
        "usage",
        "system_fingerprint",
    ]
    assert re.fullmatch(UUID, body["id"])
    assert list(body["choices"][0]) == ["index", "message", "finish_reason"]
    assert list(body["choices"][0]["message"]) == ["role", "content", "refusal"]
    assert body["choices"][0]["message"]["refusal"] is None


@pytest.mark.parametrize(
    ("model", "effort", "shown", "name"),
    [
        ("grok-3", None, None, "grok-3"),
        ("grok-3-mini", None, True, "grok-3-mini"),
        ("grok-3-mini", "high", True, "grok-3-mini-high"),
        ("grok-code-fast-1", None, True, "grok-code-fast-1"),
        ("grok-4.3", "low", True, "grok-4.3"),
        ("grok-4-fast", None, False, "grok-4-fast-reasoning"),
        ("grok-4-fast-non-reasoning", None, None, "grok-4-fast-non-reasoning"),
    ],
)
def test_xai_totals_add_reasoning_tokens(
    model: str, effort: str | None, shown: bool | None, name: str
) -> None:
    body = json_of(ask(XAI, model=model, reasoning_effort=effort))
    usage = body["usage"]
    reasoning = usage["completion_tokens_details"]["reasoning_tokens"]
    assert usage["total_tokens"] == (
        usage["prompt_tokens"] + usage["completion_tokens"] + reasoning
    )
    assert (reasoning > 0) == (shown is not None)
    assert ("reasoning_content" in body["choices"][0]["message"]) == bool(shown)
    assert body["model"] == name


def test_xai_usage_splits_text_and_image_tokens() -> None:
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}},
    ]
    usage = json_of(ask(XAI, parts))["usage"]
    details = usage["prompt_tokens_details"]
    assert details["image_tokens"] > 0
    assert details["text_tokens"] + details["image_tokens"] == usage["prompt_tokens"]
    assert usage["num_sources_used"] == 0
    assert usage["cost_in_usd_ticks"] > 0


def test_an_xai_stream_has_no_finish_reason_until_the_end() -> None:
    answer = ask(XAI, model="grok-3-mini", stream=True, stream_options=USAGE)
    *chunks, usage_chunk, done = events(answer)
    assert done == "[DONE]"
    assert usage_chunk["choices"] == []
    assert usage_chunk["usage"]["total_tokens"] > 0
    assert all("usage" not in chunk for chunk in chunks)
    choices = [chunk["choices"][0] for chunk in chunks]
    assert choices[-1] == {"index": 0, "delta": {}, "finish_reason": "stop"}
    assert all("finish_reason" not in choice for choice in choices[:-1])
    assert choices[0]["delta"]["role"] == "assistant"
    assert "reasoning_content" in choices[0]["delta"]
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert len({chunk["created"] for chunk in chunks}) > 1
    assert header(answer, "content-type") == "text/event-stream"
    assert header(answer, "cache-control") == "no-cache"


def test_an_xai_stream_without_include_usage_has_none() -> None:
    assert b'"usage"' not in ask(XAI, stream=True).body


def test_xai_content_is_an_empty_string_beside_a_tool_call() -> None:
    answer = ask(XAI, tools=tools_for(XAI, "get_weather"), tool_choice="required")
    message = json_of(answer)["choices"][0]["message"]
    assert message["content"] == ""
    assert list(message["tool_calls"][0]) == ["id", "function", "type"]
    assert re.fullmatch(r"call_\d{8}", message["tool_calls"][0]["id"])


def test_a_deferred_xai_request_gets_only_a_request_id() -> None:
    assert list(json_of(ask(XAI, deferred=True))) == ["request_id"]


def test_xai_echoes_the_service_tier() -> None:
    assert json_of(ask(XAI, service_tier="priority"))["service_tier"] == "priority"


def test_xai_headers_have_limits_without_resets() -> None:
    names = [name for name, _ in ask(XAI).headers]
    assert "x-ratelimit-remaining-tokens" in names
    assert "x-metrics-ttft-ms" in names
    assert not [name for name in names if "reset" in name]


def test_openai_bodies_are_indented_and_end_with_a_newline() -> None:
    for endpoint in (OPENAI, OPENAI_LEGACY):
        body = ask(endpoint).body
        assert body == json.dumps(json.loads(body), ensure_ascii=False, indent=2).encode() + b"\n"


def test_openai_answers_in_its_own_form() -> None:
    body = json_of(ask(OPENAI))
    assert list(body) == [
        "id",
        "object",
        "created",
        "model",
        "choices",
        "usage",
        "service_tier",
        "system_fingerprint",
    ]
    assert body["id"].startswith("chatcmpl-Simulated")
    assert body["model"] == "gpt-4o-2024-08-06"
    choice = body["choices"][0]
    assert list(choice) == ["index", "message", "logprobs", "finish_reason"]
    assert list(choice["message"]) == ["role", "content", "refusal", "annotations"]
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_openai_counts_reasoning_as_completion() -> None:
    usage = json_of(ask(OPENAI, model="o3-mini"))["usage"]
    assert 0 < usage["completion_tokens_details"]["reasoning_tokens"] < usage["completion_tokens"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_openai_content_is_null_beside_a_tool_call() -> None:
    answer = ask(OPENAI, tools=tools_for(OPENAI, "get_weather"), tool_choice="required")
    choice = json_of(answer)["choices"][0]
    assert choice["message"]["content"] is None
    assert list(choice["message"]["tool_calls"][0]) == ["id", "type", "function"]
    assert choice["finish_reason"] == "tool_calls"


def test_an_openai_stream_has_null_keys_on_every_chunk() -> None:
    answer = ask(OPENAI, stream=True, stream_options=USAGE)
    *chunks, usage_chunk, done = events(answer)
    assert done == "[DONE]"
    assert usage_chunk["choices"] == []
    assert usage_chunk["usage"]["total_tokens"] > 0
    assert all(chunk["usage"] is None for chunk in chunks)
    choices = [chunk["choices"][0] for chunk in chunks]
    assert choices[0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert all(item["finish_reason"] is None and item["logprobs"] is None for item in choices[:-1])
    assert choices[-1]["delta"] == {}
    assert choices[-1]["finish_reason"] == "stop"
    assert len({(chunk["id"], chunk["created"]) for chunk in chunks}) == 1
    assert header(answer, "content-type") == "text/event-stream; charset=utf-8"


def test_an_openai_stream_has_usage_and_padding_only_as_asked() -> None:
    assert b'"usage"' not in ask(OPENAI, stream=True).body
    assert b'"obfuscation"' in ask(OPENAI, stream=True).body
    bare = ask(OPENAI, stream=True, stream_options={"include_obfuscation": False})
    assert b'"obfuscation"' not in bare.body


def test_a_streamed_openai_tool_call_opens_with_the_role() -> None:
    answer = ask(
        OPENAI, stream=True, tools=tools_for(OPENAI, "get_weather"), tool_choice="required"
    )
    first = choices_of(answer)[0]["delta"]
    assert list(first) == ["role", "content", "tool_calls", "refusal"]
    assert first["content"] is None
    assert first["tool_calls"][0]["function"]["arguments"] == ""


def test_openai_resets_are_go_durations() -> None:
    assert header(ask(OPENAI), "x-ratelimit-reset-requests") == "2ms"


def test_openai_legacy_answers_in_its_own_form() -> None:
    answer = ask(OPENAI_LEGACY)
    body = json_of(answer)
    assert list(body) == ["id", "object", "created", "model", "choices", "usage"]
    assert body["id"].startswith("cmpl-")
    assert body["object"] == "text_completion"
    assert list(body["choices"][0]) == ["text", "index", "logprobs", "finish_reason"]
    assert header(answer, "openai-model") == "gpt-3.5-turbo-instruct"


def test_xai_legacy_has_no_logprobs_key() -> None:
    body = json_of(ask(XAI_LEGACY, logprobs=3))
    assert list(body["choices"][0]) == ["index", "text", "finish_reason"]
    assert body["object"] == "text_completion"
    assert body["usage"]["total_tokens"] == (
        body["usage"]["prompt_tokens"] + body["usage"]["completion_tokens"]
    )


@pytest.mark.parametrize("endpoint", LEGACIES)
def test_a_legacy_stream_ends_with_the_finish_reason_and_usage(endpoint: Endpoint) -> None:
    answer = ask(endpoint, stream=True, stream_options=USAGE)
    *chunks, usage_chunk, done = events(answer)
    assert done == "[DONE]"
    assert usage_chunk["usage"] == json_of(ask(endpoint))["usage"]
    assert chunks[-1]["choices"][0]["finish_reason"] in ("stop", "length")
    assert {chunk["object"] for chunk in chunks} == {"text_completion"}


def test_anthropic_answers_in_its_own_form() -> None:
    answer = ask(ANTHROPIC)
    body = json_of(answer)
    assert list(body)[:4] == ["model", "id", "type", "role"]
    assert body["id"].startswith("msg_01")
    assert body["stop_reason"] == "end_turn"
    assert [block["type"] for block in body["content"]] == ["text"]
    assert body["usage"]["input_tokens"] > 0
    assert header(answer, "request-id") is not None
    assert header(answer, "anthropic-ratelimit-tokens-reset") is not None
    assert b'": ' not in answer.body


def test_a_few_good_anthropic_answers_carry_a_retry_after() -> None:
    answers = [ask(ANTHROPIC, f"question {number}") for number in range(64)]
    assert {answer.status for answer in answers} == {200}
    waits = [header(answer, "retry-after") for answer in answers]
    assert 0 < len([wait for wait in waits if wait is not None]) < 16
    names = {name for name, _ in answers[0].headers}
    assert {"via", "traceresponse", "anthropic-workspace-id", "anthropic-organization-id"} <= names


def test_an_anthropic_stream_names_its_events_in_order() -> None:
    answer = ask(ANTHROPIC, stream=True)
    found = events(answer)
    names = [chunk.split(b"\n", 1)[0] for chunk in answer.chunks]
    assert names == [b"event: " + item["type"].encode() for item in found]
    order = [item["type"] for item in found if item["type"] != "content_block_delta"]
    assert order == [
        "message_start",
        "content_block_start",
        "ping",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    assert found[0]["message"]["content"] == []
    assert found[0]["message"]["stop_reason"] is None
    assert re.search(rb" +}\n\n", answer.body)
    plain = json_of(ask(ANTHROPIC))
    assert found[-2]["usage"]["output_tokens"] == plain["usage"]["output_tokens"]
    assert found[-2]["delta"]["stop_reason"] == plain["stop_reason"]


def test_anthropic_thinks_before_it_answers_when_asked_to() -> None:
    thinking = {"type": "enabled", "budget_tokens": 1024}
    fields: dict[str, Any] = {"thinking": thinking, "max_tokens": 2000}
    body = json_of(ask(ANTHROPIC, **fields))
    assert [block["type"] for block in body["content"]] == ["thinking", "text"]
    deltas = [
        item["delta"]
        for item in events(ask(ANTHROPIC, stream=True, **fields))
        if item["type"] == "content_block_delta"
    ]
    thoughts = "".join(item.get("thinking", "") for item in deltas)
    assert thoughts == body["content"][0]["thinking"]
    assert any(item["type"] == "signature_delta" for item in deltas)


@pytest.mark.parametrize(("kind", "expected"), [("adaptive", 2), ("disabled", 1)])
def test_anthropic_thinking_needs_no_budget_unless_enabled(kind: str, expected: int) -> None:
    assert len(json_of(ask(ANTHROPIC, thinking={"type": kind}))["content"]) == expected


def test_an_anthropic_tool_call_is_streamed_in_fragments_after_an_empty_one() -> None:
    fields: dict[str, Any] = {
        "tools": tools_for(ANTHROPIC, "get_weather"),
        "tool_choice": {"type": "any"},
    }
    block = json_of(ask(ANTHROPIC, **fields))["content"][0]
    found = events(ask(ANTHROPIC, stream=True, **fields))
    fragments = [
        item["delta"]["partial_json"]
        for item in found
        if item.get("delta", {}).get("type") == "input_json_delta"
    ]
    assert fragments[0] == ""
    assert json.loads("".join(fragments)) == block["input"]
    assert block["id"].startswith("toolu_01")
    assert found[-2]["delta"]["stop_reason"] == "tool_use"


def test_acedata_answers_with_its_extra_usage_keys() -> None:
    body = json_of(ask(ACEDATA))
    assert re.fullmatch(f"foaicmpl-{UUID}", body["id"])
    usage = body["usage"]
    assert (usage["input_tokens"], usage["output_tokens"]) == (0, 0)
    assert usage["input_tokens_details"] is None
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


def test_an_acedata_stream_closes_with_zero_usage_and_then_the_real_one() -> None:
    answer = ask(ACEDATA, stream=True)
    *chunks, closing, usage_chunk, done = events(answer)
    assert done == "[DONE]"
    assert b'data: {"id": "foaicmpl-' in answer.chunks[0]
    assert all(chunk["usage"] is None for chunk in chunks)
    assert closing["choices"][0]["finish_reason"] == "stop"
    assert closing["usage"]["total_tokens"] == 0
    assert usage_chunk["choices"] == []
    assert usage_chunk["usage"] == json_of(ask(ACEDATA))["usage"]
    slices = [chunk["choices"][0]["delta"]["content"] for chunk in chunks[1:]]
    assert {len(part) for part in slices[:-1]} == {4}


@pytest.mark.parametrize("endpoint", CHATS)
def test_identifiers_show_that_they_are_made_up(endpoint: Endpoint) -> None:
    answer = ask(endpoint)
    assert re.search(r"Simulated|00000000-0000-4000-8000-", json_of(answer)["id"])
    cookie = header(answer, "set-cookie")
    assert cookie is None or "simulated" in cookie
