"""Conversations in the dialect of Anthropic, which has fewer roles and keys of its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any

import pytest

from tests.audit.pretended_server import broken_rules, mapped, tool

TEXT = {"type": "string"}
TURN = {
    "type": "object",
    "properties": {"role": {"enum": ["system", "user", "assistant"]}, "content": TEXT},
    "required": ["role", "content"],
}
MESSAGES = {"type": "array", "items": TURN, "minItems": 1}
ASKED = [{"role": "user", "content": "hi"}]


def _trimmed_answer(message: dict[str, Any]) -> dict[str, Any]:
    is_answer = message["role"] == "assistant"
    return {**message, "content": message["content"].rstrip()} if is_answer else message


def _anthropic(a: dict[str, Any], systems: slice = slice(None)) -> Any:
    told = [m["content"] for m in a["messages"] if m["role"] == "system"][systems]
    rest = [m for m in a["messages"] if m["role"] != "system"]
    stop = {"stop_sequences": a["stop"]} if "stop" in a else {}
    system = {"system": "\n\n".join(told)} if told else {}
    return {"max_tokens": 1024, "messages": rest, **system, **stop}


def test_the_anthropic_dialect_has_systems_and_stops_in_keys_of_its_own() -> None:
    stop = {"type": "array", "items": TEXT}
    facts = tool(
        {"messages": MESSAGES, "stop": stop, "seed": {"type": "integer"}},
        {"messages": ASKED},
        dialect="messages",
    )
    found = mapped(facts, _anthropic)
    assert broken_rules(found) == {"mapping.argument-dropped": {"/seed"}}
    first_only = broken_rules(mapped(facts, lambda a: _anthropic(a, slice(1))))
    assert first_only["mapping.argument-changed"] == {"/messages"}


@pytest.mark.parametrize(
    ("between", "broken"), [("\n\n", {}), ("", {"mapping.argument-changed": {"/messages"}})]
)
def test_turns_of_one_role_may_be_joined_but_not_run_together(
    between: str, broken: dict[str, set[str]]
) -> None:
    facts = tool({"messages": MESSAGES}, {"messages": ASKED}, dialect="messages")

    def joined(a: dict[str, Any]) -> Any:
        asked = _anthropic(a)
        turns = groupby(asked["messages"], itemgetter("role"))
        texts = [(role, between.join(m["content"] for m in same)) for role, same in turns]
        return asked | {"messages": [{"role": role, "content": text} for role, text in texts]}

    assert broken_rules(mapped(facts, joined)) == broken


def test_anthropic_refuses_blanks_at_the_end_of_an_answer_that_was_begun() -> None:
    facts = tool({"messages": MESSAGES}, {"messages": ASKED}, dialect="messages")

    def ended(a: dict[str, Any], ending: Callable[[Any], Any] = _trimmed_answer) -> Any:
        asked = _anthropic(a)
        *before, last = asked["messages"] or [{"role": "user", "content": ""}]
        return asked | {"messages": [*before, ending(last)]}

    assert broken_rules(mapped(facts, ended)) == {}

    def cut(message: Any) -> Any:
        return {**message, "content": message["content"][:-3]}

    assert "mapping.argument-changed" in broken_rules(mapped(facts, lambda a: ended(a, cut)))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: unicodedata.normalize("NFKC", text),
        str.upper,
        lambda text: " ".join(text.split()),
        lambda text: text.replace("\u200b", ""),
    ],
)
def test_a_text_that_arrives_respelt_is_changed_and_not_invented(
    change: Callable[[str], str],
) -> None:
    facts = tool({"messages": MESSAGES, "system": TEXT}, {"messages": ASKED}, dialect="messages")

    def respelt(a: dict[str, Any], own: str = "") -> Any:
        asked = _anthropic(a)
        told = change(a["system"]) + own if "system" in a else own
        return asked | ({"system": told} if told else {})

    assert broken_rules(mapped(facts, respelt)).keys() == {"mapping.argument-changed"}
    invented = broken_rules(mapped(facts, lambda a: respelt(a, "Answer in rhymes.")))
    assert invented["mapping.invented"] == {"messages"}
