"""The anthropic SDK reads what the simulator of Messages answers."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import pytest
from simulator_requests import CITY
from simulator_sdk import Simulated, anthropic_client, revalidated, unknown_fields

MODEL = "claude-sonnet-5"
HELLO: Any = [{"role": "user", "content": "Hello there"}]
TOOLS: Any = [{"name": "get_weather", "input_schema": CITY}]

KINDS: dict[str, dict[str, Any]] = {
    "text": {},
    "cut": {"max_tokens": 3},
    "stopped": {"stop_sequences": ["there"]},
    "thinking": {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2000},
    "tools": {"tools": TOOLS, "tool_choice": {"type": "any"}},
    "schema": {"output_config": {"format": {"type": "json_schema", "schema": CITY}}},
    "cached": {
        "system": [{"type": "text", "text": "word " * 1100, "cache_control": {"type": "ephemeral"}}]
    },
}


def asked_for(kind: str) -> dict[str, Any]:
    return {"model": MODEL, "max_tokens": 500, "messages": HELLO, **KINDS[kind]}


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_of_the_sdks_type(kind: str) -> None:
    message = anthropic_client().messages.create(**asked_for(kind))
    revalidated(message)
    assert unknown_fields(message) == set()
    if kind == "schema":
        [block] = message.content
        assert block.type == "text"
        assert set(json.loads(block.text)) == {"city", "days"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_sdk_assembles_a_stream_into_the_same_message(kind: str) -> None:
    plain = anthropic_client().messages.create(**asked_for(kind))
    with anthropic_client().messages.stream(**asked_for(kind)) as stream:
        final = stream.get_final_message()
    assert final.stop_reason == plain.stop_reason
    assert final.usage == plain.usage
    assert final.model_dump(exclude={"id", "content"}) == plain.model_dump(
        exclude={"id", "content"}
    )
    said = [block.model_dump(exclude={"id", "signature"}) for block in plain.content]
    streamed = [
        {key: value for key, value in block.model_dump().items() if key in said[index]}
        for index, block in enumerate(final.content)
    ]
    assert streamed == said


@pytest.mark.parametrize("kind", KINDS)
def test_each_event_is_of_the_sdks_type(kind: str) -> None:
    events = list(anthropic_client().messages.create(**asked_for(kind), stream=True))
    for event in events:
        revalidated(event)
        assert unknown_fields(event) == set()
    assert (events[0].type, events[-1].type) == ("message_start", "message_stop")


ERRORS: list[tuple[str, dict[str, Any], type[anthropic.APIStatusError], str]] = [
    ("sk-bad", {}, anthropic.AuthenticationError, "authentication_error"),
    ("sk-dead-key", {}, anthropic.AuthenticationError, "authentication_error"),
    ("sk-ok", {"model": "claude-nope"}, anthropic.NotFoundError, "not_found_error"),
    (
        "sk-ok",
        {"extra_body": {"temperature": 2}},
        anthropic.BadRequestError,
        "invalid_request_error",
    ),
    ("sk-billing-error", {}, anthropic.PaymentRequiredError, "billing_error"),
    ("sk-permission-error", {}, anthropic.PermissionDeniedError, "permission_error"),
    ("sk-request-too-large", {}, anthropic.ContentTooLargeError, "request_too_large"),
    ("sk-too-many-requests", {}, anthropic.RateLimitError, "rate_limit_error"),
    ("sk-api-error", {}, anthropic.InternalServerError, "api_error"),
    ("sk-timeout-error", {}, anthropic.GatewayTimeoutError, "timeout_error"),
    ("sk-overloaded-error", {}, anthropic.OverloadedError, "overloaded_error"),
]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("key", "fields", "kind", "name"), ERRORS)
def test_a_failure_is_the_sdks_own_exception(
    key: str,
    fields: dict[str, Any],
    kind: type[anthropic.APIStatusError],
    name: str,
    streamed: bool,
) -> None:
    asked = {**asked_for("text"), "stream": streamed, **fields}
    with pytest.raises(kind) as caught:
        anthropic_client(key=key).messages.create(**asked)
    assert type(caught.value) is kind
    body: Any = caught.value.body
    assert body["error"]["type"] == name
    assert (caught.value.request_id is None) == (name == "request_too_large")


@pytest.mark.parametrize(
    ("key", "tries"), [("sk-too-many-tokens", 1), ("sk-bad", 1), ("sk-credit-balance", 1)]
)
def test_the_sdk_does_not_try_again_when_told_not_to(key: str, tries: int) -> None:
    transport = Simulated()
    with pytest.raises(anthropic.APIStatusError):
        anthropic_client(transport, key=key, retries=2).messages.create(**asked_for("text"))
    assert len(transport.requests) == tries


def test_the_sdk_tries_again_after_an_overload() -> None:
    transport = Simulated("529; retry-after-ms=1", times=2)
    answer = anthropic_client(transport, retries=2).messages.create(**asked_for("text"))
    assert answer.content
    assert len(transport.requests) == 3


def test_an_error_event_in_the_middle_of_a_stream_is_raised() -> None:
    client = anthropic_client(Simulated("stream-error"))
    with pytest.raises(anthropic.APIStatusError) as caught:
        list(client.messages.create(**asked_for("text"), stream=True))
    body: Any = caught.value.body
    assert body["error"] == {"type": "overloaded_error", "message": "Overloaded"}
