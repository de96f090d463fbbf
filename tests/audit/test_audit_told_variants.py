"""Changes of a text that a description tells, alone and together."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.told_variants import told_variants
from tests.audit.pretended_server import TEXT, broken_rules, mapped, tool
from tests.audit.pure_server import result, rules, text_only, texts_of


@pytest.mark.parametrize(
    ("told", "text", "variant"),
    [
        ("It is sent in lower case without the spaces at its ends", " An Ibis ", "an ibis"),
        ("White space is collapsed to single spaces", "a \n b", "a b"),
        ("The answer in lower case, without a full stop", "Yes, Sir.", "yes, sir"),
        ("Cut after 3 characters", "abcdef", "abc"),
        ("Returns the first line of the answer only", "\nOne\nTwo", "One"),
        ("Parts between <think> and </think> are removed", "<think>a</think>\n\nb", "b"),
        ("In capitals", "abc", "ABC"),
    ],
)
def test_a_told_change_is_a_variant_of_the_text(told: str, text: str, variant: str) -> None:
    found = told_variants(told, text)
    assert variant in found or variant.lower() in found
    assert text not in found
    assert told_variants("Asks a model", text) == set()


@pytest.mark.parametrize(("told", "is_found"), [("sent in lower case", False), ("a word", True)])
def test_an_argument_of_the_tools_own_may_be_changed_as_it_is_told(
    told: str, is_found: bool
) -> None:
    word = {**TEXT, "description": told}
    facts = tool({"prompt": TEXT, "word": word}, {"prompt": "hi"}, required=["prompt"])

    def body(given: dict[str, Any]) -> Any:
        said = f"{given['prompt']}\n{given.get('word', '').lower()}"
        return {"messages": [{"role": "user", "content": said}]}

    found = broken_rules(mapped(facts, body))
    assert found == ({"mapping.argument-changed": {"/word"}} if is_found else {})


@pytest.mark.parametrize(
    ("told", "found"),
    [("Returns the first line of the answer.", set()), ("Asks a model.", {"output.text-changed"})],
)
def test_a_first_line_is_the_answer_where_that_is_told(told: str, found: set[str]) -> None:
    def first(document: dict[str, Any]) -> Any:
        if "tool_calls" in str(document):
            return text_only(document)
        lines = [text.strip().splitlines()[:1] for text in texts_of(document)]
        return result("\n\n".join(line for one in lines for line in one))

    assert rules(first, without=("tools",), definition={"description": told}) == found
    of_argument = {"subject": {**TEXT, "description": told}}
    assert rules(first, without=("tools",), more=of_argument) == {"output.text-changed"}
