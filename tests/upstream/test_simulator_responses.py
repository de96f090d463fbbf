"""The openai SDK reads what the simulator of OpenAI's Responses API answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from simulator_requests import CITY, OPENAI, request_for
from simulator_sdk import Simulated, openai_client, revalidated, unknown_fields

from harness.upstream.simulators import simulate

URL = "https://api.openai.com/v1/responses"
WEATHER: Any = {
    "type": "function",
    "name": "get_weather",
    "parameters": CITY,
    "strict": False,
}
CITY_TEXT: Any = {"format": {"type": "json_schema", "name": "c", "schema": CITY}}
KINDS: dict[str, dict[str, Any]] = {
    "text": {"input": "Hello there"},
    "messages": {
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Hello"}]},
            {"role": "assistant", "content": "Hello"},
            {"role": "user", "content": "And again"},
        ],
        "instructions": "Be brief.",
        "temperature": 0.5,
    },
    "cut": {"input": "Hello there, tell me much", "max_output_tokens": 16},
    "schema": {"input": "A city", "text": CITY_TEXT},
    "reasoning": {"input": "Hello", "model": "gpt-5-mini", "reasoning": {"effort": "low"}},
    "tool": {"input": "Hello", "tools": [WEATHER], "tool_choice": "required"},
    "named": {
        "input": "Hello",
        "tools": [WEATHER],
        "tool_choice": {"type": "function", "name": "get_weather"},
    },
    "result": {
        "input": [
            {"role": "user", "content": "get weather"},
            {"type": "function_call", "call_id": "c", "name": "get_weather", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": "sunny"},
        ],
        "tools": [WEATHER],
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_is_of_the_sdks_type_and_streamed_the_same(kind: str) -> None:
    client = openai_client(OPENAI)
    asked = {"model": "gpt-4o", **KINDS[kind]}
    answer = client.responses.create(**asked)
    revalidated(answer)
    assert unknown_fields(answer) == {"store"}
    assert answer.status == ("incomplete" if kind == "cut" else "completed")
    assert [item.type for item in answer.output] == {
        "reasoning": ["reasoning", "message"],
        "tool": ["function_call"],
        "named": ["function_call"],
    }.get(kind, ["message"])
    events = list(client.responses.create(**asked, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    for event in events:
        revalidated(event)
        assert unknown_fields(event) <= {"obfuscation", "response.store"}
    last: Any = events[-1]
    assert last.type == f"response.{answer.status}"
    assert last.response.output_text == answer.output_text
    assert last.response.usage == answer.usage
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == answer.output_text


def test_the_sdk_s_own_gathering_of_a_stream_is_the_whole_answer() -> None:
    client = openai_client(OPENAI)
    with client.responses.stream(model="gpt-4o", **KINDS["tool"]) as stream:
        final = stream.get_final_response()
    (call,) = final.output
    assert call.type == "function_call"
    assert set(CITY["required"]) <= set(json.loads(call.arguments))  # type: ignore[arg-type]


def test_a_failure_in_the_middle_of_a_stream_is_an_event_with_its_number() -> None:
    client = openai_client(OPENAI, Simulated("stream-error"))
    seen: Any = list(client.responses.create(model="gpt-4o", input="Hello", stream=True))
    assert seen[-1].type == "error"
    assert seen[-1].sequence_number == len(seen) - 1 > 2
    assert "overloaded" in seen[-1].message
    revalidated(seen[-1])


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"input": None}, 400, "Missing required parameter: 'input'."),
        ({"input": []}, 400, "Invalid 'input': empty array"),
        ({"input": [3]}, 400, "Invalid type for 'input[0]'"),
        ({"input": [{"role": "robot", "content": "x"}]}, 400, "Supported values are: 'assistant'"),
        ({"max_output_tokens": 3}, 400, ">= 16"),
        ({"tools": [{"type": "function"}]}, 400, "Missing required parameter: 'tools[0].name'."),
        ({"model": "no-such"}, 404, "does not exist"),
        ({"model": "gpt-5", "temperature": 0.5}, 400, "'temperature' is not supported with this"),
        ({"previous_response_id": "resp_1"}, 400, "Previous response with id 'resp_1' not found."),
        ({"tools": [{"type": "web_search"}]}, 200, "web_search"),
    ],
)
def test_a_wrong_request_is_refused_in_words(
    fields: dict[str, Any], status: int, told: str
) -> None:
    asked = {"model": "gpt-4o", "input": "Hello", **fields}
    body = {key: value for key, value in asked.items() if value is not None}
    answer = simulate(request_for(OPENAI, body, url=URL))
    assert answer.status == status, answer.body
    assert told in answer.body.decode()
