import math
from typing import Any

import pytest

from servers import published_texts
from servers.argument_validation import ArgumentValidator

CHAT = ArgumentValidator(published_texts.schema("create_chat_completion"))
TEXT = ArgumentValidator(published_texts.schema("create_completion"))
GATEWAY = ArgumentValidator(published_texts.schema("chat_completion"))
ACEDATA = ArgumentValidator(published_texts.schema("grok_chat_completions"))

USER = {"role": "user", "content": "hi"}


def chat(**more: Any) -> list[str]:
    return CHAT.violations({"model": "m", "messages": [USER], **more})


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


def test_every_violation_is_named_with_place_and_keyword() -> None:
    lines = CHAT.violations(
        {"messages": [{"role": "x", "content": "a"}], "temperature": 3, "n": 0, "a/b~": 1}
    )
    assert sorted(line[: line.index(":")] + line[line.rindex(" (") :] for line in lines) == [
        "/a~1b~0 (additionalProperties)",
        "/messages/0/role (enum)",
        "/model (required)",
        "/n (exclusiveMinimum)",
        "/temperature (maximum)",
    ]
    assert any(
        line == "/messages/0/role: 'x' is not one of ['system', 'user', 'assistant', 'tool'] (enum)"
        for line in lines
    )


@pytest.mark.parametrize(
    "valid",
    [
        {},
        {"stop": "a"},
        {"stop": []},
        {"temperature": 0},
        {"temperature": 2.0},
        {"n": 1.0},
        {"seed": -(10**30)},
        {"tool_choice": {"type": "function", "function": {"name": "f"}}},
        {"search_parameters": {}},
        {"logit_bias": {"1": -1.5}},
        {"messages": []},
    ],
)
def test_valid_arguments_have_no_violation(valid: dict[str, Any]) -> None:
    assert chat(**valid) == []


@pytest.mark.parametrize("number", [True, "1", None, [1], -0.1, 2.1, math.nan, math.inf, -math.inf])
def test_what_is_no_number_in_range_violates(number: Any) -> None:
    (line,) = chat(temperature=number)
    assert line.startswith("/temperature: ")


def test_a_boolean_is_no_integer_either() -> None:
    (line,) = chat(n=True)
    assert line.endswith("(type)")


def test_numbers_that_json_lacks_are_found_at_any_depth() -> None:
    parameters = {"type": "object", "properties": {"p": {"default": [math.nan]}}}
    (line,) = chat(
        tools=[{"type": "function", "function": {"name": "f", "parameters": parameters}}]
    )
    pointer = "/tools/0/function/parameters/properties/p/default/0"
    assert line == f"{pointer}: nan is not a number in JSON (type)"


def test_a_value_that_is_no_json_at_all_violates() -> None:
    assert chat(logit_bias=(1,)) == ["/logit_bias: a tuple is not a value of JSON (type)"]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"type": "image"}, "/image_url: a required property is missing (required)"),
        ({"type": "text", "text": 1}, "/text: 1 is not of type 'string' (type)"),
        (
            {"type": "image", "image_url": {"url": "u", "detail": "x"}},
            "/image_url/detail: 'x' is not one of ['low', 'high', 'auto'] (enum)",
        ),
        (
            {"type": "video"},
            ": matches none of the alternatives: 'text' was expected; 'image' was expected (anyOf)",
        ),
    ],
)
def test_of_alternatives_the_one_that_was_meant_is_explained(
    part: dict[str, Any], expected: str
) -> None:
    lines = chat(messages=[{"role": "user", "content": [part]}])
    assert f"/messages/0/content/0{expected}" in lines


def test_a_value_that_fits_no_alternative_lists_what_would() -> None:
    expected = (
        "/stop: matches none of the alternatives: "
        "5 is not of type 'string'; 5 is not of type 'array'"
    )
    assert chat(stop=5) == [f"{expected} (anyOf)"]
    assert GATEWAY.violations({"messages": [USER], "stop": 5}) == [f"{expected} (oneOf)"]


def test_an_optional_of_acedata_may_be_null_but_not_wrong() -> None:
    messages = [USER]
    assert ACEDATA.violations({"messages": messages, "seed": None, "unknown": 1}) == []
    assert ACEDATA.violations({"messages": messages, "model": None}) != []
    (line,) = ACEDATA.violations({"messages": messages, "reasoning_effort": "max"})
    assert "'max' is not one of ['low', 'high']" in line


def test_the_root_itself_has_a_readable_pointer() -> None:
    (line,) = ArgumentValidator({"maxProperties": 0}).violations({"a": 1})
    assert line.startswith("/: ")


def test_a_schema_without_a_draft_is_2020_12() -> None:
    validator = ArgumentValidator({"properties": {"a": {"prefixItems": [{"type": "string"}]}}})
    assert validator.violations({"a": [1]}) == ["/a/0: 1 is not of type 'string' (type)"]


def test_nesting_is_limited_without_a_recursion_error() -> None:
    def tools(levels: int) -> list[Any]:
        function = {"name": "f", "parameters": {"type": "object", "properties": nested(levels)}}
        return [{"type": "function", "function": function}]

    assert chat(tools=tools(150)) == []
    (line,) = chat(tools=tools(50_000))
    assert line.startswith("/tools/0/function/parameters/properties/a/a")
    assert line.endswith("nested deeper than 200 levels (depth)")


def test_long_values_are_not_quoted_whole() -> None:
    (line,) = chat(n="x" * 1_000_000)
    assert len(line) < 400
    assert line.endswith("is not of type 'integer' (type)")


def test_ten_thousand_messages_and_a_megabyte_of_prompt_are_judged() -> None:
    assert chat(messages=[USER] * 10_000) == []
    assert TEXT.violations({"model": "m", "prompt": "x" * 2**20}) == []
    assert len(chat(messages=[{**USER, "role": "x"}] * 10_000)) == 10_000
