"""No request brings a simulator down."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulator_requests import ALL, ANTHROPIC, CHATS, Endpoint, body_for, request_for

from harness.upstream.faults import KINDS, Fault
from harness.upstream.simulators import Answer, simulate
from harness.upstream.simulators.limits import (
    ACEDATA_CHAT,
    ANTHROPIC_MESSAGES,
    OPENAI_CHAT,
    OPENAI_LEGACY,
    XAI_CHAT,
    XAI_LEGACY,
)

FIELDS = sorted(
    {
        limit.field
        for table in (
            ACEDATA_CHAT,
            ANTHROPIC_MESSAGES,
            OPENAI_CHAT,
            OPENAI_LEGACY,
            XAI_CHAT,
            XAI_LEGACY,
        )
        for limit in table
    }
)

texts = st.text(max_size=10) | st.sampled_from(["text", "auto", "json_schema", "tool_result"])
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
names = st.sampled_from(
    [
        "type",
        "allowed_tools",
        "mode",
        "tools",
        "custom",
        "source",
        "cache_control",
        "input_audio",
        "function",
        "name",
        "parameters",
        "schema",
        "json_schema",
        "text",
        "url",
        "image_url",
        "input_schema",
        "content",
        "role",
        "tool_calls",
        "include_usage",
        "budget_tokens",
        "format",
        "required",
        "properties",
        "items",
        "enum",
    ]
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


def parses(answer: Answer) -> bool:
    """Whether a body that says it is JSON is JSON."""
    json_says = dict(answer.headers).get("content-type", "").startswith("application/json")
    if json_says and answer.body and answer.ending == "complete":
        json.loads(answer.body)
    return True


@pytest.mark.parametrize("endpoint", ALL)
@given(fields=st.dictionaries(st.sampled_from(FIELDS), values, max_size=4))
def test_any_fields_are_answered(endpoint: Endpoint, fields: dict[str, Any]) -> None:
    body = {**body_for(endpoint), **fields}
    if isinstance(body.get("n"), int) and body["n"] > 3:
        body["n"] = 3
    answer = simulate(request_for(endpoint, body))
    assert answer.status in (200, 400, 404, 410, 415, 422, 429)
    assert parses(answer)


part_values = st.fixed_dictionaries(
    {}, optional={"type": texts, "text": values, "image_url": values, "content": values}
)
message_values = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["system", "user", "assistant", "tool"]) | scalars,
        "content": texts | st.lists(part_values, max_size=3) | values,
        "tool_calls": values,
    },
)


@pytest.mark.parametrize("endpoint", CHATS)
@given(messages=st.lists(message_values, max_size=3), streamed=st.booleans())
def test_any_messages_are_answered(endpoint: Endpoint, messages: list[Any], streamed: bool) -> None:
    body = body_for(endpoint, messages=messages, stream=streamed)
    assert parses(simulate(request_for(endpoint, body)))


@pytest.mark.parametrize("endpoint", CHATS)
@given(schema=values, streamed=st.booleans())
def test_any_schema_of_a_tool_is_answered(endpoint: Endpoint, schema: Any, streamed: bool) -> None:
    if endpoint is ANTHROPIC:
        fields: dict[str, Any] = {
            "tools": [{"name": "f", "input_schema": schema}],
            "tool_choice": {"type": "any"},
        }
    else:
        function = {"name": "f", "parameters": schema}
        fields = {
            "tools": [{"type": "function", "function": function}],
            "tool_choice": "required",
        }
    assert parses(simulate(request_for(endpoint, body_for(endpoint, **fields, stream=streamed))))


@pytest.mark.parametrize("endpoint", ALL)
@given(body=st.binary(max_size=50), kind=st.none() | st.sampled_from(sorted(KINDS)))
def test_any_bytes_are_answered_whatever_the_fault(
    endpoint: Endpoint, body: bytes, kind: Any
) -> None:
    fault = None if kind in (None, "refused") else Fault(kind=kind)
    assert parses(simulate(request_for(endpoint, body), fault))


MORE_FIELDS = (
    *("input", "instructions", "max_output_tokens", "text", "reasoning", "tools", "tool_choice"),
    *("previous_response_id", "stream", "stream_options", "dimensions", "encoding_format"),
)


@pytest.mark.parametrize("path", ["responses", "embeddings"])
@given(fields=st.dictionaries(st.sampled_from(MORE_FIELDS), values, max_size=4))
def test_no_body_of_the_other_endpoints_brings_them_down(path: str, fields: dict[str, Any]) -> None:
    model = "gpt-4o" if path == "responses" else "text-embedding-ada-002"
    body = {"model": model, "input": "Hello", **fields}
    answer = simulate(request_for(ALL[1], body, url=f"https://api.openai.com/v1/{path}"))
    assert answer.status in (200, 400, 429)
    assert parses(answer)
