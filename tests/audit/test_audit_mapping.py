"""What the caller gave is looked for in the provider's request, in any form that keeps it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any

import pytest

from harness.records.audit import NotTested
from harness.records.http import HttpRequest
from tests.audit.pretended_server import (
    HEADERS,
    broken_rules,
    mapped,
    request_of,
    tool,
)

TEXT = {"type": "string"}
NUMBER = {"type": "number", "minimum": 0, "maximum": 2}
COUNT = {"type": "integer", "minimum": 1}
MESSAGE = {
    "type": "object",
    "properties": {
        "role": {"enum": ["system", "user", "assistant"]},
        "content": TEXT,
    },
    "required": ["role", "content"],
}
MESSAGES = {"type": "array", "items": MESSAGE, "minItems": 1}
ASKED = [{"role": "user", "content": "hi"}]
CHAT = tool(
    {
        "model": TEXT,
        "messages": MESSAGES,
        "temperature": NUMBER,
        "max_tokens": COUNT,
        "stop": {"anyOf": [TEXT, {"type": "array", "items": TEXT, "maxItems": 4}]},
        "n": {"type": "integer", "minimum": 1, "maximum": 4},
        "seed": {"type": "integer"},
        "user": TEXT,
    },
    {"model": "m", "messages": ASKED},
    required=["model", "messages"],
)
Change = Callable[[dict[str, Any]], Any]

GOOD: dict[str, Change] = {
    "as it is": lambda a: a,
    "nulls filled in": lambda a: {"temperature": None, "stop": None, **a},
    "renamed": lambda a: {
        **{k: v for k, v in a.items() if k != "max_tokens"},
        **({"max_completion_tokens": a["max_tokens"]} if "max_tokens" in a else {}),
    },
    "stop as a list": lambda a: {**a, "stop": [a["stop"]]} if isinstance(a.get("stop"), str) else a,
    "floats": lambda a: {**a, "temperature": float(a["temperature"])} if "temperature" in a else a,
    "a prefix": lambda a: {**a, "model": f"openai/{a['model']}"},
    "content in one part": lambda a: {
        **a,
        "messages": [
            {**m, "content": [{"type": "text", "text": m["content"]}]} for m in a["messages"]
        ],
    },
    "empty stops left out": lambda a: {k: v for k, v in a.items() if k != "stop" or v},
    "transport": lambda a: {**a, "stream": False, "stream_options": None},
    "provider's defaults": lambda a: {"n": 1, "temperature": 1.0, "top_p": 1, **a},
}


@pytest.mark.parametrize("change", GOOD.values(), ids=GOOD)
def test_a_form_that_keeps_everything_is_no_finding(change: Change) -> None:
    assert broken_rules(mapped(CHAT, change)) == {}


def _messages(change: Callable[[list[Any]], list[Any]]) -> Change:
    return lambda a: {**a, "messages": change(a["messages"])}


def _without(sign: str) -> Change:
    return _messages(
        lambda items: [{**m, "content": m["content"].replace(sign, "")} for m in items]
    )


def _trimmed_answer(message: dict[str, Any]) -> dict[str, Any]:
    is_answer = message["role"] == "assistant"
    return {**message, "content": message["content"].rstrip()} if is_answer else message


BAD: dict[str, tuple[Change, str, str]] = {
    "dropped": (
        lambda a: {k: v for k, v in a.items() if k != "seed"},
        "argument-dropped",
        "/seed",
    ),
    "clamped": (
        lambda a: {**a, "temperature": min(a.get("temperature", 1), 1)},
        "argument-changed",
        "/temperature",
    ),
    "a default in place of what was given": (
        lambda a: {**a, "temperature": 0.5} if a.get("temperature") == 1 else a,
        "argument-changed",
        "/temperature",
    ),
    "text of a number": (
        lambda a: {**a, "max_tokens": str(a["max_tokens"])} if "max_tokens" in a else a,
        "argument-changed",
        "/max_tokens",
    ),
    "lower case": (lambda a: {**a, "model": a["model"].lower()}, "argument-changed", "/model"),
    "joined stops": (
        lambda a: {**a, "stop": ",".join(a["stop"])} if isinstance(a.get("stop"), list) else a,
        "argument-changed",
        "/stop",
    ),
    "rounded integers": (
        lambda a: {**a, "seed": int(float(a["seed"]))} if "seed" in a else a,
        "argument-changed",
        "/seed",
    ),
    "neighbours joined": (
        _messages(
            lambda items: (
                [next(same) for _, same in groupby(items, itemgetter("role"))]
                if any(item["content"] == "first of two" for item in items)
                else items
            )
        ),
        "argument-changed",
        "/messages",
    ),
    "last turns only": (_messages(lambda items: items[-2:]), "argument-changed", "/messages"),
    "sorted turns": (
        _messages(lambda items: sorted(items, key=lambda m: str(m["role"]))),
        "argument-changed",
        "/messages",
    ),
    "once each": (
        _messages(lambda items: [m for i, m in enumerate(items) if m not in items[:i]]),
        "argument-changed",
        "/messages",
    ),
    "normalised": (
        _messages(lambda items: [{**m, "content": " ".join(m["content"].split())} for m in items]),
        "argument-changed",
        "/messages",
    ),
    **{
        f"without {name!r}": (_without(name), "argument-changed", "/messages")
        for name in ("\xa0", "\xad", "\ufeff", "\ufe0f", "\u2066", "\n\n\n", "\u201c", "\u2026")
    },
    "answers in another Unicode form": (
        _messages(
            lambda items: [
                {**m, "content": unicodedata.normalize("NFC", m["content"])}
                if m["role"] == "assistant"
                else m
                for m in items
            ]
        ),
        "argument-changed",
        "/messages",
    ),
    "an answer that was begun is trimmed": (
        _messages(lambda items: [*items[:-1], _trimmed_answer(items[-1])]),
        "argument-changed",
        "/messages",
    ),
    "a fixed seed": (lambda a: {"seed": 42, **a}, "invented", "seed"),
    "own instructions": (
        _messages(lambda items: [{"role": "system", "content": "Answer in rhymes."}, *items]),
        "invented",
        "messages",
    ),
}


@pytest.mark.parametrize(("change", "rule", "cause"), BAD.values(), ids=BAD)
def test_what_does_not_arrive_as_given_is_found_once(change: Change, rule: str, cause: str) -> None:
    assert broken_rules(mapped(CHAT, change)) == {f"mapping.{rule}": {cause}}


def test_a_text_may_stand_inside_a_template_but_not_be_cut() -> None:
    facts = tool(
        {"question": TEXT, "context": TEXT, "length": {"type": "integer", "minimum": 1}},
        {"question": "why"},
    )

    def body(a: dict[str, Any], most: int = 10**9, longest: int = 10**18) -> Any:
        text = f"{a.get('context', '')[:most]}\n---\n{a['question']}"
        limit = {"max_tokens": min(a["length"], longest)} if "length" in a else {}
        return {"messages": [{"role": "user", "content": text}], **limit}

    assert broken_rules(mapped(facts, body)) == {}
    cut = broken_rules(mapped(facts, lambda a: body(a, most=100)))
    assert cut == {"mapping.argument-changed": {"/context"}}
    clamped = broken_rules(mapped(facts, lambda a: body(a, longest=256)))
    assert clamped == {"mapping.argument-changed": {"/length"}}


def test_names_of_the_tool_may_stand_for_names_of_the_provider_one_for_one() -> None:
    facts = tool(
        {"model": {"enum": ["small", "large", "huge"]}, "prompt": TEXT},
        {"model": "small", "prompt": "hi"},
    )

    def body(a: dict[str, Any], names: dict[str, str]) -> Any:
        return {"model": names[a["model"]], "messages": [{"role": "user", "content": a["prompt"]}]}

    own = {"small": "gpt-4o-mini", "large": "gpt-4o", "huge": "o1"}
    assert broken_rules(mapped(facts, lambda a: body(a, own))) == {}
    mixed = broken_rules(mapped(facts, lambda a: body(a, {**own, "huge": "gpt-4o"})))
    assert mixed == {"mapping.argument-changed": {"/model"}}


def test_an_object_of_the_tools_own_may_read_keys_that_no_schema_names() -> None:
    facts = tool({"query": {"type": "object"}}, {"query": {}})
    found = mapped(
        facts,
        lambda a: {"messages": [{"role": "user", "content": a["query"].get("question", "")}]},
    )
    assert broken_rules(found) == {}
    assert [item.what for item in found if isinstance(item, NotTested)] == ["mapping of /query"]


def test_a_role_that_no_provider_has_may_become_another() -> None:
    open_role = {**MESSAGE, "properties": {"role": TEXT, "content": TEXT}}
    facts = tool({"messages": {"type": "array", "items": open_role}}, {"messages": ASKED})

    def body(a: dict[str, Any], role: str) -> Any:
        return {"messages": [{**m, "role": m["role"] or role} for m in a["messages"]]}

    assert broken_rules(mapped(facts, lambda a: body(a, "assistant"))) == {}
    swapped = {"user": "assistant", "assistant": "user"}
    changed = mapped(
        facts,
        lambda a: {
            "messages": [{**m, "role": swapped.get(m["role"], m["role"])} for m in a["messages"]]
        },
    )
    assert broken_rules(changed) == {"mapping.argument-changed": {"/messages"}}


def test_a_number_that_no_provider_takes_may_mean_none() -> None:
    facts = tool({"prompt": TEXT, "max_tokens": {"type": "integer"}}, {"prompt": "hi"},
                 required=["prompt"])  # fmt: skip

    def body(a: dict[str, Any], least: int) -> Any:
        limit = {"max_tokens": a["max_tokens"]} if a.get("max_tokens", 0) >= least else {}
        return {"messages": [{"role": "user", "content": a["prompt"]}], **limit}

    assert broken_rules(mapped(facts, lambda a: body(a, 1))) == {}
    dropped = broken_rules(mapped(facts, lambda a: body(a, 100)))
    assert dropped == {"mapping.argument-dropped": {"/max_tokens"}}


def test_arguments_inside_a_wrapper_are_each_looked_for() -> None:
    inner = {"type": "object", "properties": {"messages": MESSAGES, "temperature": NUMBER}}
    facts = tool({"request": inner}, {"request": {"messages": ASKED}}, required=["request"])
    assert broken_rules(mapped(facts, lambda a: a["request"])) == {}
    dropped = mapped(facts, lambda a: {"messages": a["request"]["messages"]})
    assert broken_rules(dropped) == {"mapping.argument-dropped": {"/request/temperature"}}


def test_an_argument_that_is_called_ignored_or_is_local_may_go_nowhere() -> None:
    properties = {
        "messages": MESSAGES,
        "seed": {"type": "integer", "description": "Ignored by most models; not sent."},
        "user": {**TEXT, "description": "OpenAI only"},
        "reasoning_effort": {**TEXT, "description": "OpenAI 的推理强度，其余模型丢弃"},
        "raw": {"type": "boolean"},
        "timeout": {"type": "integer"},
    }
    facts = tool(properties, {"messages": ASKED})
    found = mapped(
        facts, lambda a: {"messages": a["messages"]}, tell=lambda a: str(a.get("raw", False))
    )
    assert broken_rules(found) == {}
    assert [item.what for item in found if isinstance(item, NotTested)] == ["mapping of /timeout"]


@pytest.mark.parametrize(
    ("part", "description"),
    [
        ({"default": 0.3}, ""),
        ({"description": "Sampling temperature, 0.3 when not given"}, ""),
        ({}, "Asks with temperature 0.3. Does it well."),
    ],
)
def test_a_documented_default_is_not_invented(part: Any, description: str) -> None:
    facts = tool({"messages": MESSAGES, "temperature": {**NUMBER, **part}}, {"messages": ASKED})
    facts = type(facts)({**facts.definition, "description": description}, "chat", facts.base)
    assert broken_rules(mapped(facts, lambda a: {"temperature": 0.3, **a})) == {}
    other = broken_rules(mapped(facts, lambda a: {"temperature": 0.4, **a}))
    assert "mapping.invented" in other


def test_large_integers_are_not_held_against_a_runtime_that_has_doubles_only() -> None:
    facts = tool({"messages": MESSAGES, "seed": {"type": "integer"}}, {"messages": ASKED})

    def asking(agent: str) -> Callable[[Any], list[HttpRequest]]:
        return lambda body: [request_of(body, headers=(*HEADERS, ("user-agent", agent)))]

    def rounded(a: dict[str, Any]) -> Any:
        return {**a, "seed": int(float(a["seed"]))} if "seed" in a else a

    node = mapped(facts, rounded, requests=asking("node"))
    assert broken_rules(node) == {}
    assert [item.what for item in node if isinstance(item, NotTested)] == [
        "large integers in /seed"
    ]
    python = mapped(facts, rounded, requests=asking("python-httpx/0.28.1"))
    assert broken_rules(python) == {"mapping.argument-changed": {"/seed"}}


@pytest.mark.parametrize(
    ("told", "is_found"),
    [
        ("Model; used only when `recipe` is empty", False),
        ("Model, ignored if a recipe is given", False),
        ("Model that answers", True),
        ("Model; unsupported ones are ignored", True),
    ],
)
def test_an_argument_that_is_used_on_a_condition_may_arrive_as_another(
    told: str, is_found: bool
) -> None:
    facts = tool(
        {"prompt": TEXT, "recipe": TEXT, "model": {**TEXT, "description": told}},
        {"prompt": "hi", "recipe": "streamer"},
        required=["prompt"],
    )

    def body(a: dict[str, Any]) -> Any:
        model = "gpt-4o" if a.get("recipe") else a.get("model", "gpt-4o")
        return {"model": model, "messages": [{"role": "user", "content": a["prompt"]}]}

    found = broken_rules(mapped(facts, body))
    aims = {aim for rule in found for aim in found[rule] if rule.startswith("mapping.argument")}
    assert ("/model" in aims) is is_found
