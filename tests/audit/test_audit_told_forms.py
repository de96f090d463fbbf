"""Forms of a text that only prose tells are found in definitions, and excuse what breaks them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from harness.audit.context import ToolFacts
from harness.audit.described import description_of
from harness.audit.first_arguments import first_arguments
from harness.audit.mapped.given import Given
from harness.audit.mapped.told_as import arrives_as_told
from harness.audit.refusals.refused import judge_valid
from harness.audit.told_forms import choices, examples, is_explained, is_of_another_form
from harness.records.audit import NotTested, Probe
from tests.audit.judged_server import (
    BASE,
    SCHEMA,
    Reply,
    Serving,
    answered,
    breaches,
    enforcing,
    facts,
    judged,
    observed,
    problem,
    refused,
)

LISTED = """Ask.

Args:
    style: plain|rich|mixed
        (default: plain)
    style_guide (str): any text
    - `tone`: how it sounds
:param depth: quick, standard or thorough
- heat (0-1)
"""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("style", "style: plain|rich|mixed\n(default: plain)"),
        ("style_guide", "style_guide (str): any text"),
        ("tone", "- `tone`: how it sounds"),
        ("depth", ":param depth: quick, standard or thorough"),
        ("heat", "- heat (0-1)"),
        ("quick", ""),
    ],
)
def test_the_lines_on_an_argument_are_found_in_the_tools_description(name: str, told: str) -> None:
    assert description_of({"description": LISTED, "inputSchema": {}}, name) == told


def test_the_description_of_elements_and_branches_is_the_arguments() -> None:
    items = {"type": "array", "description": "several", "items": {"description": "'a:b'"}}
    schema = {"properties": {"names": {"anyOf": [items, {"type": "null"}], "description": "all"}}}
    told = description_of({"inputSchema": schema}, "names").split("\n")
    assert sorted(told) == ["'a:b'", "all", "several"]


@pytest.mark.parametrize(
    ("told", "first"),
    [
        ("List of models (e.g., 'openai:gpt-4o' or 'o:gpt-4o')", "openai:gpt-4o"),
        ("chatgpt|grok|claude", "chatgpt"),
        ('Output format - "text", "json" (default: "json")', "text"),
        ("“short” or “long”", "short"),
        ('工具定义 JSON 字符串，格式为 [{"type": "function"}]', '[{"type": "function"}]'),
        ('"name/<id>" form', None),
        ('"name/<id>" form, e.g. "name/7"', "name/7"),
        ("e.g. '<b>bold</b>'", "<b>bold</b>"),
        ("the user's words, as the caller's own", None),
        ("any text", None),
    ],
)
def test_examples_are_what_a_description_shows(told: str, first: str | None) -> None:
    assert next(iter(examples(told, "style")), None) == first


@pytest.mark.parametrize(
    ("told", "value", "refusal", "expected"),
    [
        ("One of 'a' or 'b'", "x", "bad style", True),
        ("One of 'a' or 'b'", "a", "bad style", False),
        ("quick, standard or thorough", "x", "must be one of: quick, standard, thorough", True),
        ("quick, standard or thorough", "x", "only letters, please", False),
        ("как быстро: тихо или громко", "x", "ожидается: тихо, громко", True),
        ("the tools as JSON", "x", "no", True),
        ("the tools as JSON", "[1]", "no", False),
        ("ids, parted by commas", "x", "no", True),
        ("a date as YYYY-MM-DD", "x", "no", True),
        ("how it should sound", "x", "style may not have blanks", False),
        ("how the user's text isn't to sound", "x", "no", False),
    ],
)
def test_a_text_is_of_another_form_than_the_one_that_is_told(
    told: str, value: str, refusal: str, expected: bool
) -> None:
    assert is_of_another_form(value, told, refusal) is expected


def test_words_between_quotes_and_bars_are_choices_and_apostrophes_are_not() -> None:
    assert choices("'a', \"b c\", `d`, «e» or f|g; don't use the user's") == [
        "a", "b c", "d", "e", "f", "g",
    ]  # fmt: skip


def _serving(schema: dict[str, Any], is_refused: Any, text: str) -> Serving:
    serve = enforcing(schema)

    def also(arguments: dict[str, Any]) -> Reply:
        if not problem(arguments, schema) and is_refused(arguments):
            return refused(text)
        done = serve(arguments)
        if done.body is None:
            return done
        said = [*arguments["messages"], {"role": "user", "content": str(arguments.get("topic"))}]
        model = arguments.get("chairman") or arguments["model"]
        return answered({**done.body, "messages": said, "model": model})

    return also


@pytest.mark.parametrize(
    ("name", "told", "text", "excused"),
    [
        ("style", "", "style must be short", False),
        ("style", "'plain' or 'rich'", "style must be plain or rich", True),
        ("topic", "what it is about, e.g. 'cats'", "topic must be short", False),
        ("topic", "'cats' or 'dogs'", "topic must be 'cats' or 'dogs'", True),
        ("topic", "such as 'cats' or 'dogs'", "topic must be short", False),
        ("chairman", "who sums up", "chairman is not available", True),
        ("speaker", "who sums up", "speaker is not available", False),
        ("turns_json", "", "Expecting value: line 1 column 1 (char 0)", True),
        ("jsonish", "", "jsonish must be short", False),
    ],
)
def test_a_told_form_excuses_a_refusal_but_of_content(
    name: str, told: str, text: str, excused: bool
) -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"][name] = {"type": "string", "description": told}
    serving = _serving(schema, lambda a: a.get(name, "hello") != "hello", text)
    found = breaches(judged(serving, facts(schema)))
    assert found == ({} if excused else {"valid-rejected": {f"/{name}"}})


def test_a_list_in_the_value_that_a_refusal_repeats_offers_nothing() -> None:
    told = ToolFacts({"name": "create", "inputSchema": _TOPIC}, "chat", {"topic": "hello"})
    text = "Invalid topic 'a, b or c'. It must be 'cats' or 'dogs'"
    for value, excused in (("a, b or c", True), ("hens", False)):
        probe = Probe(id="p", phase="valid", tool="create", arguments={"topic": value})
        seen = observed(probe, refused(text))
        found = list(judge_valid(seen, told, {"topic": "content"}, asks=True))
        assert isinstance(found[0], NotTested) is excused


_TOPIC = {
    "type": "object",
    "properties": {"topic": {"type": "string", "description": "'cats' or 'dogs'"}},
}


def test_a_form_that_the_schema_tells_is_not_excused_by_its_description() -> None:
    schema = copy.deepcopy(SCHEMA)
    part = {"type": "string", "enum": ["a", "b"], "description": "'a' or 'b'"}
    schema["properties"]["style"] = part
    serving = _serving(schema, lambda a: a.get("style") == "b", "style must be a")
    assert breaches(judged(serving, facts(schema))) == {"valid-rejected": {"/style"}}


def test_arguments_are_made_as_the_descriptions_tell_them() -> None:
    texts = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    schema = {
        "type": "object",
        "properties": {
            "names": {**texts, "description": "e.g. 'openai:gpt-4o'"},
            "mode": {"type": "string"},
            "query": {"type": "object", "description": "a JSON object with a 'question' field"},
        },
        "required": ["names", "mode", "query"],
    }
    told = "Ask.\n\nArgs:\n    mode: quick|slow\n"
    made = list(first_arguments({"inputSchema": schema, "description": told}, 0))
    assert {"names": ["openai:gpt-4o"], "mode": "quick"}.items() <= made[1].items()
    assert list(made[1]["query"]) == ["question"]


@pytest.mark.parametrize(
    ("name", "told", "value", "body", "expected"),
    [
        ("tools", "the tools as JSON", "[1]", {"tools": [1]}, True),
        ("tools", "the tools as JSON", "[1]", {"tools": [2]}, False),
        ("tools", "the tools as JSON", "173", {"tools": 173}, True),
        ("urls", "", "two words", {}, True),
        ("image_urls", "parted by commas", "http://a, http://b", {"u": ["http://a", "http://b"]},
         True),
        ("image_urls", "parted by commas", "http://a, http://b", {"u": ["http://a"]}, False),
        ("tags", "", "a, b", {"u": ["a", "b"]}, False),
        ("tool_choice", "", "look", {"tool_choice": {"type": "tool", "name": "look"}}, True),
        ("tool_choice", "", "auto", {"tool_choice": {"type": "tool", "name": "auto"}}, False),
        ("prompt", "the tools as JSON", "hi", {}, False),
        ("prompt", "the text; spaces at its ends are removed", " hi ", {"text": "hi"}, True),
        ("prompt", "the text", " hi ", {"text": "hi"}, False),
    ],
)  # fmt: skip
def test_a_text_arrives_as_what_its_description_says_it_is(
    name: str, told: str, value: str, body: dict[str, Any], expected: bool
) -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"][name] = {"type": "string", "description": told}
    arguments = {**BASE, name: value}
    probe = Probe(id="x", phase="mapping", tool="create_chat", arguments=arguments)
    seen = observed(probe, answered({**BASE, **body}))
    base = observed(probe.model_copy(update={"arguments": BASE}), answered(BASE))
    assert arrives_as_told(Given(facts(schema), "chat", (name,), seen, base)) is expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Model, or 'auto' to select the best one", True),
        ("'auto' = the server's choice", True),
        ("One of 'auto' and 'gpt-4o'", False),
        ("auto to select the best one", False),
    ],
)
def test_a_word_in_quotes_that_is_explained_is_known(told: str, expected: bool) -> None:
    assert is_explained("auto", told) is expected
