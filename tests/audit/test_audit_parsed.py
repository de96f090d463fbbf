"""A tool that says it returns JSON may write a model's JSON anew; its values stay what they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.audit.context import ToolFacts
from harness.audit.json_text import json_value
from harness.audit.returned.parsed import comes_back_parsed
from harness.records.audit import Probe
from harness.records.call import Outcome
from harness.records.http import HttpResponse, Interaction
from tests.audit.pretended_server import observed, request_of, text_outcome
from tests.audit.pure_server import Answering, Document, failure, result, rules, text_only, texts_of

TOLD = {"description": "Asks a model. Returns: parsed JSON where the model gave it, else the text."}
WITH_SCHEMA = {
    "type": "json_schema",
    "json_schema": {"name": "a", "schema": {"type": "object", "properties": {"a": {}}}},
}
UNTOLD = {"description": "Asks a model, and returns its text."}


def _parsed(document: Document, change: Any = lambda value: value) -> Outcome:
    text = "\n\n".join(texts_of(document))
    inner = text.strip().removeprefix("```json").removesuffix("```")
    value = json_value(inner)
    if not isinstance(value, dict | list):
        return text_only(document)
    return result(json.dumps(change(value), indent=2, ensure_ascii=False))


@pytest.mark.parametrize(
    ("definition", "found"), [(TOLD, set()), (UNTOLD, {"output.text-changed"})]
)
def test_json_comes_back_as_its_value_where_that_is_told(
    definition: dict[str, str], found: set[str]
) -> None:
    assert rules(_parsed, without=("tools", "n"), definition=definition) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [("Return JSON with `findings`", False), ("Return a list of findings", True)],
)
def test_who_asks_the_model_for_json_makes_of_it_what_it_likes(asked: str, found: bool) -> None:
    answer = HttpResponse(status=200)
    message = {"role": "system", "content": asked}
    request = request_of({"messages": [message, {"role": "user", "content": "hi"}]})
    probe = Probe(id="p", phase="outputs", tool="t", arguments={"prompt": "hi"})
    item = observed(
        probe, [Interaction(request=request, response=answer)], text_outcome("No findings.")
    ).model_copy(update={"sent": {"text": '{"answer": 1}'}})
    facts = ToolFacts({"name": "t", "inputSchema": {}}, "chat", {"prompt": "hi"})
    assert comes_back_parsed(item, facts) is not found
    plain = item.model_copy(update={"sent": {"text": "an answer"}})
    assert not comes_back_parsed(plain, facts)
    own = probe.model_copy(update={"arguments": {"prompt": asked}})
    by_caller = item.call.model_copy(update={"arguments": own.arguments})
    assert not comes_back_parsed(item.model_copy(update={"call": by_caller}), facts)


def test_a_value_that_is_another_one_is_found_all_the_same() -> None:
    def emptied(document: Document) -> Outcome:
        return _parsed(document, lambda value: {**value, "more": 1})

    assert rules(emptied, without=("tools", "n"), definition=TOLD) == {"output.text-changed"}


def _structured(document: Document) -> Outcome:
    """Give the object that the model made, or say that it made none."""
    value = json_value("".join(texts_of(document)))
    if not isinstance(value, dict):
        return failure("the model's output is no valid JSON")
    made = {"outcome": value, "model": document["model"]}
    return result(json.dumps(made), structured=made)


def _of_few_members(document: Document) -> Outcome:
    return failure(f"required keys are missing. The model said: {''.join(texts_of(document))}")


@pytest.mark.parametrize(
    ("answering", "wanted", "found"),
    [
        (_structured, {"type": "json_object"}, set()),
        (_of_few_members, {"type": "json_object"}, set()),
        (_of_few_members, {"type": "text"}, {"output.is-error-wrong"}),
        (_of_few_members, WITH_SCHEMA, {"output.is-error-wrong"}),
    ],
)
def test_who_asks_for_an_object_may_refuse_an_answer_without_its_members(
    answering: Answering, wanted: dict[str, Any], found: set[str]
) -> None:
    asking = {"response_format": wanted}
    assert rules(answering, without=("tools", "n", "stream"), asking=asking) == found
