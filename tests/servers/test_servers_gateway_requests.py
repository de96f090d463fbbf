from typing import Any

from servers.gateway_requests import anthropic_request, openai_request

USER = {"role": "user", "content": "hi", "name": "n"}
EVERYTHING: dict[str, Any] = {
    "response_format": {"type": "text"},
    "stop": "a",
    "presence_penalty": 1,
    "frequency_penalty": -1,
    "top_p": 1.0,
    "stream": False,
    "max_tokens": 5,
    "temperature": 0,
    "messages": [USER],
    "model": "m",
}


def left_out(not_sent: list[dict[str, str]]) -> list[str]:
    assert all(entry["reason"] for entry in not_sent)
    return [entry["argument"] for entry in not_sent]


def test_openai_takes_every_documented_argument_as_given() -> None:
    request = openai_request({**EVERYTHING, "seed": 1})
    assert request.body == EVERYTHING
    assert left_out(request.not_sent) == ["seed"]


def test_openai_gets_nothing_that_was_not_given() -> None:
    assert openai_request({"messages": [USER]}).body == {"messages": [USER]}


def test_anthropic_gets_its_own_names_and_the_rest_is_named() -> None:
    request = anthropic_request({**EVERYTHING, "seed": 1})
    assert request.body == {
        "model": "m",
        "messages": [USER],
        "max_tokens": 5,
        "temperature": 0,
        "top_p": 1.0,
        "stream": False,
        "stop_sequences": ["a"],
    }
    assert left_out(request.not_sent) == [
        "response_format",
        "presence_penalty",
        "frequency_penalty",
        "seed",
    ]


def test_anthropic_needs_max_tokens_and_a_list_of_stops_stays_a_list() -> None:
    request = anthropic_request({"messages": [USER], "stop": ["a", "b"]})
    assert request.body["max_tokens"] == 1024
    assert request.body["stop_sequences"] == ["a", "b"]
    assert "system" not in request.body


def test_one_system_message_is_a_text_and_several_are_blocks_in_order() -> None:
    first = {"role": "system", "content": "one", "cache": 1}
    second = {"role": "system", "content": "two"}
    assert anthropic_request({"messages": [first, USER]}).body["system"] == "one"
    request = anthropic_request({"messages": [first, USER, second, USER]})
    assert request.body["system"] == [
        {"type": "text", "text": "one"},
        {"type": "text", "text": "two"},
    ]
    assert request.body["messages"] == [USER, USER]
    assert left_out(request.not_sent) == ["messages/0/cache"]
