"""What the answers say, and how requests shape it."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from simulator_requests import (
    ACEDATA,
    ALL,
    ANTHROPIC,
    CHATS,
    CITY,
    LEGACIES,
    OPENAI,
    OPENAI_FORM,
    OPENAI_LEGACY,
    XAI,
    XAI_LEGACY,
    Endpoint,
    ask,
    calls_of,
    choices_of,
    events,
    finish_of,
    json_of,
    text_of,
    tools_for,
)

from harness.upstream.simulators.seeded import Seed
from harness.upstream.simulators.wording import cut_at_stop, pieces, quote


def stop_field(endpoint: Endpoint, *stops: str) -> dict[str, Any]:
    return {"stop_sequences" if endpoint is ANTHROPIC else "stop": list(stops)}


@pytest.mark.parametrize("endpoint", ALL)
def test_the_text_quotes_the_prompt(endpoint: Endpoint) -> None:
    assert "tell me about owls" in text_of(endpoint, ask(endpoint, "tell me about owls"))


@pytest.mark.parametrize("endpoint", CHATS)
def test_the_last_user_message_is_the_one_that_counts(endpoint: Endpoint) -> None:
    messages = [
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": "answer"},
        {"role": "user", "content": [{"type": "text", "text": "second"}]},
    ]
    text = text_of(endpoint, ask(endpoint, messages=messages))
    assert "second" in text
    assert "first" not in text


@pytest.mark.parametrize("endpoint", ALL)
@pytest.mark.parametrize("prompt", ["", " \n\t "])
def test_an_empty_prompt_is_answered(endpoint: Endpoint, prompt: str) -> None:
    answer = ask(endpoint, prompt)
    assert answer.status == 200
    assert "empty" in text_of(endpoint, answer)


@pytest.mark.parametrize("endpoint", ALL)
@pytest.mark.parametrize("prompt", ["word " * 200_000, " " * 1_000_000, "\u200d" * 300_000])
def test_a_prompt_of_a_megabyte_is_answered_or_is_too_long(endpoint: Endpoint, prompt: str) -> None:
    answer = ask(endpoint, prompt, stream=True)
    is_too_long = answer.status == 400 and re.search(rb"too long|context length", answer.body)
    assert answer.status == 200 or is_too_long


@pytest.mark.parametrize("endpoint", ALL)
def test_a_lone_surrogate_in_the_prompt_comes_back_as_its_escape(endpoint: Endpoint) -> None:
    for streamed in (False, True):
        assert b"\\ud83d" in ask(endpoint, "half a \ud83d smile", stream=streamed).body


@pytest.mark.parametrize("endpoint", ALL)
def test_a_stop_string_ends_the_text_and_is_left_out(endpoint: Endpoint) -> None:
    whole = text_of(endpoint, ask(endpoint, max_tokens=1000))
    stop = whole.split()[6]
    fields = {"max_tokens": 1000, **stop_field(endpoint, "never there", stop)}
    answer = ask(endpoint, **fields)
    assert stop not in text_of(endpoint, answer)
    assert finish_of(endpoint, answer) == ("stop_sequence" if endpoint is ANTHROPIC else "stop")
    if endpoint is ANTHROPIC:
        assert json_of(answer)["stop_sequence"] == stop


@pytest.mark.parametrize("endpoint", [OPENAI, OPENAI_LEGACY, ACEDATA])
def test_a_single_stop_string_will_do_where_the_provider_takes_one(endpoint: Endpoint) -> None:
    assert "capital" not in text_of(endpoint, ask(endpoint, stop="capital"))


@pytest.mark.parametrize("endpoint", ALL)
def test_the_token_limit_cuts_the_text(endpoint: Endpoint) -> None:
    answer = ask(endpoint, max_tokens=5)
    assert len(pieces(text_of(endpoint, answer))) == 5
    assert finish_of(endpoint, answer) == ("max_tokens" if endpoint is ANTHROPIC else "length")


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_max_completion_tokens_goes_before_max_tokens(endpoint: Endpoint) -> None:
    answer = ask(endpoint, max_tokens=50, max_completion_tokens=3)
    assert json_of(answer)["usage"]["completion_tokens"] == 3


def test_a_stop_string_beyond_the_limit_has_no_effect() -> None:
    text = text_of(XAI, ask(XAI))
    last = text.split()[-1]
    assert finish_of(XAI, ask(XAI, max_tokens=4, stop=[last])) == "length"


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_n_gives_as_many_choices_and_counts_them_all(endpoint: Endpoint) -> None:
    body = json_of(ask(endpoint, n=3))
    assert [choice["index"] for choice in body["choices"]] == [0, 1, 2]
    texts = [choice["message"]["content"] for choice in body["choices"]]
    assert body["usage"]["completion_tokens"] == sum(len(pieces(text)) for text in texts)
    streamed = ask(endpoint, n=3, stream=True)
    assert [text_of(endpoint, streamed, index) for index in range(3)] == texts


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_json_mode_gives_an_object(endpoint: Endpoint) -> None:
    answer = ask(endpoint, 'Say "{}" in JSON', response_format={"type": "json_object"})
    assert isinstance(json.loads(text_of(endpoint, answer)), dict)


@pytest.mark.parametrize("endpoint", CHATS)
def test_a_json_schema_is_met(endpoint: Endpoint) -> None:
    schema = {**CITY, "additionalProperties": False}
    wanted = {"type": "json_schema", "json_schema": {"name": "city", "schema": schema}}
    fields: dict[str, Any] = {"response_format": wanted}
    if endpoint is ANTHROPIC:
        fields = {"output_config": {"format": {"type": "json_schema", "schema": schema}}}
    jsonschema.validate(json.loads(text_of(endpoint, ask(endpoint, **fields))), schema)


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_plain_text_format_changes_nothing(endpoint: Endpoint) -> None:
    answer = ask(endpoint, response_format={"type": "text"})
    assert "capital" in text_of(endpoint, answer)


def choice_of(endpoint: Endpoint, kind: str) -> Any:
    names = {"required": "any"} if endpoint is ANTHROPIC else {}
    name = names.get(kind, kind)
    return {"type": name} if endpoint is ANTHROPIC else name


def forced(endpoint: Endpoint, name: str) -> Any:
    if endpoint is ANTHROPIC:
        return {"type": "tool", "name": name}
    return {"type": "function", "function": {"name": name}}


@pytest.mark.parametrize("endpoint", CHATS)
def test_a_required_tool_is_called_with_good_arguments(endpoint: Endpoint) -> None:
    answer = ask(
        endpoint,
        tools=tools_for(endpoint, "get_weather", "get_time"),
        tool_choice=choice_of(endpoint, "required"),
    )
    [(name, arguments)] = calls_of(endpoint, answer)
    assert name == "get_weather"
    jsonschema.validate(arguments, CITY)
    assert finish_of(endpoint, answer) == ("tool_use" if endpoint is ANTHROPIC else "tool_calls")


@pytest.mark.parametrize("endpoint", CHATS)
def test_a_forced_tool_is_the_one_that_is_called(endpoint: Endpoint) -> None:
    tools = tools_for(endpoint, "get_weather", "get_time")
    answer = ask(endpoint, tools=tools, tool_choice=forced(endpoint, "get_time"))
    assert [name for name, _ in calls_of(endpoint, answer)] == ["get_time"]


@pytest.mark.parametrize("endpoint", CHATS)
@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("call get_time", ["get_time"]),
        ("Get Time, please", ["get_time"]),
        ("get_time and get_weather", ["get_weather", "get_time"]),
        ("Please use the tool", ["get_weather"]),
        ("Hello", []),
    ],
)
def test_auto_calls_tools_that_the_user_names(
    endpoint: Endpoint, prompt: str, names: list[str]
) -> None:
    answer = ask(endpoint, prompt, tools=tools_for(endpoint, "get_weather", "get_time"))
    assert [name for name, _ in calls_of(endpoint, answer)] == names


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_without_parallel_calls_only_one_tool_is_called(endpoint: Endpoint) -> None:
    tools = tools_for(endpoint, "get_weather", "get_time")
    answer = ask(endpoint, "get_time, get_weather", tools=tools, parallel_tool_calls=False)
    assert len(calls_of(endpoint, answer)) == 1


@pytest.mark.parametrize("endpoint", CHATS)
def test_none_calls_no_tool(endpoint: Endpoint) -> None:
    answer = ask(
        endpoint,
        "call get_time",
        tools=tools_for(endpoint, "get_time"),
        tool_choice=choice_of(endpoint, "none"),
    )
    assert calls_of(endpoint, answer) == []
    assert text_of(endpoint, answer)


@pytest.mark.parametrize("endpoint", CHATS)
def test_after_a_tool_result_the_text_quotes_it(endpoint: Endpoint) -> None:
    called = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    call: dict[str, Any] = {"role": "assistant", "tool_calls": [called]}
    result: dict[str, Any] = {"role": "tool", "tool_call_id": "c", "content": "18 degrees"}
    if endpoint is ANTHROPIC:
        called = {"type": "tool_use", "id": "c", "name": "f", "input": {}}
        call = {"role": "assistant", "content": [called]}
        block = {"type": "tool_result", "tool_use_id": "c", "content": "18 degrees"}
        result = {"role": "user", "content": [block]}
    messages = [{"role": "user", "content": "call get_weather"}, call, result]
    answer = ask(endpoint, messages=messages, tools=tools_for(endpoint, "get_weather"))
    assert "18 degrees" in text_of(endpoint, answer)
    assert calls_of(endpoint, answer) == []


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_logprobs_cover_every_token(endpoint: Endpoint) -> None:
    answer = ask(endpoint, logprobs=True, top_logprobs=3)
    entries = json_of(answer)["choices"][0]["logprobs"]["content"]
    assert "".join(entry["token"] for entry in entries) == text_of(endpoint, answer)
    assert all(len(entry["top_logprobs"]) == 3 for entry in entries)
    assert all(entry["logprob"] < 0 for entry in entries)
    assert bytes(entries[0]["bytes"]).decode() == entries[0]["token"]


@pytest.mark.parametrize("endpoint", [XAI, OPENAI])
def test_streamed_logprobs_go_with_their_token(endpoint: Endpoint) -> None:
    choices = choices_of(ask(endpoint, stream=True, logprobs=True))
    spoken = [choice for choice in choices if choice["delta"].get("content")]
    for choice in spoken:
        assert choice["logprobs"]["content"][0]["token"] == choice["delta"]["content"]


@pytest.mark.parametrize("endpoint", LEGACIES)
def test_prompt_arrays_give_n_choices_each_with_running_indexes(endpoint: Endpoint) -> None:
    body = json_of(ask(endpoint, ["alpha", "beta"], n=2, max_tokens=100))
    assert [choice["index"] for choice in body["choices"]] == [0, 1, 2, 3]
    assert ["alpha" in choice["text"] for choice in body["choices"]] == [True, True, False, False]


@pytest.mark.parametrize("endpoint", LEGACIES)
@pytest.mark.parametrize("prompt", [[1, 2, 3], [[1, 2], [3]], []])
def test_token_prompts_are_answered(endpoint: Endpoint, prompt: list[Any]) -> None:
    answer = ask(endpoint, prompt)
    assert len(json_of(answer)["choices"]) == (2 if len(prompt) == 2 else 1)


@pytest.mark.parametrize("endpoint", LEGACIES)
def test_echo_puts_the_prompt_first(endpoint: Endpoint) -> None:
    plain = text_of(endpoint, ask(endpoint, "Once upon"))
    echoed = ask(endpoint, "Once upon", echo=True)
    assert text_of(endpoint, echoed).startswith("Once upon ")
    assert not plain.startswith("Once upon")
    streamed = ask(endpoint, "Once upon", echo=True, stream=True)
    assert text_of(endpoint, streamed) == text_of(endpoint, echoed)


def test_openai_legacy_stops_after_sixteen_tokens_unless_told_otherwise() -> None:
    body = json_of(ask(OPENAI_LEGACY))
    assert body["usage"]["completion_tokens"] == 16
    assert body["choices"][0]["finish_reason"] == "length"
    assert finish_of(XAI_LEGACY, ask(XAI_LEGACY)) == "stop"


def test_openai_legacy_logprobs_cover_prompt_and_text_when_echoed() -> None:
    fields: dict[str, Any] = {"echo": True, "logprobs": 2, "max_tokens": 4}
    body = json_of(ask(OPENAI_LEGACY, "Once upon", **fields))
    found = body["choices"][0]["logprobs"]
    text = body["choices"][0]["text"]
    assert "".join(found["tokens"]) == text
    assert found["token_logprobs"][0] is found["top_logprobs"][0] is None
    places = zip(found["text_offset"], found["tokens"], strict=True)
    assert all(text.startswith(token, at) for at, token in places)
    assert {len(item) for item in found["top_logprobs"][1:]} == {2}
    streamed = events(ask(OPENAI_LEGACY, "Once upon", stream=True, **fields))
    parts = [item["choices"][0]["logprobs"] for item in streamed[:-2]]
    assert [part["tokens"][0] for part in parts] == found["tokens"]


def test_no_alternatives_are_listed_for_logprobs_zero() -> None:
    found = json_of(ask(OPENAI_LEGACY, logprobs=0))["choices"][0]["logprobs"]
    assert found["top_logprobs"] is None
    assert len(found["tokens"]) == 16


def test_openai_legacy_leads_up_to_the_suffix_and_xai_ignores_it() -> None:
    fields: dict[str, Any] = {"suffix": "the happy end", "max_tokens": 200}
    assert "the happy end" in text_of(OPENAI_LEGACY, ask(OPENAI_LEGACY, **fields))
    assert "the happy end" not in text_of(XAI_LEGACY, ask(XAI_LEGACY, **fields))


def test_openai_counts_the_candidates_of_best_of() -> None:
    assert json_of(ask(OPENAI_LEGACY, best_of=3))["usage"]["completion_tokens"] == 48


def test_pieces_are_the_text_again_and_keep_characters_whole() -> None:
    text = "e\u0301te\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd ok.\n"
    assert "".join(pieces(text)) == text
    assert " \U0001f468\u200d\U0001f469\u200d\U0001f467" in pieces(text)
    assert " \U0001f44d\U0001f3fd" in pieces(text)


def test_a_long_quote_is_shortened_between_words() -> None:
    assert quote("one two three four", 12) == "one two..."
    assert quote("one\n two", 12) == "one two"
    assert quote("one" + " " * 100 + "two", 12) == "one..."


def test_the_earliest_stop_string_wins() -> None:
    assert cut_at_stop("one two three", ["three", "two", ""]) == ("one ", "two")


def test_seeds_do_not_confuse_their_parts() -> None:
    assert Seed.of(b"ab", b"c") != Seed.of(b"a", b"bc")
    assert len(Seed.of(b"x").digits("name", 8)) == 8
