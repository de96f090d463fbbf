"""What Anthropic checks in a request, and where it says the fault is."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_requests import (
    ANTHROPIC,
    ask,
    body_for,
    post,
    problem,
)


def test_anthropic_requires_max_tokens() -> None:
    answer = ask(ANTHROPIC, max_tokens=None)
    assert problem(ANTHROPIC, answer) == "max_tokens: Field required"


def test_anthropic_permits_no_field_it_does_not_know() -> None:
    for field in ("n", "seed", "response_format", "frequency_penalty"):
        answer = post(ANTHROPIC, {**body_for(ANTHROPIC), field: 1})
        assert answer.status == 400
        assert problem(ANTHROPIC, answer) == f"{field}: Extra inputs are not permitted"


def test_anthropic_has_its_system_prompt_outside_the_messages() -> None:
    messages = [{"role": "system", "content": "x"}, {"role": "user", "content": "y"}]
    answer = ask(ANTHROPIC, messages=messages)
    assert answer.status == 400
    assert "system" in problem(ANTHROPIC, answer)
    assert ask(ANTHROPIC, system="Be brief.").status == 200
    assert ask(ANTHROPIC, system=[{"type": "text", "text": "Be brief."}]).status == 200
    assert ask(ANTHROPIC, messages=[{"role": "tool", "content": "x"}]).status == 400


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"temperature": 1.5}, "temperature: range: 0..1"),
        (
            {"tools": [{"name": "x", "input_schema": {}}]},
            "tools.0.custom.input_schema.type: Field required",
        ),
        ({"tools": [{"input_schema": {"type": "object"}}]}, "tools.0.custom.name: Field required"),
        ({"tools": [{"name": "x" * 129, "input_schema": {"type": "object"}}]}, "at most 128"),
        (
            {"tools": [{"name": "x", "input_schema": {"type": "object", "required": 5}}]},
            "tools.0.custom.input_schema: JSON schema is invalid",
        ),
        ({"tool_choice": {"type": "required"}}, "tool_choice.type: Input should be 'auto'"),
        ({"tool_choice": {"type": "tool", "name": "x"}}, "tool_choice.tool.name"),
        ({"thinking": {"type": "enabled"}}, "thinking.enabled.budget_tokens: Field required"),
        ({"thinking": {"type": "enabled", "budget_tokens": 5}}, "greater than or equal to 1024"),
        (
            {"thinking": {"type": "enabled", "budget_tokens": 1024}},
            "`max_tokens` must be greater than `thinking.budget_tokens`",
        ),
        ({"metadata": {"user_id": "x" * 513}}, "metadata.user_id"),
        ({"stop_sequences": [5]}, "stop_sequences.0: Input should be a valid string"),
        ({"output_config": {"format": 5}}, "output_config.format"),
    ],
    ids=str,
)
def test_anthropic_says_where_the_request_is_wrong(fields: dict[str, Any], expected: str) -> None:
    answer = ask(ANTHROPIC, **fields)
    assert answer.status == 400
    assert expected in problem(ANTHROPIC, answer)


def test_anthropic_lets_tools_of_its_own_pass() -> None:
    tools = [{"type": "web_search_20250305", "name": "web_search"}]
    assert ask(ANTHROPIC, "call web_search", tools=tools).status == 200


TURN = {"role": "user", "content": "hi"}


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"type": "text"}, "text.text: Field required"),
        ({"type": "text", "text": "x", "lang": "en"}, "text.lang: Extra inputs are not permitted"),
        ({"type": "robot"}, "type: Input should be 'text' or 'image'"),
        ({"type": "tool_use", "id": "t", "input": {}}, "tool_use.name: Field required"),
        ({"type": "tool_result"}, "tool_result.tool_use_id: Field required"),
        (
            {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text"}]},
            "tool_result.content.0.text.text: Field required",
        ),
        ({"type": "image", "source": {"type": "base64"}}, "image.source.base64.media_type: Field"),
        ({"type": "image", "source": {"type": "url"}}, "image.source.url.url: Field required"),
        ({"type": "thinking", "thinking": "x"}, "thinking.signature: Field required"),
        (
            {"type": "text", "text": "x", "cache_control": {"type": "forever"}},
            "text.cache_control.type: Input should be 'ephemeral'",
        ),
    ],
    ids=str,
)
def test_anthropic_looks_into_each_block(block: dict[str, Any], expected: str) -> None:
    answer = ask(ANTHROPIC, [block])
    assert answer.status == 400
    assert problem(ANTHROPIC, answer).startswith(f"messages.0.content.0.{expected}")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"messages": [{**TURN, "name": "Ann"}]}, "messages.0.name: Extra inputs"),
        ({"metadata": {"user_id": "a", "team": "b"}}, "metadata.team: Extra inputs"),
        ({"output_config": {"effort": "extreme"}}, "output_config.effort: Input should be 'low'"),
        ({"output_config": {"format": {"type": "xml"}}}, "output_config.format.type: Input"),
        ({"tools": [{"name": "a b", "input_schema": {"type": "object"}}]}, "tools.0.custom.name"),
        ({"cache_control": {"type": "ephemeral", "ttl": "1d"}}, "cache_control.ttl: Input should"),
    ],
    ids=str,
)
def test_anthropic_closes_inner_objects_too(fields: dict[str, Any], expected: str) -> None:
    answer = ask(ANTHROPIC, **fields)
    assert answer.status == 400
    assert problem(ANTHROPIC, answer).startswith(expected)


def test_a_beta_makes_room_for_a_million_tokens() -> None:
    body = body_for(ANTHROPIC, "word " * 200_001)
    assert post(ANTHROPIC, body).status == 400
    assert post(ANTHROPIC, body, headers={"anthropic-beta": "context-1m-2025-08-07"}).status == 200
