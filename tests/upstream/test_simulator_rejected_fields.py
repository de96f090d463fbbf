"""Fields of a wrong type, out of range, or at odds with each other are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from simulator_requests import (
    ACEDATA,
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
    json_of,
    post,
    problem,
    tools_for,
)


@pytest.mark.parametrize("endpoint", CHATS)
@pytest.mark.parametrize("field", ["model", "messages"])
def test_a_missing_field_is_named(endpoint: Endpoint, field: str) -> None:
    answer = ask(endpoint, **{field: None})
    assert answer.status == (422 if endpoint is XAI else 400)
    assert field in problem(endpoint, answer)


WRONG_TYPES = [
    ("temperature", "hot"),
    ("temperature", True),
    ("top_p", "0.5"),
    ("stream", "yes"),
    ("max_tokens", 1.5),
    ("max_tokens", "10"),
    ("messages", "hi"),
    ("messages", ["hi"]),
    ("messages", [{"role": 5, "content": "hi"}]),
    ("messages", [{"role": "user", "content": 5}]),
    ("messages", [{"role": "user", "content": [5]}]),
    ("messages", [{"role": "user", "content": [{"type": "text", "text": 5}]}]),
    ("messages", [{"role": "user"}]),
    ("messages", [{"content": "hi"}]),
    ("tools", "none"),
    ("tools", [5]),
    ("tool_choice", 5),
]


@pytest.mark.parametrize("endpoint", CHATS)
@pytest.mark.parametrize(("field", "value"), WRONG_TYPES)
def test_a_value_of_the_wrong_type_is_refused(endpoint: Endpoint, field: str, value: Any) -> None:
    answer = ask(endpoint, **{field: value})
    assert answer.status == (422 if endpoint is XAI else 400)
    assert field in problem(endpoint, answer)


OUT_OF_RANGE = [
    (XAI, "temperature", 2.1),
    (XAI, "temperature", -0.1),
    (XAI, "top_p", 0),
    (XAI, "top_p", 1.1),
    (XAI, "n", 0),
    (XAI, "max_tokens", 0),
    (XAI, "frequency_penalty", 2.5),
    (XAI, "top_logprobs", 9),
    (XAI, "stop", ["a", "b", "c", "d", "e"]),
    (XAI, "messages", []),
    (XAI_LEGACY, "temperature", 3),
    (OPENAI, "temperature", 2.1),
    (OPENAI, "top_p", -0.5),
    (OPENAI, "n", 129),
    (OPENAI, "max_tokens", 0),
    (OPENAI, "presence_penalty", -3),
    (OPENAI, "top_logprobs", 21),
    (OPENAI, "stop", ["a", "b", "c", "d", "e"]),
    (OPENAI, "stop", []),
    (OPENAI, "messages", []),
    (OPENAI, "service_tier", "gold"),
    (OPENAI, "safety_identifier", "x" * 65),
    (OPENAI_LEGACY, "logprobs", 6),
    (OPENAI_LEGACY, "best_of", 21),
    (ACEDATA, "temperature", 2.1),
    (ACEDATA, "n", 129),
    (ACEDATA, "reasoning_effort", "xhigh"),
    (ANTHROPIC, "temperature", 1.1),
    (ANTHROPIC, "top_p", 2),
    (ANTHROPIC, "top_k", -1),
    (ANTHROPIC, "max_tokens", -1),
    (ANTHROPIC, "messages", []),
    (ANTHROPIC, "service_tier", "gold"),
]


@pytest.mark.parametrize(("endpoint", "field", "value"), OUT_OF_RANGE)
def test_a_value_out_of_range_is_refused(endpoint: Endpoint, field: str, value: Any) -> None:
    answer = ask(endpoint, **{field: value})
    assert answer.status == 400
    assert problem(endpoint, answer)
    assert field in answer.body.decode()


@pytest.mark.parametrize(
    ("endpoint", "field", "value"),
    [
        (XAI, "top_p", 1),
        (XAI, "temperature", 2),
        (XAI, "top_logprobs", 8),
        (OPENAI, "top_p", 0),
        (OPENAI, "top_logprobs", 20),
        (OPENAI, "n", 128),
        (OPENAI, "temperature", 0),
        (OPENAI_LEGACY, "max_tokens", 0),
        (ANTHROPIC, "temperature", 1),
        (ANTHROPIC, "max_tokens", 0),
        (ACEDATA, "stop", ["a", "b", "c", "d"]),
    ],
)
def test_a_value_on_the_bound_is_accepted(endpoint: Endpoint, field: str, value: Any) -> None:
    assert ask(endpoint, **{field: value}).status == 200


def test_openai_errors_name_parameter_and_code() -> None:
    error = json_of(ask(OPENAI, temperature=3))["error"]
    assert error["code"] == "decimal_above_max_value"
    assert error["param"] == "temperature"
    error = json_of(ask(OPENAI, messages=[{"role": "robot", "content": ""}]))["error"]
    assert error["code"] == "invalid_value"
    assert error["param"] == "messages[0].role"
    error = json_of(ask(OPENAI, [{"type": "image"}]))["error"]
    assert error["param"] == "messages[0].content[0].type"


@pytest.mark.parametrize("endpoint", [OPENAI, ACEDATA])
@pytest.mark.parametrize("field", ["temperature", "top_p", "stop", "max_tokens", "tools"])
def test_null_stands_for_an_absent_field(endpoint: Endpoint, field: str) -> None:
    body = {**body_for(endpoint), field: None}
    assert post(endpoint, body).status == 200


def test_xai_does_not_know_the_part_type_image() -> None:
    image = {"type": "image", "image_url": {"url": "https://example.com/a.png"}}
    body = json.dumps(body_for(XAI, [image])).encode()
    answer = post(XAI, body)
    assert answer.status == 422
    assert problem(XAI, answer) == (
        "Failed to deserialize the JSON body into the target type: messages[0]: data did not "
        f"match any variant of untagged enum Content at line 1 column {len(body)}"
    )


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_image_parts_need_a_url(endpoint: Endpoint) -> None:
    part = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    assert ask(endpoint, [part]).status == 200
    for image in ({}, "https://example.com/a.png", {"url": 5}, None):
        assert ask(endpoint, [{"type": "image_url", "image_url": image}]).status in (400, 422)


def test_xai_takes_no_single_stop_string() -> None:
    assert ask(XAI, stop="END").status == 422


def test_xai_requires_parameters_of_a_tool_and_others_do_not() -> None:
    tools = [{"type": "function", "function": {"name": "now"}}]
    assert ask(XAI, tools=tools).status == 422
    assert ask(OPENAI, tools=tools, tool_choice="required").status == 200
    assert ask(ACEDATA, tools=tools, tool_choice="required").status == 200


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
@pytest.mark.parametrize(
    "fields",
    [
        {"tool_choice": "sometimes"},
        {"tool_choice": {"type": "function", "function": {"name": "absent"}}},
        {"tool_choice": {"type": "function"}},
        {"tools": [{"type": "hammer"}]},
        {"tools": [{"type": "function"}]},
        {"tools": [{"type": "function", "function": {"parameters": {}}}]},
        {"tools": [{"type": "function", "function": {"name": "x", "parameters": {"required": 5}}}]},
        {"response_format": {"type": "xml"}},
        {"response_format": {}},
        {"response_format": {"type": "json_schema"}},
        {"response_format": {"type": "json_schema", "json_schema": {"schema": {}}}},
        {"stop": [5]},
    ],
    ids=str,
)
def test_bad_tools_and_formats_are_refused(endpoint: Endpoint, fields: dict[str, Any]) -> None:
    answer = ask(endpoint, **fields)
    assert answer.status in (400, 422)
    assert problem(endpoint, answer)


@pytest.mark.parametrize("endpoint", [XAI, OPENAI])
def test_more_than_128_tools_are_too_many(endpoint: Endpoint) -> None:
    names = [f"tool{number}" for number in range(129)]
    assert ask(endpoint, tools=tools_for(endpoint, *names)).status == 400


@pytest.mark.parametrize("endpoint", LEGACIES)
@pytest.mark.parametrize("prompt", [5, {"a": 1}, ["a", 5], [1, "a"], [[1, "a"]], [None]])
def test_prompts_of_other_types_are_refused(endpoint: Endpoint, prompt: Any) -> None:
    answer = ask(endpoint, prompt)
    assert answer.status == (422 if endpoint is XAI_LEGACY else 400)
    assert "prompt" in problem(endpoint, answer)


@pytest.mark.parametrize("endpoint", LEGACIES)
def test_a_legacy_stop_is_made_of_strings(endpoint: Endpoint) -> None:
    answer = ask(endpoint, stop=[True])
    assert answer.status == (422 if endpoint is XAI_LEGACY else 400)
    assert "stop[0]" in problem(endpoint, answer)


@pytest.mark.parametrize("token", [-1, 10**9])
def test_openai_refuses_tokens_outside_its_vocabulary(token: int) -> None:
    answer = ask(OPENAI_LEGACY, [1, token])
    assert f"Invalid token in prompt: {token}." in problem(OPENAI_LEGACY, answer)


def test_best_of_is_at_least_n_and_is_not_streamed() -> None:
    assert ask(OPENAI_LEGACY, n=3, best_of=2).status == 400
    assert ask(OPENAI_LEGACY, best_of=2, stream=True).status == 400
    assert ask(OPENAI_LEGACY, n=2, best_of=2, stream=True).status == 200


def test_stream_options_are_checked() -> None:
    assert ask(OPENAI, stream_options={"include_usage": True}).status == 400
    assert ask(OPENAI, stream=True, stream_options={"include_usage": 1}).status == 400
    assert ask(XAI, stream=True, stream_options={}).status == 422


@pytest.mark.parametrize("endpoint", LEGACIES)
def test_the_prompt_may_be_left_out(endpoint: Endpoint) -> None:
    assert ask(endpoint, None).status == 200
