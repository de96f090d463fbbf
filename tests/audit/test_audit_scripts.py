"""The provider's scripted answers: real clients read them, plain and streamed alike."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import httpx2
import jsonschema
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audit.dialect import Dialect, recognised
from harness.audit.returned.documents import mismatches
from harness.audit.scripts import document, script, script_names, scripted_answer, sent_by
from harness.audit.scripts.parts import MOST_PIECES, cut
from harness.cassette.joined_stream import join_stream
from harness.records.http import HttpRequest
from tests.audit.pure_server import PATHS

DIALECTS: tuple[Dialect, ...] = tuple(PATHS)
EVERY = [(dialect, name) for dialect in DIALECTS for name in script_names(dialect)]
STREAM = {"stream": True, "stream_options": {"include_usage": True}}
TOOLS = [{"name": "f"}, {"type": "function", "function": {"name": "g"}}]


def request(dialect: Dialect, **body: Any) -> HttpRequest:
    content = json.dumps({"model": "m", **body}).encode()
    return HttpRequest(method="POST", url=f"http://127.0.0.1:9{PATHS[dialect]}", body=content)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_answer_can_be_given_in_every_dialect(dialect: Dialect) -> None:
    """A server that asks two providers in one call asks them for the answer of one."""
    for name in {name for _, name in EVERY}:
        for more in ({}, STREAM):
            asked = request(dialect, **more)
            assert scripted_answer(name, asked, dialect).status == 200
            assert sent_by(name, asked)


@pytest.mark.parametrize(("dialect", "name"), EVERY)
def test_a_stream_adds_up_to_the_whole_answer(dialect: Dialect, name: str) -> None:
    # What `join_stream` does not join: token probabilities and citations.
    asked = request(dialect, n=2, logprobs=True, **STREAM)
    body = scripted_answer(name, asked, dialect).body.decode()
    joined = join_stream(body)
    assert joined["stream"] == "complete"
    whole = document(name, request(dialect, n=2, logprobs=True), dialect)
    places = [
        item.place
        for item in mismatches(whole, joined)
        if not {"object", "logprobs", "citations"} & set(item.place)
    ]
    assert places == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_same_request_gets_the_same_bytes(dialect: Dialect) -> None:
    for name in script_names(dialect):
        first, second = (scripted_answer(name, request(dialect), dialect) for _ in range(2))
        assert first == second


@pytest.mark.parametrize(("dialect", "name"), EVERY)
def test_what_is_sent_stands_in_the_document(dialect: Dialect, name: str) -> None:
    asked = request(dialect, n=3, tools=TOOLS)
    whole = json.dumps(document(name, asked, dialect))
    sent: Any = sent_by(name, asked)
    assert len(sent["choices"]) == (1 if dialect == "messages" else 3)
    for choice in sent["choices"]:
        assert all(json.dumps(text)[1:-1] in whole for text in choice["texts"])
        assert [call["name"] for call in choice["tool_calls"]] == ["f", "g"][
            : len(choice["tool_calls"])
        ]
    texts = ["".join(choice["texts"]) for choice in sent["choices"]]
    assert not any(one in other for one in texts if one for other in texts if other is not one)


def _client(dialect: Dialect) -> httpx2.Client:
    """Return a client whose requests are answered by the script that a header names."""

    def answer(asked: httpx2.Request) -> httpx2.Response:
        seen = HttpRequest(method="POST", url=str(asked.url), body=asked.read())
        assert recognised(seen) == dialect
        found = scripted_answer(asked.headers["x-script"], seen, dialect)
        return httpx2.Response(found.status, headers=list(found.headers), content=found.body)

    return httpx2.Client(transport=httpx2.MockTransport(answer))


def test_the_client_of_openai_reads_each_answer() -> None:
    with _client("chat") as link:
        client = openai.OpenAI(api_key="sk-test", base_url="http://a.test/v1", http_client=link)
        for name in script_names("chat"):
            asked: Any = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
            asked["extra_headers"] = {"x-script": name}
            whole = client.chat.completions.create(**asked).choices[0]
            chunks = list(client.chat.completions.create(**asked, stream=True))
            pieces = [choice for chunk in chunks for choice in chunk.choices]
            text = "".join(piece.delta.content or "" for piece in pieces)
            assert text == (whole.message.content or "") == (script(name).text or "")
            assert pieces[-1].finish_reason == whole.finish_reason
            parts = [call for piece in pieces for call in piece.delta.tool_calls or ()]
            called = [call.function for call in whole.message.tool_calls or ()]
            for place, call in enumerate(called):
                own = [part.function for part in parts if part.index == place]
                spelled = "".join((part.name or "") + (part.arguments or "") for part in own)
                assert spelled == call.name + call.arguments


def test_the_client_of_anthropic_reads_each_answer() -> None:
    with _client("messages") as link:
        client = anthropic.Anthropic(api_key="k", base_url="http://a.test", http_client=link)
        for name in script_names("messages"):
            asked: Any = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
            asked |= {"max_tokens": 9, "extra_headers": {"x-script": name}}
            whole = client.messages.create(**asked)
            with client.messages.stream(**asked) as stream:
                assembled = stream.get_final_message()
            blocks = [block.to_dict() for block in assembled.content]
            assert blocks == [block.to_dict() for block in whole.content]
            assert assembled.stop_reason == whole.stop_reason
            assert assembled.usage.output_tokens == whole.usage.output_tokens


def test_the_deltas_of_several_calls_come_mixed() -> None:
    body = scripted_answer("tool-calls", request("chat", **STREAM), "chat").body.decode()
    events = [json.loads(line[6:]) for line in body.splitlines() if line[:7] == "data: {"]
    deltas = [choice["delta"] for event in events for choice in event["choices"]]
    places = [call["index"] for delta in deltas for call in delta.get("tool_calls", ())]
    assert places[:4] == [0, 1, 0, 1]


@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_the_deltas_of_a_text_are_the_text(text: str) -> None:
    deltas = list(cut(text))
    assert "".join(deltas) == text
    assert "" not in deltas
    assert len(deltas) <= 2 * MOST_PIECES


def test_a_legacy_answer_has_its_choices_for_each_prompt_and_repeats_it_when_asked() -> None:
    asked = request("legacy", prompt=["One", "Two"], n=2, echo=True)
    texts = [choice["text"] for choice in document("text", asked, "legacy")["choices"]]
    assert [text[:3] for text in texts] == ["One", "One", "Two", "Two"]


@pytest.mark.parametrize("n", [None, True, 0, -1, "2", 1e400, 10**30])
def test_a_strange_number_of_choices_gets_an_answer(n: Any) -> None:
    choices = document("text", request("chat", n=n), "chat")["choices"]
    assert 1 <= len(choices) <= 128


def test_a_stream_has_no_character_raw_that_some_clients_take_for_a_line_end() -> None:
    whole = scripted_answer("line-ends", request("chat"), "chat").body.decode()
    stream = scripted_answer("line-ends", request("chat", **STREAM), "chat").body.decode()
    assert {"\x85", "\u2028", "\u2029"} <= set(whole)
    assert not {"\x85", "\u2028", "\u2029"} & set(stream)


SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "count": {"type": "integer", "minimum": 3}},
    "required": ["city", "count"],
}
NAMED = {"name": "n", "schema": SCHEMA}


@pytest.mark.parametrize(
    ("body", "schema"),
    [
        ({"response_format": {"type": "json_schema", "json_schema": NAMED}}, SCHEMA),
        ({"response_format": {"type": "json_schema", "schema": SCHEMA}}, SCHEMA),
        ({"response_format": {"type": "json_object"}}, {"type": "object", "required": ["answer"]}),
        ({"format": SCHEMA}, SCHEMA),
        ({"format": "json"}, {"type": "object"}),
        ({"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}, SCHEMA),
        ({"response_format": {"type": "json_schema", "json_schema": {"schema": 3}}}, True),
    ],
)
@pytest.mark.parametrize("name", ["text", "long-text"])
def test_who_asks_for_json_gets_json(body: Any, schema: Any, name: str) -> None:
    asked = request("chat", **body)
    text = document(name, asked, "chat")["choices"][0]["message"]["content"]
    jsonschema.validate(json.loads(text), schema)
    assert sent_by(name, asked)["text"] == text  # type: ignore[call-overload,index]
    assert isinstance(json.loads(text), dict)


@pytest.mark.parametrize("body", [{}, {"response_format": {"type": "text"}}, {"format": 3}])
def test_who_asks_for_text_gets_text(body: Any) -> None:
    plain = document("text", request("chat"), "chat")
    assert document("text", request("chat", **body), "chat") == plain


CITY = {"type": "function", "function": {"name": "tell", "parameters": SCHEMA}}
OTHER = {"type": "function", "function": {"name": "other", "parameters": {"type": "object"}}}
FORCED = {"type": "function", "function": {"name": "tell"}}


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        ("chat", {"tools": [OTHER, CITY], "tool_choice": FORCED}),
        ("chat", {"tools": [CITY, OTHER], "tool_choice": "required"}),
        ("messages", {"tools": [{"name": "tell", "input_schema": SCHEMA}],
                      "tool_choice": {"type": "tool", "name": "tell"}}),
        ("messages", {"tools": [{"name": "tell", "input_schema": SCHEMA}],
                      "tool_choice": {"type": "any"}}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["text", "long-text", "reasoning"])
def test_who_forces_a_call_gets_one(dialect: Dialect, body: Any, name: str) -> None:
    asked = request(dialect, **body)
    sent: Any = sent_by(name, asked)
    (call,) = sent["choices"][0]["tool_calls"]
    assert call["name"] == "tell"
    jsonschema.validate(json.loads(call["arguments"]), SCHEMA)
    assert sent["text"] is None
    assert sent["choices"][0]["finish"] == "tool_calls"
    assert call["name"] in json.dumps(document(name, asked, dialect))


@pytest.mark.parametrize(
    "body",
    [
        {"tools": [CITY], "tool_choice": "auto"},
        {"tools": [CITY], "tool_choice": {"type": "function", "function": {"name": "unknown"}}},
        {"tools": [CITY], "tool_choice": 3},
        {"tools": 3, "tool_choice": "required"},
        {"tools": [{"function": 3}, 4], "tool_choice": "required"},
        {"tool_choice": FORCED},
    ],
)
def test_who_forces_no_call_that_can_be_made_gets_a_text(body: Any) -> None:
    plain = document("text", request("chat"), "chat")
    assert document("text", request("chat", **body), "chat") == plain


def test_an_unknown_script_is_told_with_the_nearest_name() -> None:
    with pytest.raises(KeyError, match="tool-call"):
        scripted_answer("tool-cal", request("chat"), "chat")


ASKED: list[tuple[str, str, bytes, Dialect | None]] = [
    ("POST", "https://api.x.ai/v1/chat/completions", b"{}", "chat"),
    ("POST", "https://a.test/v1/chat/completions/", b"{}", "chat"),
    ("POST", "https://a.test/openai/deployments/d/chat/completions?api-version=1", b"", "chat"),
    ("POST", "https://api.acedata.cloud/grok/chat/completions", b"{}", "chat"),
    ("POST", "http://127.0.0.1:80/v1/completions", b'{"prompt": "a"}', "legacy"),
    ("POST", "http://127.0.0.1:80/completions/", b'{"messages": []}', "chat"),
    ("POST", "https://api.anthropic.com/v1/messages", b"not JSON", "messages"),
    ("POST", "https://a.test/own/path", b'{"messages": []}', "chat"),
    ("POST", "https://a.test/own/path", b'{"prompt": "a", "model": "m"}', "legacy"),
    ("POST", "https://api.anthropic.com/v1/messages/count_tokens", b"{}", None),
    ("POST", "https://a.test/v1/responses", b'{"input": "a", "model": "m"}', None),
    ("POST", "https://a.test/v1/embeddings", b'{"input": "a", "model": "m"}', None),
    ("POST", "http://127.0.0.1:11434/api/chat", b'{"messages": []}', None),
    ("GET", "https://api.x.ai/v1/models", b"", None),
    ("GET", "https://api.x.ai/v1/chat/completions", b"", None),
]


@pytest.mark.parametrize(("method", "url", "body", "expected"), ASKED)
def test_an_api_is_known_by_path_and_body(
    method: str, url: str, body: bytes, expected: Dialect | None
) -> None:
    assert recognised(HttpRequest(method=method, url=url, body=body)) == expected


def test_messages_of_an_own_path_are_known_by_their_header() -> None:
    headers = (("Anthropic-Version", "2023-06-01"),)
    asked = HttpRequest(
        method="POST", url="http://a.test/p", headers=headers, body=b'{"messages": []}'
    )
    assert recognised(asked) == "messages"
