"""Arguments of a tool's own without any effect: lost where the model was to read them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.audit.json_text import json_value
from harness.audit.mapped.told_off import is_told_off
from tests.audit.pretended_server import (
    TEXT,
    Body,
    broken_rules,
    mapped,
    prompted,
    request_of,
    tool,
)

DROPPED = {"mapping.argument-dropped": {"/own"}}


def own(part: dict[str, Any], body: Body, *, needed: Any = None, **more: Any) -> Any:
    """Return what is found in a tool with `prompt` and an argument `own` of this schema."""
    base = {"prompt": "hi", **({} if needed is None else {"own": needed})}
    return broken_rules(mapped(tool({"prompt": TEXT, "own": part}, base), body, **more))


def told(description: str, **part: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **part}


def reading(arguments: dict[str, Any]) -> Any:
    """Put the argument into the message, before what is asked."""
    rest = {key: value for key, value in arguments.items() if key != "own"}
    words = arguments.get("own")
    said = f"{words}\n{rest['prompt']}" if words else rest["prompt"]
    return prompted({**rest, "prompt": said})


def ignoring(arguments: dict[str, Any]) -> Any:
    return prompted({key: value for key, value in arguments.items() if key != "own"})


def _choosing(word: Any) -> Body:
    """Send what `own` chooses, `any` as `word`, as Anthropic has it."""

    def body(arguments: dict[str, Any]) -> Any:
        rest = {key: value for key, value in arguments.items() if key != "own"}
        own = arguments.get("own")
        choice = {} if own is None else {"tool_choice": {"type": word if own == "any" else own}}
        return {**prompted(rest), **choice}

    return body


@pytest.mark.parametrize(
    ("word", "description", "is_found"),
    [
        ("any", "", False),
        ("required", "", False),
        ("auto", "", True),
        ("auto", "auto, any or none", True),
        ("auto", "auto or none; `any` is the same as `auto`", False),
    ],
)
def test_a_word_to_choose_arrives_as_no_other_word_of_its_list(
    word: str, description: str, is_found: bool
) -> None:
    part = {"enum": ["auto", "any", "none"], "description": description}
    found = own(part, _choosing(word))
    assert found == ({"mapping.argument-changed": {"/own"}} if is_found else {})


FOR_THE_MODEL = {
    "persona": told("Who the model is to be"),
    "keywords": told("Comma-separated list of words that the answer has to contain"),
    "points": {"type": "array", "items": TEXT, "description": "What has to be said, in order"},
    "tone": told("One of formal, friendly or terse; the tone of the answer"),
    "language": told("Code of the language, e.g. de", pattern="^[a-z]{2}$"),
    "words": {"type": "integer", "minimum": 5, "maximum": 900, "description": "Most words"},
}


@pytest.mark.parametrize("name", FOR_THE_MODEL)
def test_what_is_meant_for_the_model_is_lost_without_an_effect(name: str) -> None:
    part = FOR_THE_MODEL[name]
    needed = "en" if name == "language" else None
    assert own(part, ignoring, needed=needed) == DROPPED
    assert own(part, reading, needed=needed) == {}


@pytest.mark.parametrize(
    "part",
    [
        told("Where the answer is saved"),
        told("Name of the session that the answer belongs to"),
        told("Tone of the answer; only used with persona"),
        {"type": "boolean", "description": "Whether the answer shows the model's thoughts"},
        {"type": "integer", "description": "Most characters of the answer that are shown"},
        told("Something"),
    ],
)
def test_a_setting_of_the_server_may_have_no_effect_that_is_seen(part: dict[str, Any]) -> None:
    assert own(part, ignoring) == {}


def test_another_model_may_be_asked_on_a_condition_only() -> None:
    part = told("Model that is asked when the answer is too short")

    def found(name: str) -> Any:
        def asking(arguments: dict[str, Any]) -> Any:
            return prompted({key: item for key, item in arguments.items() if key != name})

        facts = tool({"prompt": TEXT, name: part}, {"prompt": "hi"})
        return broken_rules(mapped(facts, asking))

    assert found("big_model") == {}
    assert found("big_word") == {"mapping.argument-dropped": {"/big_word"}}


def test_an_argument_that_names_a_key_of_the_provider_has_an_effect() -> None:
    part = {"enum": ["text", "json"], "default": "text", "description": "`json` asks for an object"}
    named = {**part, "description": "`json` asks for a JSON object (response_format)"}

    def asking(arguments: dict[str, Any]) -> Any:
        more = (
            {"response_format": {"type": "json_object"}} if arguments.get("own") == "json" else {}
        )
        return {**ignoring(arguments), **more}

    assert own(part, ignoring) == {}
    assert own(named, ignoring) == DROPPED
    assert own(named, asking) == {}


def test_what_an_earlier_request_of_several_holds_has_an_effect() -> None:
    def two(arguments: Any) -> list[Any]:
        last = {"messages": [{"role": "user", "content": "sum up"}]}
        return [request_of(arguments), request_of(last)]

    part = told("Context of the question")
    assert own(part, reading, requests=two) == {}
    assert own(part, ignoring, requests=two) == DROPPED


ACTION = {"enum": ["plan", "review"]}


def _acting(schema: dict[str, Any], value: Any, needed: list[str], **optional: Any) -> Any:
    """Return what is found in a tool of one action, which reads no optional argument."""
    properties = {"prompt": TEXT, "action": ACTION, "own": schema, **optional}
    base = {"prompt": "hi", "action": "plan"} | ({"own": value} if value is not None else {})
    facts = tool(properties, base, required=needed)
    return broken_rules(mapped(facts, lambda a: prompted({"prompt": a["prompt"]})))


def test_an_argument_may_belong_to_another_action() -> None:
    part, tone = told("Words that the answer has to contain"), told("Tone of the answer")
    needed = ["prompt", "action"]
    lost = {"mapping.argument-dropped": {"/own", "/tone"}}
    assert _acting(part, None, needed, tone=tone) == {}
    assert _acting(part, None, ["prompt"], tone=tone) == lost
    assert _acting(part, None, needed) == {"mapping.argument-dropped": {"/own"}}


def test_what_may_be_anything_is_no_conversation() -> None:
    needed = ["prompt", "action"]
    for part in ({}, {"type": "array"}, {"type": "array", "items": {}}):
        capacity = {**part, "description": "Capacity of the team"}
        assert _acting(capacity, None, needed, tone=told("Something")) == {}
        talk = {**part, "description": "What was said before, as messages"}
        found = _acting(talk, None, needed, tone=told("Something"))
        assert "/own" in found["mapping.argument-dropped"]


def test_a_value_that_is_told_as_none_asks_for_nothing() -> None:
    def found(description: str) -> Any:
        part = {"type": "integer", "minimum": 0, "maximum": 9, "description": description}

        def asking(arguments: dict[str, Any]) -> Any:
            return prompted({key: item for key, item in arguments.items() if item != 0})

        return broken_rules(mapped(tool({"prompt": TEXT, "top_k": part}, {"prompt": "hi"}), asking))

    assert found("The k likeliest tokens") == {"mapping.argument-dropped": {"/top_k"}}
    assert found("The k likeliest tokens (0 = off)") == {}


@pytest.mark.parametrize(
    ("text", "value", "is_off"),
    [
        ("Sample from the best (e.g. 40). 0/omitted = disabled.", 0, True),
        ("0 disables it", 0, True),
        ("Seconds; use -1 for no limit", -1, True),
        ("unlimited when 0", 0, True),
        ("`none` turns it off", "none", True),
        ("false: not sent", False, True),
        ("10 = off", 0, False),
        ("Between 0 and 2", 0, False),
        ("0 to 2; omit it for the usual one", 0, False),
        ("0.5 is off", 5, False),
        ("", "", False),
    ],
)
def test_which_values_are_told_as_none(text: str, value: Any, is_off: bool) -> None:
    assert is_told_off(text, value) is is_off


def test_what_a_later_request_reports_is_not_asked() -> None:
    """A gate whose failure is told to the model quotes it: that is no way of the argument."""
    part = told("Has to stand in the answer, else it is asked for anew")

    def two(arguments: Any) -> list[Any]:
        asked = {key: item for key, item in arguments.items() if key != "own"}
        again = {"role": "user", "content": f"missing: {arguments.get('own')!r}"}
        return [request_of(asked), request_of({"messages": [*asked["messages"], again]})]

    def first(arguments: Any) -> list[Any]:
        return two(arguments)[1:]

    def body(arguments: Any) -> Any:
        return {**prompted({"prompt": arguments["prompt"]}), "own": arguments.get("own")}

    assert own(part, body, requests=two) == {}
    assert own(part, body, requests=first) == {"mapping.argument-changed": {"/own"}}


STREAMING = tool(
    {
        "model": TEXT,
        "messages": {"type": "array", "items": {"type": "object"}, "minItems": 1},
        "stop": {"type": "array", "items": TEXT},
        "n": {"type": "integer", "minimum": 1},
        "stream": {"type": "boolean"},
    },
    {"model": "m", "messages": [{"role": "user", "content": "hi"}]},
)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda a: {**a, "stream_options": {"include_usage": True}}, {}),
        (
            lambda a: {key: item for key, item in a.items() if key != "stop"},
            {"mapping.argument-dropped": {"streamed: stop"}},
        ),
        (lambda a: {**a, "n": 1}, {"mapping.argument-changed": {"streamed: n"}}),
    ],
)
def test_all_that_was_given_is_asked_for_in_streams_as_well(
    change: Body, found: dict[str, set[str]]
) -> None:
    def body(arguments: dict[str, Any]) -> Any:
        return change(arguments) if arguments.get("stream") else arguments

    assert broken_rules(mapped(STREAMING, body)) == found


def test_three_words_to_choose_from_ask_for_three_things() -> None:
    part = {"enum": ["off", "low", "medium", "high"], "default": "off", "description": "Depth"}
    budgets = {"low": 2048, "medium": 4096, "high": 8192}

    def thinking(arguments: dict[str, Any], flat: int = 0) -> Any:
        depth = budgets.get(arguments.get("own", "off"))
        more = {"thinking": {"type": "enabled", "budget_tokens": flat or depth}} if depth else {}
        return {**ignoring(arguments), **more}

    assert own(part, thinking) == {}
    assert own(part, lambda arguments: thinking(arguments, 2048)) == DROPPED
    assert own({**part, "enum": ["off", "on", "yes"]}, thinking) == {}


def test_a_text_that_is_to_be_json_is_refused_or_sent() -> None:
    part = told('Facts as a JSON object in a text, e.g. {"customer": "Ann", "orders": 2}')

    def reads(arguments: dict[str, Any]) -> Any:
        facts = json_value(arguments.get("own", "null"), otherwise={})
        return {**ignoring(arguments), "system": f"Facts: {json.dumps(facts)}"}

    def passes(arguments: dict[str, Any]) -> Any:
        return {**ignoring(arguments), "system": f"Facts: {arguments.get('own', '')}"}

    assert own(part, reads) == DROPPED
    assert own(part, passes) == {}
    assert own({**part, "description": f"{part['description']}, or else ignored"}, reads) == {}


def test_a_key_that_a_json_object_is_told_to_have_is_sent() -> None:
    part = told('JSON object with any of temperature and top_k, e.g. {"temperature": 0.5}')

    def sends(*keys: str) -> Body:
        def body(arguments: dict[str, Any]) -> Any:
            options = json_value(arguments.get("own", "{}"))
            if not isinstance(options, dict):  # no server: one that takes it has to send it
                return {**ignoring(arguments), "system": arguments["own"]}
            return {**ignoring(arguments), **{key: options[key] for key in keys if key in options}}

        return body

    assert own(part, sends("temperature", "top_k")) == {}
    assert own(part, sends("temperature")) == DROPPED


def test_a_word_sends_the_number_that_is_told_of_it() -> None:
    part = {
        "enum": ["precise", "balanced", "creative"],
        "default": "balanced",
        "description": "precise is temperature 0.2, balanced 0.7, creative 1.2.",
    }

    def sends(**numbers: float) -> Body:
        told = {"precise": 0.2, "balanced": 0.7, "creative": 1.2, **numbers}
        return lambda a: {**ignoring(a), "temperature": told[a.get("own", "balanced")]}

    assert own(part, sends()) == {}
    assert own(part, sends(creative=0.9)) == {"mapping.argument-changed": {"/own"}}
    assert own({**part, "description": "How free"}, sends(creative=0.9)) == {}
    assert own(part, sends(precise=0.3, balanced=0.8, creative=0.9)) == {}
    assert own(part, sends(precise=1.2, creative=0.2)) == {"mapping.argument-changed": {"/own"}}


def test_a_word_asks_the_model_that_is_told_of_it() -> None:
    part = {"enum": ["small", "large"], "description": "small is gpt-4o-mini, large uses gpt-4o."}

    def sends(small: str, large: str) -> Body:
        return lambda a: {**ignoring(a), "model": small if a.get("own") == "small" else large}

    assert own(part, sends("gpt-4o-mini", "gpt-4o")) == {}
    assert own(part, sends("gpt-4o", "gpt-4o-mini")) == {"mapping.argument-changed": {"/own"}}
    assert own(part, sends("gpt-5-mini", "gpt-5")) == {}


def test_words_send_the_numbers_that_are_told_in_their_order() -> None:
    part = {
        "enum": ["short", "medium", "long"],
        "default": "medium",
        "description": "Longest answer: 200, 1000 or 4000 tokens.",
    }

    def sends(**numbers: int) -> Body:
        told = {"short": 200, "medium": 1000, "long": 4000, **numbers}
        return lambda a: {**ignoring(a), "max_completion_tokens": told[a.get("own", "medium")]}

    assert own(part, sends()) == {}
    assert own(part, sends(long=1000)) == {"mapping.argument-changed": {"/own"}}


def test_a_boolean_arrives_as_it_is_at_a_key_of_its_own_name() -> None:
    part = {"type": "boolean", "description": "Whether a guarding text is put in front"}

    def sends(key: str, negated: bool) -> Body:
        return lambda a: {**ignoring(a), **({key: a["own"] is not negated} if "own" in a else {})}

    assert own(part, sends("own", negated=False)) == {}
    assert own(part, sends("own", negated=True)) == {"mapping.argument-changed": {"/own"}}
    assert own(part, sends("unguarded", negated=True)) == {}


def test_a_text_arrives_whole_however_long_the_schema_lets_it_be() -> None:
    facts = tool({"prompt": {**TEXT, "maxLength": 60_000}}, {"prompt": "hi"})

    def cut(most: int) -> Body:
        return lambda arguments: prompted({"prompt": arguments["prompt"][:most]})

    assert broken_rules(mapped(facts, cut(60_000))) == {}
    assert broken_rules(mapped(facts, cut(30_000))) == {"mapping.argument-changed": {"/prompt"}}


def test_a_word_that_is_none_of_those_listed_is_refused_or_sent() -> None:
    part = told("One of formal, friendly or terse; capitals do not matter.")
    known = {"formal", "friendly", "terse"}

    def falling_back(arguments: dict[str, Any]) -> Any:
        word = str(arguments.get("own", "formal")).lower()
        return {**ignoring(arguments), "system": f"Be {word if word in known else 'formal'}."}

    open_list = {**part, "description": f"{part['description']} Others are taken for formal."}
    assert own(part, falling_back) == DROPPED
    assert own(part, reading) == {}
    assert own(told("Tone, e.g. formal, friendly or terse"), falling_back) == {}
    assert own({**part, "description": "One of formal, friendly, or any other"}, reading) == {}
    assert own(open_list, falling_back) == {}
    base = {"prompt": "hi"}
    says = tool({"prompt": TEXT, "own": part}, base, description="Unknown tones are formal.")
    assert broken_rules(mapped(says, falling_back)) == {}


def test_all_items_of_a_list_arrive_however_many_its_schema_allows() -> None:
    part = {"type": "array", "items": TEXT, "maxItems": 10, "description": "What has to be said"}

    def first(most: int) -> Body:
        return lambda a: reading({**a, "own": "; ".join(a.get("own", [])[:most])})

    assert own(part, first(10)) == {}
    assert own(part, first(3)) == {"mapping.argument-changed": {"/own"}}
    told = {**part, "description": "What has to be said; the first 3 are sent"}
    assert own(told, first(3)) == {}


@pytest.mark.parametrize("sends", [True, False])
def test_a_word_of_the_tools_own_may_ask_for_what_only_the_result_shows(sends: bool) -> None:
    words = {"enum": ["enabled", "enabled_with_reasoning", "disabled"]}
    facts = tool({"prompt": TEXT, "thinking": words}, {"prompt": "hi", "thinking": "enabled"})

    def body(a: dict[str, Any]) -> Any:
        kind = "disabled" if a.get("thinking") == "disabled" else "enabled"
        return {**prompted({"prompt": a["prompt"]}), **({"thinking": kind} if sends else {})}

    found = broken_rules(mapped(facts, body))
    assert ("/thinking" in found.get("mapping.argument-dropped", ())) is not sends
