"""Choices and tool calls come back in their order, blocks arrive in theirs."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.records.call import Outcome
from tests.audit.pretended_server import broken_rules, mapped, tool
from tests.audit.pure_server import (
    Answering,
    Document,
    result,
    rules,
    text_block,
    text_only,
    texts_of,
    whole,
)


def _in_blocks(order: Callable[[list[str]], list[str]] = list) -> Answering:
    """Answer with a block for each choice, and one with all that is told beside the texts."""

    def answering(document: Document) -> Outcome:
        blocks = [text_block(text)[0] for text in order(texts_of(document))]
        rest = copy.deepcopy(document)
        for choice in rest["choices"]:
            choice["message"].pop("content")
        return Outcome(plane="result", content=[*blocks, *text_block(json.dumps(rest))])

    return answering


def by_name(document: Document) -> Outcome:
    """Answer with members, which have no order."""
    texts = {f"at {9 - at}": text for at, text in enumerate(texts_of(document))}
    calls = {
        call["function"]["name"]: call
        for choice in document["choices"]
        for call in choice["message"].get("tool_calls") or ()
    }
    return result(json.dumps({"texts": texts, "calls": calls}, sort_keys=True))


def said_only(document: Document) -> Outcome:
    """Answer with the choices that say something, and nothing beside them."""
    shown = [text for text in texts_of(document) if text] or [""]
    calls = text_only({**document, "choices": document["choices"][:1]}).text
    return Outcome(plane="result", content=[text_block(one)[0] for one in (*shown, calls)])


@pytest.mark.parametrize("style", [_in_blocks(), by_name, said_only])
def test_a_server_that_keeps_the_order_or_has_none_is_clean(style: Answering) -> None:
    assert rules(style) == set()


def calls_reversed(document: Document) -> Outcome:
    for choice in document["choices"]:
        choice["message"].get("tool_calls", []).reverse()
    return whole(document)


def uses_reversed(document: Document) -> Outcome:
    uses = [block for block in document["content"] if block["type"] == "tool_use"]
    others = [block for block in document["content"] if block["type"] != "tool_use"]
    return whole({**document, "content": [*others, *uses[::-1]]})


def choices_reversed(document: Document) -> Outcome:
    return whole({**document, "choices": document["choices"][::-1]})


def texts_reversed(document: Document) -> Outcome:
    return text_only({**document, "choices": document["choices"][::-1]})


REVERSED: tuple[Answering, ...] = (
    calls_reversed, choices_reversed, texts_reversed, _in_blocks(lambda texts: texts[::-1]),
)  # fmt: skip


@pytest.mark.parametrize("defect", REVERSED)
def test_another_order_is_told(defect: Answering) -> None:
    assert rules(defect) == {"output.field-changed"}


def test_another_order_of_blocks_is_told() -> None:
    assert rules(uses_reversed, dialect="messages") == {"output.field-changed"}


def test_a_choice_without_a_text_keeps_its_place_where_all_are_told_of() -> None:
    skipping = _in_blocks(lambda texts: [text for text in texts if text])
    assert rules(skipping) == {"output.choices-lost"}


def _each_once(answering: Answering) -> Answering:
    """Answer with the first only of the choices that say the same."""

    def distinct(document: Document) -> Outcome:
        texts = texts_of(document)
        known = enumerate(document["choices"])
        kept = [one for at, one in known if not texts[at] or texts.index(texts[at]) == at]
        return answering({**document, "choices": kept})

    return distinct


@pytest.mark.parametrize("style", [whole, text_only, _in_blocks()])
def test_choices_that_say_the_same_are_as_many_as_were_sent(style: Answering) -> None:
    assert rules(_each_once(style)) == {"output.choices-lost"}


BLOCKS = {"messages": {"type": "array", "items": {"type": "object"}, "minItems": 1}}
ASKED = [{"role": "user", "content": "hi"}]


def _contents(change: Callable[[list[Any]], list[Any]]) -> Callable[[dict[str, Any]], Any]:
    def body(a: dict[str, Any]) -> dict[str, Any]:
        lists = ({**m, "content": change(m["content"])} if isinstance(m.get("content"), list)
                 else m for m in a["messages"])  # fmt: skip
        return {**a, "max_tokens": 1024, "messages": list(lists)}

    return body


def _results_first(blocks: list[Any]) -> list[Any]:
    """As Anthropic wants the results of tools."""
    return sorted(blocks, key=lambda block: block["type"] != "tool_result")


def _texts_first(blocks: list[Any]) -> list[Any]:
    return sorted(blocks, key=lambda block: block["type"] != "text")


def _results_reversed(blocks: list[Any]) -> list[Any]:
    return [{**b, "content": b["content"][::-1]} if isinstance(b.get("content"), list) else b
            for b in blocks]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "is_right"),
    [(list, True), (_results_first, True), (_texts_first, False), (_results_reversed, False)],
)
def test_blocks_of_a_message_arrive_in_their_order(
    change: Callable[[list[Any]], list[Any]], is_right: bool
) -> None:
    facts = tool(BLOCKS, {"messages": ASKED}, dialect="messages")
    found = broken_rules(mapped(facts, _contents(change)))
    assert found == ({} if is_right else {"mapping.argument-changed": {"/messages"}})


def test_parts_of_a_message_arrive_in_their_order() -> None:
    facts = tool(BLOCKS, {"messages": ASKED})
    assert broken_rules(mapped(facts, _contents(list))) == {}
    found = broken_rules(mapped(facts, _contents(_texts_first)))
    assert found == {"mapping.argument-changed": {"/messages"}}
