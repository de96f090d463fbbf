"""What descriptions tell about values on their way, and what they do not excuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.audit.context import AuditContext
from harness.audit.dialect import Dialect, recognised
from harness.audit.found import Found
from harness.audit.mapped.declared import is_declared
from harness.audit.oracles import mapping
from harness.records.audit import Observation, Probe, UpstreamPlan
from harness.records.http import HttpRequest, HttpResponse, Interaction
from tests.audit.pretended_server import (
    broken_rules,
    mapped,
    observed,
    request_of,
    text_outcome,
    tool,
)

TEXT = {"type": "string"}
ASKED = [{"role": "user", "content": "hi"}]
ANSWER = HttpResponse(status=200, body=b"{}")
MESSAGES = {"type": "array", "items": {"type": "object"}, "minItems": 1}
Change = Callable[[dict[str, Any]], Any]


def _prompted(a: dict[str, Any], **more: Any) -> dict[str, Any]:
    rest = {key: value for key, value in a.items() if key != "prompt"}
    return {"messages": [{"role": "user", "content": a["prompt"]}], **rest, **more}


@pytest.mark.parametrize(
    ("described", "excused"),
    [
        ("Only applies when thinking is on", True),
        ("Only used if the model can", True),
        ("How hard to think", False),
    ],
)
def test_an_argument_with_a_condition_may_go_nowhere(described: str, excused: bool) -> None:
    effort = {"enum": ["low", "high"], "description": described}
    facts = tool(
        {"prompt": TEXT, "reasoning_effort": effort}, {"prompt": "hi"}, required=["prompt"]
    )
    found = broken_rules(mapped(facts, lambda a: _prompted({"prompt": a["prompt"]})))
    assert (found == {}) is excused


@pytest.mark.parametrize(
    ("described", "excused"),
    [
        ("small and large are aliases that resolve to acme-v4", True),
        ("large -> v4 (smaller is quicker)", False),
        ("Which model answers", False),
    ],
)
def test_a_documented_alias_may_arrive_as_what_it_stands_for(described: str, excused: bool) -> None:
    model = {"enum": ["small", "large", "acme-v4"], "description": described}
    facts = tool({"prompt": TEXT, "model": model}, {"prompt": "hi", "model": "acme-v4"})
    found = broken_rules(mapped(facts, lambda a: _prompted(a, model="acme-v4")))
    assert (found == {}) is excused


@pytest.mark.parametrize(
    ("described", "excused"),
    [
        ("When omitted the server allocates 25 % of the window", True),
        ("Tokens at most", False),
        ("Tokens at most, 512 when omitted", False),
    ],
)
def test_a_value_that_the_server_derives_is_documented_without_its_number(
    described: str, excused: bool
) -> None:
    limit = {"type": "integer", "minimum": 1, "description": described}
    facts = tool({"prompt": TEXT, "max_tokens": limit}, {"prompt": "hi"}, required=["prompt"])

    def body(a: dict[str, Any]) -> Any:
        tokens = a.get("max_tokens", 4096)
        return _prompted({"prompt": a["prompt"]}, max_tokens=tokens, max_completion_tokens=tokens)

    found = [item for item in mapped(facts, body) if isinstance(item, Found)]
    assert [item.rule for item in found] == ([] if excused else ["mapping.invented"])


@pytest.mark.parametrize(
    ("described", "is_found"),
    [
        ("Sent as metadata.user_id", True),
        ("Who is asking", False),
        ("Sent as the header X-User", False),
        ("Who is asking, passed in as a word", False),
    ],
)
def test_an_own_argument_that_is_said_to_be_sent_has_an_effect(
    described: str, is_found: bool
) -> None:
    who = {**TEXT, "description": described}
    facts = tool({"prompt": TEXT, "user_id": who}, {"prompt": "hi"}, required=["prompt"])
    sent = mapped(facts, lambda a: _prompted(a))
    assert broken_rules(sent) == {}
    lost = broken_rules(mapped(facts, lambda a: _prompted({"prompt": a["prompt"]})))
    assert lost == ({"mapping.argument-dropped": {"/user_id"}} if is_found else {})


def test_a_tool_that_takes_nothing_for_the_provider_asks_in_its_own_words() -> None:
    def body(a: dict[str, Any]) -> Any:
        return {"messages": ASKED, "temperature": 0.7, "max_tokens": 100}

    canned = tool({"is_verbose": {"type": "boolean"}}, {})
    assert broken_rules(mapped(canned, body)) == {}
    asking = tool({"prompt": TEXT}, {"prompt": "hi"}, required=["prompt"])
    found = broken_rules(mapped(asking, lambda a: {**body(a), **_prompted(a)}))
    assert found == {}
    choosing = tool({"prompt": TEXT, "seed": {"type": "integer"}}, {"prompt": "hi"},
                    required=["prompt"])  # fmt: skip
    both = broken_rules(mapped(choosing, lambda a: {**body(a), **_prompted(a)}))
    assert both["mapping.invented"] == {"temperature", "max_tokens"}


@pytest.mark.parametrize(
    ("description", "properties", "excused"),
    [
        ("Returns: JSON with an explanation", {}, True),
        ("Returns an explanation", {}, False),
        ("Returns: JSON", {"response_format": {"type": "object"}}, False),
    ],
)
def test_a_tool_that_returns_json_has_to_ask_for_it(
    description: str, properties: dict[str, Any], excused: bool
) -> None:
    facts = tool({"prompt": TEXT, **properties}, {"prompt": "hi"}, required=["prompt"])
    facts = replace(facts, definition={**facts.definition, "description": description})
    wanted = {"type": "json_object"}
    found = broken_rules(mapped(facts, lambda a: {"response_format": wanted, **_prompted(a)}))
    assert ("mapping.invented" in found) is not excused


@pytest.mark.parametrize(("is_known", "rules"), [(True, set()), (False, {"/seed"})])
def test_a_call_that_was_made_before_may_be_answered_out_of_a_cache(
    is_known: bool, rules: set[str]
) -> None:
    facts = tool({"prompt": TEXT, "seed": {"type": "integer"}}, {"prompt": "hi"},
                 required=["prompt"])  # fmt: skip
    context = AuditContext("pretended", (facts,), sees_upstream=True)
    seeded = {"prompt": "hi", "seed": 7}
    asked = [Interaction(request=request_of(_prompted({"prompt": "hi"})), response=ANSWER)]

    def seen(name: str, phase: Any, arguments: dict[str, Any], interactions: Any) -> Observation:
        probe = Probe(id=name, phase=phase, tool="t", arguments=arguments, aim="/seed")
        return observed(probe, interactions, text_outcome("fine"))

    base = seen("first/t/0", "valid", {"prompt": "hi"}, asked)
    before = [seen("valid/t/0", "valid", seeded, asked)] if is_known else []
    cached = seen("mapping/t/0", "mapping", seeded, [])
    found = broken_rules(list(mapping.judge([base, *before, cached], context)))
    assert found.get("mapping.argument-dropped", set()) == rules


def test_what_a_server_says_to_its_providers_answer_is_no_invention() -> None:
    facts = tool({"messages": MESSAGES}, {"messages": ASKED})
    repair = {"role": "user", "content": "That was no JSON. Answer in JSON."}

    def requests(body: Any) -> list[HttpRequest]:
        again = {"messages": [*body["messages"], {"role": "assistant", "content": "x"}, repair]}
        return [request_of(body), request_of(again)]

    found = broken_rules(mapped(facts, lambda a: a, requests=requests))
    assert "mapping.invented" not in found
    first = broken_rules(mapped(facts, lambda a: {"messages": [repair, *a["messages"]]}))
    assert "mapping.invented" in first


@pytest.mark.parametrize(
    ("part", "excused"),
    [
        ({"default": ""}, False),
        ({"default": "Be brief."}, True),
        ({"description": "Instructions; by default those of the server"}, True),
    ],
)
def test_a_tool_with_a_system_argument_has_no_instructions_of_its_own(
    part: dict[str, Any], excused: bool
) -> None:
    facts = tool({"prompt": TEXT, "system": {**TEXT, **part}}, {"prompt": "hi"},
                 required=["prompt"])  # fmt: skip

    def body(a: dict[str, Any]) -> Any:
        system = {"role": "system", "content": a.get("system", "Be brief.")}
        return {"messages": [system, {"role": "user", "content": a["prompt"]}]}

    found = broken_rules(mapped(facts, body))
    assert (found == {}) is excused
    special = tool({"prompt": TEXT, "diff": TEXT, "system": {**TEXT, **part}}, {"prompt": "hi"},
                   required=["prompt"])  # fmt: skip
    assert "mapping.invented" not in broken_rules(mapped(special, body))


def test_messages_without_a_role_are_still_messages() -> None:
    facts = tool({"messages": MESSAGES, "system": TEXT}, {"messages": ASKED},
                 required=["messages"])  # fmt: skip

    def body(a: dict[str, Any]) -> Any:
        told = [{"role": "system", "content": a["system"]}] if "system" in a else []
        return {"messages": [*told, *a["messages"]]}

    assert broken_rules(mapped(facts, body)) == {}


def test_texts_of_a_conversation_stand_under_the_key_that_its_schema_names() -> None:
    parts = {"type": "array", "items": {"type": "object", "properties": {"text": TEXT}}}
    item = {"type": "object", "properties": {"role": TEXT, "parts": parts}}
    contents = {"type": "array", "items": item}
    base = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
    facts = tool({"contents": contents}, base, required=["contents"])

    def body(a: dict[str, Any]) -> Any:
        return {
            "messages": [
                {"role": one.get("role", "user"), "content": str(one.get("parts", ""))}
                for one in a["contents"]
            ]
        }

    assert "mapping.argument-dropped" not in broken_rules(mapped(facts, body))


def test_an_answer_without_a_request_and_a_broken_request_are_found() -> None:
    facts = tool({"prompt": TEXT, "temperature": {"type": "number"}}, {"prompt": "hi"},
                 required=["prompt"])  # fmt: skip
    cached = mapped(
        facts, _prompted, requests=lambda b: [] if "temperature" in b else [request_of(b)]
    )
    assert broken_rules(cached) == {"mapping.argument-dropped": {"/temperature"}}

    def cut(body: Any) -> list[HttpRequest]:
        request = request_of(body)
        is_short = len(request.body) == len(request.body.decode("unicode_escape"))
        return [request if is_short else request.model_copy(update={"body": request.body[:-9]})]

    assert broken_rules(mapped(facts, _prompted)) == {}
    assert broken_rules(mapped(facts, _prompted, requests=cut)) == {
        "mapping.argument-changed": {"/prompt"}
    }


@pytest.mark.parametrize(
    ("status", "times", "is_found"), [(400, 1, False), (400, 4, True), (503, 4, False)]
)
def test_a_request_that_is_refused_for_itself_is_not_sent_again(
    status: int, times: int, is_found: bool
) -> None:
    facts = tool({"prompt": TEXT}, {"prompt": "hi"})
    probe = Probe(id="errors/t", phase="errors", tool="t", arguments={"prompt": "hi"},
                  upstream=UpstreamPlan(fault=str(status)))  # fmt: skip
    exchange = Interaction(request=request_of({"messages": ASKED}),
                           response=HttpResponse(status=status))  # fmt: skip
    seen = observed(probe, [exchange] * times, text_outcome("no", plane="tool_error"))
    context = AuditContext("pretended", (facts,), sees_upstream=True)
    found = broken_rules(list(mapping.judge([seen], context)))
    assert (found == {"mapping.repeated-request": {"repeated after a refusal"}}) is is_found
    assert is_found or found == {}
    listing = HttpRequest(method="GET", url="https://api.openai.com/v1/models")
    looked_up = exchange.model_copy(update={"request": listing})
    seen = observed(probe, [looked_up] * times, text_outcome("no", plane="tool_error"))
    assert broken_rules(list(mapping.judge([seen], context))) == {}


LOOSE = {"type": "object", "properties": {"a": TEXT}, "additionalProperties": {}}
STRIPPING = {"type": "object", "properties": {"a": TEXT}}


@pytest.mark.parametrize(("part", "declared"), [(LOOSE, True), (STRIPPING, False)])
def test_a_schema_that_speaks_of_further_keys_declares_them(part: Any, declared: bool) -> None:
    assert is_declared({}, part, {"a": "x", "b": 1}, "/b") is declared


TEXT_PART = {"type": "object", "properties": {"type": {"const": "text"}, "text": TEXT}}
IMAGE_PART = {"type": "object", "properties": {"type": {"const": "image"}, "url": TEXT}}
UNION = {"type": "array", "items": {"anyOf": [TEXT_PART, {"$ref": "#/$defs/image"}]}}
WHOLE = {"type": "object", "properties": {"parts": UNION}, "$defs": {"image": IMAGE_PART}}


@pytest.mark.parametrize(
    ("value", "pointer", "declared"),
    [
        ([{"type": "text", "text": "a", "url": "b"}], "/0/text", True),
        ([{"type": "text", "text": "a", "url": "b"}], "/0/url", False),
        ([{"type": "image", "url": "b"}], "/0/url", True),
        ([{"type": "image", "url": "b", "text": "a"}], "/0/text", False),
        ([{"type": "image", "url": "b"}], "", True),
    ],
)
def test_a_key_is_declared_by_the_branch_that_the_value_satisfies(
    value: Any, pointer: str, declared: bool
) -> None:
    assert is_declared(WHOLE, UNION, value, pointer) is declared


def test_keys_of_another_branch_may_be_stripped_and_those_of_its_own_may_not() -> None:
    item = {"type": "object", "properties": {"role": TEXT, "content": {"anyOf": [TEXT, UNION]}}}
    facts = tool({"messages": {"type": "array", "items": item}}, {"messages": ASKED},
                 required=["messages"], **{"$defs": {"image": IMAGE_PART}})  # fmt: skip
    keep = {"text": ("type", "text"), "image": ("type", "url")}

    def stripped(a: dict[str, Any], *lost: str) -> Any:
        def part(one: Any) -> Any:
            own = [key for key in keep.get(one.get("type"), one) if key not in lost]
            return {key: one[key] for key in own if key in one}

        return {
            "messages": [
                {**m, "content": [part(one) for one in m["content"]]}
                if isinstance(m.get("content"), list)
                else m
                for m in a["messages"]
            ]
        }

    assert broken_rules(mapped(facts, stripped)) == {}
    lost = broken_rules(mapped(facts, lambda a: stripped(a, "text")))
    assert lost == {"mapping.argument-changed": {"/messages"}}


@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("/openai/images/generations", None),
        ("/v1/audio/speech", None),
        ("/v1/embeddings", None),
        ("/generate", "legacy"),
        ("/images-of-text/completions", "legacy"),
    ],
)
def test_a_prompt_for_something_else_than_text_is_no_completion(
    path: str, dialect: str | None
) -> None:
    body = b'{"prompt": "a cat", "model": "m"}'
    request = HttpRequest(method="POST", url=f"https://api.example.test{path}", body=body)
    assert recognised(request) == dialect


@pytest.mark.parametrize(
    ("properties", "excused"),
    [
        ({"depth": {"type": "integer"}}, True),
        ({"depth": {"type": "integer"}, "tools": {"type": "array"}}, False),
        (
            {"depth": {"type": "integer"}, "seed": {"type": "integer"}, "n": {"type": "integer"}},
            False,
        ),
        ({}, False),
    ],
)
def test_a_tool_for_a_purpose_has_functions_of_its_own(
    properties: dict[str, Any], excused: bool
) -> None:
    facts = tool({"prompt": TEXT, **properties}, {"prompt": "hi"}, required=["prompt"])
    own = [{"type": "function", "function": {"name": "read_file"}}]

    def body(a: dict[str, Any]) -> Any:
        return {"tools": own, **_prompted(a)}

    found = broken_rules(mapped(facts, body)).get("mapping.invented", set())
    assert ("tools" in found) is not excused


@pytest.mark.parametrize(("is_always", "found"), [(False, set()), (True, {"messages"})])
def test_a_message_may_be_what_an_argument_of_the_tools_own_asks_for(
    is_always: bool, found: set[str]
) -> None:
    style = {"type": "string", "enum": ["brief", "long"]}
    given = {"messages": MESSAGES, "style": style}
    facts = tool(given, {"messages": ASKED}, required=["messages"])

    def body(a: dict[str, Any]) -> Any:
        said = [{"role": "system", "content": "Answer as an expert of the field does."}]
        return {"messages": [*(said if is_always or "style" in a else []), *a["messages"]]}

    rules = broken_rules(mapped(facts, body))
    assert rules.get("mapping.invented", set()) == found


@pytest.mark.parametrize(
    ("frame", "found"),
    [("Sort this: {}", set()), ("{}", {"mapping.argument-changed"})],
)
def test_blanks_at_the_ends_may_be_cut_for_the_words_around(frame: str, found: set[str]) -> None:
    facts = tool({"prompt": TEXT}, {"prompt": "hi"}, required=["prompt"])

    def body(a: dict[str, Any]) -> Any:
        return {"messages": [{"role": "user", "content": frame.format(a["prompt"].strip())}]}

    assert set(broken_rules(mapped(facts, body))) == found


@pytest.mark.parametrize(("is_read", "found"), [(True, set()), (False, {"/effort"})])
def test_a_word_that_is_sent_anyway_is_not_dropped(is_read: bool, found: set[str]) -> None:
    effort = {"enum": ["high", "max"]}
    facts = tool({"prompt": TEXT, "effort": effort}, {"prompt": "hi"}, required=["prompt"])

    def body(a: dict[str, Any]) -> Any:
        chosen = a.get("effort", "high") if is_read else "low"
        return {**_prompted({"prompt": a["prompt"]}), "reasoning": {"effort": chosen}}

    rules = broken_rules(mapped(facts, body))
    assert rules.get("mapping.argument-dropped", set()) == found


@pytest.mark.parametrize(
    ("given", "arrived", "found"),
    [
        ("openai:gpt-4o", "gpt-4o", False),
        ("openai/gpt-4o", "gpt-4o", False),
        ("openai-gpt-4o", "gpt-4o", True),
    ],
)
def test_a_name_may_lose_the_prefix_of_a_gateway(given: str, arrived: str, found: bool) -> None:
    model = {"type": "string", "examples": [given]}
    facts = tool({"prompt": TEXT, "model": model}, {"prompt": "hi", "model": "small"})

    def body(a: dict[str, Any]) -> Any:
        sent = a["model"].replace(given, arrived)
        return _prompted({"prompt": a["prompt"]}, model=sent)

    assert ("mapping.argument-changed" in broken_rules(mapped(facts, body))) is found


@pytest.mark.parametrize(
    ("told", "is_sorted", "found"),
    [("in order", False, set()), ("in order", True, {"/points"}), ("sorted by name", True, set())],
)
def test_a_list_of_the_tools_own_keeps_its_order(
    told: str, is_sorted: bool, found: set[str]
) -> None:
    points = {"type": "array", "items": {"type": "string"}, "description": told}
    facts = tool({"prompt": TEXT, "points": points}, {"prompt": "hi"}, required=["prompt"])

    def body(a: dict[str, Any]) -> Any:
        given = a.get("points") or []
        lines = [a["prompt"], *(f"- {one}" for one in (sorted(given) if is_sorted else given))]
        return {"messages": [{"role": "user", "content": "\n".join(lines)}]}

    rules = broken_rules(mapped(facts, body))
    assert rules.get("mapping.argument-changed", set()) == found


@pytest.mark.parametrize(
    ("told", "is_split", "found"),
    [("a list, comma-separated", True, False), ("a list, comma-separated", False, True),
     ("a text", False, False)],
)  # fmt: skip
def test_a_list_in_a_text_is_taken_apart_where_providers_take_lists(
    told: str, is_split: bool, found: bool
) -> None:
    facts = tool(
        {"prompt": TEXT, "stop": {"type": "string", "description": told}},
        {"prompt": "hi"},
        required=["prompt"],
    )

    def body(a: dict[str, Any]) -> Any:
        stop = a.get("stop")
        sent = [one.strip() for one in stop.split(",")] if stop and is_split else stop
        return {**_prompted({"prompt": a["prompt"]}), **({"stop": sent} if stop else {})}

    assert ("mapping.argument-changed" in broken_rules(mapped(facts, body))) is found


@pytest.mark.parametrize(("is_carried", "found"), [(True, {"temperature"}), (False, set())])
def test_a_setting_under_a_name_of_its_own_is_a_say_in_sampling(
    is_carried: bool, found: set[str]
) -> None:
    creativity = {"type": "number", "minimum": 0, "maximum": 2}
    facts = tool({"prompt": TEXT, "creativity": creativity}, {"prompt": "hi"}, required=["prompt"])

    def body(a: dict[str, Any]) -> Any:
        said = a.get("creativity", 0.2) if is_carried else 0.2
        return {**_prompted({"prompt": a["prompt"]}), "temperature": said}

    assert broken_rules(mapped(facts, body)).get("mapping.invented", set()) == found


TURNS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {
            "speaker": {"type": "string", "enum": ["human", "bot"]},
            "line": {"type": "string"},
        },
        "required": ["speaker", "line"],
        "additionalProperties": False,
    },
}
ROLES = {"human": "user", "bot": "assistant"}


def _said(turn: dict[str, Any]) -> dict[str, Any]:
    return {"role": ROLES[turn["speaker"]], "content": turn["line"]}


def _only_user(turns: list[Any]) -> list[Any]:
    return [{**_said(turn), "role": "user"} for turn in turns]


def _once(turns: list[Any]) -> list[Any]:
    return [_said(one) for at, one in enumerate(turns) if one["line"] not in
            [other["line"] for other in turns[:at]]]  # fmt: skip


WAYS: dict[str, tuple[Callable[[list[Any]], list[Any]], bool]] = {
    "as they are": (lambda turns: list(map(_said, turns)), False),
    "as one text": (
        lambda turns: [
            {"role": "user", "content": "\n".join(f"{t['speaker']}: {t['line']}" for t in turns)}
        ],
        False,
    ),
    "all by the user": (_only_user, True),
    "without the first": (lambda turns: list(map(_said, turns[1:] or turns)), True),
    "each once": (_once, True),
    "backwards": (lambda turns: list(map(_said, reversed(turns))), True),
}


@pytest.mark.parametrize("dialect", ["chat", "messages"])
@pytest.mark.parametrize("way", WAYS)
def test_turns_in_a_form_of_the_tools_own_are_messages(way: str, dialect: Dialect) -> None:
    send, is_found = WAYS[way]
    base = {"talk": [{"speaker": "human", "line": "hi"}]}
    facts = tool({"talk": TURNS}, base, required=["talk"], dialect=dialect)
    found = broken_rules(mapped(facts, lambda a: {"messages": send(a["talk"])}))
    assert bool(found) is is_found, found
    assert set(found) <= {"mapping.argument-changed", "mapping.argument-dropped"}


@pytest.mark.parametrize(("default", "found"), [(256, set()), (1024, {"mapping.invented"})])
def test_a_published_default_is_what_is_sent(default: int, found: set[str]) -> None:
    limit = {"type": "integer", "minimum": 1, "default": default}
    facts = tool({"messages": MESSAGES, "max_tokens": limit}, {"messages": ASKED},
                 required=["messages"], dialect="messages")  # fmt: skip

    def body(a: dict[str, Any]) -> Any:
        return {"messages": a["messages"], "max_tokens": a.get("max_tokens", 256)}

    assert set(broken_rules(mapped(facts, body))) == found
