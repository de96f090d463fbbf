"""A document that is passed on comes back with all of its counts, in the spelling of its API."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.dialect import Dialect
from harness.records.call import Outcome
from tests.audit.pure_server import (
    Answering,
    Document,
    changed,
    result,
    rules,
    text_block,
    texts_of,
    whole,
)


def _calls(document: Document) -> list[dict[str, Any]]:
    choices = document.get("choices", ())
    return [call for one in choices for call in one["message"].get("tool_calls") or ()]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def arguments_as_objects(document: Document) -> Outcome:
    for call in _calls(document):
        call["function"]["arguments"] = _value(call["function"]["arguments"])
    return whole(document)


def arguments_anew(document: Document) -> Outcome:
    for call in _calls(document):
        value = _value(call["function"]["arguments"])
        if isinstance(value, dict):
            call["function"]["arguments"] = json.dumps(value)
    return whole(document)


def silence_as_text(document: Document) -> Outcome:
    for choice in document["choices"]:
        choice["message"]["content"] = choice["message"]["content"] or ""
    return whole(document)


def own_silence_as_text(document: Document) -> Outcome:
    silence_as_text(document)
    return own_document(document)


def input_as_text(document: Document) -> Outcome:
    blocks = [
        {**block, "input": json.dumps(block["input"])} if "input" in block else block
        for block in document["content"]
    ]
    return whole({**document, "content": blocks})


def dated_anew(document: Document) -> Outcome:
    return whole({**document, "created": "2026-09-21T12:53:20Z"})


def own_document(document: Document) -> Outcome:
    """As a server answers that makes a document of its own, dated by itself."""
    named = {key: document[key] for key in ("model", "choices", "usage") if key in document}
    return result(json.dumps({"id": "own-7", "created": "today", **named}))


def counts_only(document: Document) -> Outcome:
    counts = {key: one for key, one in document["usage"].items() if key.endswith("put_tokens")}
    return whole({**document, "usage": counts})


def tokens_only(document: Document) -> Outcome:
    def cut(value: Any) -> Any:
        is_entry = isinstance(value, dict) and "top_logprobs" in value
        return {"token": value["token"]} if is_entry else value

    return whole(changed(document, cut))


def _beside(change: Callable[[Document], object] = lambda rest: None) -> Answering:
    """Answer with the texts, and with the document without them."""

    def answering(document: Document) -> Outcome:
        rest = copy.deepcopy(document)
        for choice in rest["choices"]:
            choice.pop("text")
        change(rest)
        blocks = [text_block(text)[0] for text in texts_of(document)]
        return Outcome(plane="result", content=[*blocks, *text_block(json.dumps(rest))])

    return answering


def _without_usage(rest: Document) -> None:
    rest.pop("usage")


def _without_logprobs(rest: Document) -> None:
    for choice in rest["choices"]:
        choice.pop("logprobs")


def _own_choice(rest: Document) -> None:
    """As a server that tells why the model stopped, and which answer it is."""
    rest["choices"] = [{"finish_reason": one["finish_reason"]} for one in rest["choices"]]
    for key in ("usage", "object", "created"):
        rest.pop(key)


def _shown(change: Callable[[Any], Any] = lambda value: value) -> Answering:
    """Answer in an own form, with the probabilities as they came."""

    def answering(document: Document) -> Outcome:
        shown = [
            {"said": one["text"], "finishReason": one["finish_reason"],
             "logprobs": change(one["logprobs"])}
            for one in document["choices"]
        ]  # fmt: skip
        return result(json.dumps({"answers": shown}))

    return answering


def _without_alternatives(logprobs: Any) -> Any:
    return logprobs and {**logprobs, "top_logprobs": None}


def _of_tokens(logprobs: Any) -> Any:
    return logprobs and {"tokens": logprobs["tokens"]}


def _citing(annotations: Callable[[list[Any]], object], answer: Answering = whole) -> Answering:
    """Answer with the document, and something else for what each text cites."""

    def answering(document: Document) -> Outcome:
        for choice in document["choices"]:
            if choice["message"].get("annotations"):
                choice["message"]["annotations"] = annotations(choice["message"]["annotations"])
        return answer(document)

    return answering


CASES: list[tuple[Answering, Dialect, set[str]]] = [
    (arguments_as_objects, "chat", set()),
    (own_document, "chat", set()),
    (_beside(), "legacy", set()),
    (_beside(_own_choice), "legacy", set()),
    (_shown(), "legacy", set()),
    (_shown(_of_tokens), "legacy", set()),
    (_shown(_without_alternatives), "legacy", {"output.field-changed"}),
    (arguments_anew, "chat", {"output.field-changed"}),
    (silence_as_text, "chat", {"output.field-changed"}),
    (own_silence_as_text, "chat", set()),
    (input_as_text, "messages", {"output.field-changed"}),
    (dated_anew, "chat", {"output.field-changed"}),
    (_citing(list), "chat", set()),
    (_citing(lambda cited: []), "chat", {"output.field-changed"}),
    (_citing(lambda cited: [], own_document), "chat", set()),
    (counts_only, "messages", {"output.field-changed"}),
    (tokens_only, "chat", {"output.field-changed"}),
    (_beside(_without_usage), "legacy", {"output.field-changed"}),
    (_beside(_without_logprobs), "legacy", {"output.field-changed"}),
]


@pytest.mark.parametrize(("answering", "dialect", "expected"), CASES)
def test_what_is_passed_on_comes_back_as_its_api_spells_it(
    answering: Answering, dialect: Dialect, expected: set[str]
) -> None:
    assert rules(answering, dialect=dialect) == expected
