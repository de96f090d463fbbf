"""A tool that says it returns JSON may write a model's JSON anew; its values stay what they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.audit.json_text import json_value
from harness.records.call import Outcome
from tests.audit.pure_server import Document, result, rules, text_only, texts_of

TOLD = {"description": "Asks a model. Returns: parsed JSON where the model gave it, else the text."}
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


def test_a_value_that_is_another_one_is_found_all_the_same() -> None:
    def emptied(document: Document) -> Outcome:
        return _parsed(document, lambda value: {**value, "more": 1})

    assert rules(emptied, without=("tools", "n"), definition=TOLD) == {"output.text-changed"}
