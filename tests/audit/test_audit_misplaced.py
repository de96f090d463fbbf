"""A value has to stand where the provider reads it, in a type and to an extent that it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.audit.pretended_server import broken_rules, mapped, prompted, tool

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
COUNT = {"type": "integer", "minimum": 1}
PROMPT = tool(
    {
        "prompt": TEXT,
        "system": TEXT,
        "top_p": NUMBER,
        "presence_penalty": NUMBER,
        "frequency_penalty": NUMBER,
        "json_mode": {"type": "boolean"},
    },
    {"prompt": "hi"},
    required=["prompt"],
)
Change = Callable[[dict[str, Any]], Any]


def _asked(a: dict[str, Any], role: str = "system", **renamed: str) -> dict[str, Any]:
    told = [{"role": role, "content": a["system"]}] if "system" in a else []
    body: dict[str, Any] = {"messages": [*told, {"role": "user", "content": a["prompt"]}]}
    if a.get("json_mode"):
        body["response_format"] = {"type": "json_object"}
    rest = {k: v for k, v in a.items() if k not in ("prompt", "system", "json_mode")}
    return body | {renamed.get(key, key): value for key, value in rest.items()}


def test_arguments_at_the_places_that_the_provider_reads_are_no_finding() -> None:
    assert broken_rules(mapped(PROMPT, _asked)) == {}
    assert broken_rules(mapped(PROMPT, lambda a: _asked(a, "developer"))) == {}


WRONG: dict[str, tuple[Change, set[str]]] = {
    "another spelling": (lambda a: _asked(a, top_p="topP"), {"/top_p"}),
    "a slip of the pen": (lambda a: _asked(a, top_p="top_pp"), {"/top_p"}),
    "swapped": (
        lambda a: _asked(
            a, presence_penalty="frequency_penalty", frequency_penalty="presence_penalty"
        ),
        {"/presence_penalty", "/frequency_penalty"},
    ),
    "another role": (lambda a: _asked(a, "user"), {"/system"}),
    "glued to the prompt": (
        lambda a: {
            **_asked({k: v for k, v in a.items() if k != "system"}),
            "messages": [{"role": "user", "content": f"{a.get('system', '')}\n\n{a['prompt']}"}],
        },
        {"/system"},
    ),
    "a type that providers refuse": (
        lambda a: {**_asked(a), **({"response_format": "json_object"} if "json_mode" in a else {})},
        {"/json_mode"},
    ),
}


@pytest.mark.parametrize(("change", "causes"), WRONG.values(), ids=WRONG)
def test_a_value_at_another_place_of_the_request_is_found(change: Change, causes: set[str]) -> None:
    assert broken_rules(mapped(PROMPT, change)) == {"mapping.argument-changed": causes}


def test_a_system_text_may_be_joined_where_that_is_told() -> None:
    told = {**TEXT, "description": "Text that is prepended to the prompt"}
    facts = tool({"prompt": TEXT, "system": told}, {"prompt": "hi"}, required=["prompt"])
    assert broken_rules(mapped(facts, WRONG["glued to the prompt"][0])) == {}


def test_a_suffix_has_a_key_of_its_own_in_a_legacy_completion() -> None:
    facts = tool({"prompt": TEXT, "suffix": TEXT}, {"prompt": "hi"}, dialect="legacy")
    assert broken_rules(mapped(facts, lambda a: a)) == {}
    joined = mapped(facts, lambda a: {"prompt": a.get("prompt", "") + a.get("suffix", "")})
    assert broken_rules(joined) == {"mapping.argument-changed": {"/suffix"}}


ANTHROPIC = tool(
    {
        "messages": {"type": "array", "items": {"type": "object"}},
        "stop": {"type": "array", "items": TEXT},
        "tool_choice": {"type": "object"},
        "tools": {"type": "array", "items": {"type": "object"}},
    },
    {"messages": [{"role": "user", "content": "hi"}]},
    dialect="messages",
    required=["messages"],
)


def _anthropic(a: dict[str, Any], **changed: Any) -> dict[str, Any]:
    stop = {"stop_sequences": a["stop"]} if a.get("stop") else {}
    return {k: v for k, v in a.items() if k != "stop"} | stop | changed


def _blocks(a: dict[str, Any], lost: str) -> list[Any]:
    def block(item: Any) -> Any:
        return {k: v for k, v in item.items() if k != lost} if isinstance(item, dict) else item

    return [
        {**m, "content": [block(i) for i in m["content"]]}
        if isinstance(m.get("content"), list)
        else m
        for m in a["messages"]
    ]


def test_what_was_given_in_the_providers_own_shape_arrives_as_it_is() -> None:
    assert broken_rules(mapped(ANTHROPIC, _anthropic)) == {}
    for lost in ("is_error", "source", "input"):
        found = broken_rules(
            mapped(ANTHROPIC, lambda a, n=lost: _anthropic(a, messages=_blocks(a, n)))
        )
        assert found == {"mapping.argument-changed": {"/messages"}}, lost
    any_tool = mapped(
        ANTHROPIC,
        lambda a: _anthropic(a, **({"tool_choice": {"type": "any"}} if "tool_choice" in a else {})),
    )
    assert broken_rules(any_tool) == {"mapping.argument-changed": {"/tool_choice"}}
    as_stop = mapped(ANTHROPIC, lambda a: a)
    assert broken_rules(as_stop) == {"mapping.argument-changed": {"/stop"}}


def _limited(described: str) -> Any:
    part = {**COUNT, "description": described}
    return tool({"prompt": TEXT, "max_tokens": part}, {"prompt": "hi"}, required=["prompt"])


def _with_limit(change: Callable[[int], int]) -> Change:
    def body(a: dict[str, Any]) -> Any:
        limit = {"max_tokens": change(a["max_tokens"])} if "max_tokens" in a else {}
        return {"messages": [{"role": "user", "content": a["prompt"]}], **limit}

    return body


@pytest.mark.parametrize(
    ("described", "change"),
    [
        ("Tokens, clamped to 4,096", lambda n: min(n, 4096)),
        ("At most 100 tokens are asked for", lambda n: min(n, 100)),
        ("Values below 4,096 are IGNORED, since the model thinks first", lambda n: max(n, 9000)),
        ("From 1 to 4096; clamped between 100 and 2000", lambda n: max(100, min(n, 2000))),
        ("Rounded to whole hundreds, clamped to 100 at least", lambda n: max(n, 100)),
    ],
)
def test_a_described_limit_excuses_the_values_beyond_it(
    described: str, change: Callable[[int], int]
) -> None:
    facts = _limited(described)
    if "IGNORED" in described:
        assert broken_rules(mapped(facts, _with_limit(lambda n: 9000 if n < 4096 else n))) == {}
    else:
        assert broken_rules(mapped(facts, _with_limit(change))) == {}
    halved = broken_rules(mapped(facts, _with_limit(lambda n: n * 2)))
    assert halved == {"mapping.argument-changed": {"/max_tokens"}}


@pytest.mark.parametrize(
    "described",
    [
        "Tokens at most",
        "Up to 4096 tokens",
        "The limit of tokens",
        "Maximum tokens, from 1 to 9000; values are clamped",
    ],
)
def test_words_of_a_limit_do_not_excuse_a_fixed_value(described: str) -> None:
    found = broken_rules(mapped(_limited(described), _with_limit(lambda n: 4096)))
    assert found == {"mapping.argument-changed": {"/max_tokens"}}


def test_a_long_conversation_arrives_whole() -> None:
    messages = {"type": "array", "items": {"type": "object"}, "minItems": 1}
    facts = tool({"messages": messages}, {"messages": [{"role": "user", "content": "hi"}]})
    assert broken_rules(mapped(facts, lambda a: a)) == {}
    cut: Change = lambda a: {"messages": a["messages"][-10:]}  # noqa: E731
    assert broken_rules(mapped(facts, cut)) == {"mapping.argument-changed": {"/messages"}}
    told = {**messages, "description": "Only the last 10 messages are sent"}
    facts = tool({"messages": told}, {"messages": [{"role": "user", "content": "hi"}]})
    assert broken_rules(mapped(facts, cut)) == {}


def test_a_free_form_object_inside_a_declared_one_keeps_all_its_keys() -> None:
    function = {
        "type": "object",
        "properties": {"name": TEXT, "parameters": {"type": "object"}, "description": TEXT},
    }
    item = {"type": "object", "properties": {"type": TEXT, "function": function}}
    asked = [{"role": "user", "content": "hi"}]
    facts = tool({"messages": {"type": "array"}, "tools": {"type": "array", "items": item}},
                 {"messages": asked})  # fmt: skip

    def body(a: dict[str, Any]) -> Any:
        for one in a.get("tools", ()):
            if "parameters" in one.get("function", {}):
                one["function"]["parameters"].pop("required", None)
        return a

    assert broken_rules(mapped(facts, lambda a: a)) == {}
    assert broken_rules(mapped(facts, body)) == {"mapping.argument-changed": {"/tools"}}


def test_values_of_any_shape_are_judged_without_a_crash() -> None:
    anything: dict[str, Any] = {"type": "array", "items": {}}
    properties = {
        "messages": {"type": "array", "items": {"type": "object"}},
        "tools": anything,
        "tool_choice": {},
        "system": {"type": ["string", "null"]},
        "note": {"anyOf": [True, {"type": "string"}]},
    }
    odd = [{"role": ["user"], "content": [{"type": ["text"]}, 3, None]}]
    for dialect in ("chat", "messages"):
        base = {"messages": odd}
        facts = tool(properties, base, dialect=dialect, required=["messages"])  # type: ignore[arg-type]
        assert broken_rules(mapped(facts, lambda a: a)) == {}


@pytest.mark.parametrize(
    ("told", "most", "is_found"),
    [
        ("Only the first 500 characters are sent", 500, False),
        ("Only the first 500 characters are sent", 50, True),
        ("The text", 500, True),
    ],
)
def test_a_text_may_be_cut_to_a_told_length(told: str, most: int, is_found: bool) -> None:
    facts = tool({"text": {**TEXT, "description": told}}, {"text": "hi"}, required=["text"])

    def body(given: dict[str, Any]) -> Any:
        return {"messages": [{"role": "user", "content": given["text"][:most]}]}

    found = broken_rules(mapped(facts, body))
    assert found == ({"mapping.argument-changed": {"/text"}} if is_found else {})


def test_a_text_that_names_a_kept_conversation_is_none_itself() -> None:
    name = {**TEXT, "description": "Name of the conversation that is gone on with"}
    facts = tool({"prompt": TEXT, "conversation": name}, {"prompt": "hi"}, required=["prompt"])
    assert broken_rules(mapped(facts, lambda given: prompted({"prompt": given["prompt"]}))) == {}
