"""The oracle of validation: each way to validate badly has its rule, and correct ways have none."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.found import Found
from harness.audit.json_text import json_value
from harness.audit.refusals.causes import EVERYWHERE
from harness.audit.refusals.reply import reply_to
from harness.audit.refusals.wording import named_arguments
from harness.records.audit import NotTested, Probe, Violation
from harness.records.call import Outcome
from tests.audit.judged_server import (
    BASE,
    SCHEMA,
    Reply,
    Serving,
    also_refusing,
    answered,
    breaches,
    correct,
    enforcing,
    facts,
    judged,
    observed,
    problem,
    refused,
    without,
)


def arranged(arrange: Callable[[Any], Any]) -> Serving:
    return lambda arguments: correct(arrange(arguments))


def refusing(reply: Callable[[str], Reply]) -> Serving:
    def serve(arguments: dict[str, Any]) -> Reply:
        found = problem(arguments)
        return reply(found) if found else answered(arguments)

    return serve


def number_from_text(arguments: dict[str, Any]) -> dict[str, Any]:
    given = arguments.get("n")
    is_digits = isinstance(given, str) and given.isdigit()
    return {**arguments, "n": int(given)} if is_digits else arguments  # type: ignore[arg-type]


def known(arguments: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in arguments.items() if key in SCHEMA["properties"]}


def known_everywhere(arguments: dict[str, Any]) -> dict[str, Any]:
    found = known(arguments)
    if isinstance(found.get("messages"), list):
        found["messages"] = [
            {key: one[key] for key in one if key in ("role", "content")}
            if isinstance(one, dict)
            else one
            for one in found["messages"]
        ]
    return found


def name_in(found: str) -> str:
    place, _, sentence = found.partition(": ")
    return sentence.split("'")[1] if place == "$" else place


def late(arguments: dict[str, Any]) -> Reply:
    return Reply(correct(arguments).outcome, arguments)


def failing_later(arguments: dict[str, Any]) -> Reply:
    return Reply(refused("The answer has no choices").outcome, arguments)


def zod(arguments: dict[str, Any]) -> Reply:
    found = problem(known_everywhere(arguments))
    text = f"MCP error -32602: Input validation error: Invalid arguments for tool x: {found}"
    return refused(text) if found else answered(known_everywhere(arguments))


def zod_4(arguments: dict[str, Any]) -> Reply:
    reply = zod(arguments)
    told = f"{reply.outcome.text}\nInvalid input: expected string, received number"
    return answered(reply.body) if reply.outcome.plane == "result" else refused(told)


def asking_behind(every: int, is_late: Callable[[str], bool] = lambda found: False) -> Serving:
    """Validate first, while every so many refusals meet a request that an earlier call left."""
    refusals = itertools.count(1)

    def serve(arguments: dict[str, Any]) -> Reply:
        reply = correct(arguments)
        if reply.body is not None:
            return reply
        is_met = next(refusals) % every == 0
        return reply._replace(body=BASE if is_met or is_late(problem(arguments)) else None)

    return serve


UNKNOWN = {"/(unknown key)", "/messages/*/(unknown key)"}
CORRECT: dict[str, Serving] = {
    "the reference": correct,
    "the name only": refusing(lambda found: refused(f"bad {name_in(found)}")),
    "a validator's own sentence": refusing(lambda found: refused(found.partition(": ")[2])),
    "refuses streams": also_refusing(
        lambda arguments: arguments.get("stream") is True, "streaming is not supported"
    ),
    "fails after it asked": lambda arguments: (
        correct(arguments) if problem(arguments) else failing_later(arguments)
    ),
    "passes on another way": lambda arguments: (
        correct(arguments) if problem(arguments) else answered({"inputs": [arguments]})
    ),
}


@pytest.mark.parametrize("name", CORRECT)
def test_a_correct_way_of_validating_is_no_finding(name: str) -> None:
    assert breaches(judged(CORRECT[name])) == {}


DEFECTS: dict[str, tuple[Serving, dict[str, set[str]]]] = {
    "a bound is open": (
        enforcing(without("properties", "temperature", "maximum")),
        {"invalid-accepted": {"/temperature"}},
    ),
    "nothing is checked": (answered, {"invalid-accepted": {"everywhere"}}),
    "keys pass": (
        enforcing(without("additionalProperties")),
        {"invalid-accepted": {"/(unknown key)"}},
    ),
    "no lists are measured": (
        enforcing(without("properties", "stop", "maxItems")),
        {"invalid-accepted": {"/stop"}},
    ),
    "text is read as a number": (arranged(number_from_text), {"coerced": {"string converted"}}),
    "null is left out": (
        arranged(lambda arguments: {k: v for k, v in arguments.items() if v is not None}),
        {"coerced": {"null converted"}},
    ),
    "keys are dropped at the top": (arranged(known), {"unknown-dropped": {"/(unknown key)"}}),
    "keys are dropped by the SDK": (zod, {"unknown-stripped": {"validation.unknown-stripped"}}),
    "keys are dropped by the author": (zod_4, {"unknown-dropped": UNKNOWN}),
    "refused late": (late, {"rejected-late": {"late"}}),
    "refused as a result": (
        refusing(lambda found: refused(f"Invalid arguments: {found}", "result")),
        {"rejected-as-success": {"as success"}},
    ),
    "no name": (
        refusing(lambda found: refused("The request is not valid.")),
        {"unnamed": {"The request is not valid."}},
    ),
    "the tool's name only": (
        refusing(lambda found: refused("create_chat: 1 problem")),
        {"unnamed": {": # problem"}},
    ),
    "JSON-RPC": (
        refusing(lambda found: refused(found, "protocol_error", -32602)),
        {"json-rpc": {"json-rpc"}},
    ),
    "a member is refused": (
        also_refusing(
            lambda arguments: "assistant" in str(arguments), "$.messages: 'assistant' is unknown"
        ),
        {"valid-rejected": {"/messages"}},
    ),
    "the end of a range is refused, without words": (
        also_refusing(lambda arguments: arguments.get("temperature") == 2, "no"),
        {"valid-rejected": {"tool_error: no"}},
    ),
}


def test_a_request_that_an_earlier_call_left_refuses_nothing_late() -> None:
    assert breaches(judged(asking_behind(3))) == {}
    mixed = judged(asking_behind(3, lambda found: found.startswith("$.temperature")))
    late_ones = {item.pointer for item in mixed if isinstance(item, Found)}
    assert late_ones == {"/temperature"}
    assert breaches(judged(asking_behind(1))) == {"rejected-late": {"late"}}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_wrong_way_of_validating_has_its_rule_and_its_cause(name: str) -> None:
    serving, expected = DEFECTS[name]
    assert breaches(judged(serving)) == expected


CRASHES = {
    "an interpreter's words": refused("'int' object has no attribute 'upper'"),
    "a quoted key": refused("'model'", "protocol_error", -32603),
    "an internal error": refused("Internal server error", "protocol_error", -32603),
    "silence": Reply(Outcome(plane="timeout", message="no answer within 10 s")),
    "a broken link": Reply(Outcome(plane="transport_error", message="closed")),
}


@pytest.mark.parametrize("name", CRASHES)
def test_wrong_arguments_that_break_the_server_are_a_crash(name: str) -> None:
    found = breaches(judged(refusing(lambda found: CRASHES[name])))
    assert set(found) == {"crash"}


def test_what_quotes_the_callers_own_text_is_no_crash() -> None:
    said = "Traceback (most recent call last): object is not callable"

    def serve(arguments: dict[str, Any]) -> Reply:
        return refused(f"model, which is {arguments.get('model')!r}, or messages, role or n")

    violation = Violation(keyword="type", pointer="/n", was=1, now="x")
    probe = Probe(
        id="x", phase="invalid", tool="create_chat", arguments={"model": said}, violation=violation
    )
    assert reply_to(observed(probe, serve({"model": said})), asks=True) == "refused"
    assert reply_to(observed(probe, refused(f"n: {said[:30]}")), asks=True) == "crashed"


def test_a_text_of_the_caller_is_no_piece_of_the_name_that_a_refusal_says() -> None:
    given = {"kind": "thinking", "thinking_budget": 7}
    probe = Probe(id="x", phase="valid", tool="create_chat", arguments=given)
    text = "thinking_budget: too small; thinking is fine"
    seen = observed(probe, refused(text))
    assert named_arguments(given, seen) == ["thinking_budget"]


def test_a_server_that_validates_little_is_one_finding_and_one_loose_argument_another() -> None:
    names = ("a", "b", "c", "d", "e", "f")
    properties = {name: {"type": "string", "minLength": 2} for name in names}
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], **properties}}

    def loose(*free: str) -> Serving:
        def serve(arguments: dict[str, Any]) -> Reply:
            # A wrong length is seen everywhere, another type only where it is looked for.
            rest = {
                key: value
                for key, value in arguments.items()
                if key not in free or (isinstance(value, str) and key in names)
            }
            found = problem(rest, schema)
            return refused(found) if found else answered(arguments)

        return serve

    most = (*names, "temperature", "n", "stop", "stream")
    assert breaches(judged(loose(*most), facts(schema))) == {"invalid-accepted": {EVERYWHERE}}
    assert breaches(judged(loose("a"), facts(schema))) == {"invalid-accepted": {"/a"}}


def test_a_bound_of_many_characters_is_met_exactly() -> None:
    essay = {"type": "string", "maxLength": 100_000}
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "essay": essay}}
    assert breaches(judged(enforcing(schema), facts(schema))) == {}

    def strict(arguments: dict[str, Any]) -> Reply:
        if len(str(arguments.get("essay", ""))) == 100_000:
            return refused("essay is too long")
        return enforcing(schema)(arguments)

    assert breaches(judged(strict, facts(schema))) == {"valid-rejected": {"/essay"}}


def test_a_lax_parser_is_known_although_nothing_of_the_argument_is_sent() -> None:
    def lax(arguments: dict[str, Any]) -> Reply:
        read = {0: False, 1: True, "true": True, "false": False}
        given = arguments.get("stream")
        is_read = isinstance(given, int | str) and given in read
        taken = {**arguments, "stream": read[given]} if is_read else arguments
        found = problem(taken)
        sent = {key: item for key, item in taken.items() if key != "stream"}
        return refused(found) if found else answered(sent)

    assert breaches(judged(lax)) == {"coerced": {"number converted", "string converted"}}


def test_an_argument_that_takes_any_type_is_one_cause_and_a_lax_parser_another() -> None:
    def serving(*names: str) -> Serving:
        def serve(arguments: dict[str, Any]) -> Reply:
            taken = {
                key: str(item) if key in names and not isinstance(item, str) else item
                for key, item in arguments.items()
            }
            found = problem(taken, schema)
            return refused(found) if found else answered(taken)

        return serve

    text = {"type": "string"}
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "user": text, "suffix": text}}
    types = {f"{one} converted" for one in ("number", "boolean", "array", "object", "null")}
    assert breaches(judged(serving("user"), facts(schema))) == {"coerced": {"/user"}}
    assert breaches(judged(serving("user", "suffix"), facts(schema))) == {"coerced": types}


def test_dropped_keys_are_a_defect_where_another_level_refuses_them() -> None:
    def serve(arguments: dict[str, Any]) -> Reply:
        found = problem(known(arguments))
        text = f"Input validation error: Invalid arguments for tool x: {found}"
        return refused(text) if found else answered(known(arguments))

    assert set(breaches(judged(serve))) == {"unknown-dropped"}


def test_a_finding_says_what_was_given_and_where() -> None:
    found = judged(enforcing(without("properties", "temperature", "maximum")))
    first = next(item for item in found if isinstance(item, Found))
    assert first.pointer == "/temperature"
    assert first.message.startswith("/temperature: ")
    assert first.message.endswith(" breaks maximum, and the provider gets it")


@pytest.mark.parametrize(
    ("own_words", "how"),
    [
        ("Answer in {}. Use null and None for nothing.", "gets something else in its place"),
        ("Answer well. Use null and None for nothing.", "is asked without it"),
    ],
)
def test_null_is_left_out_unless_the_server_makes_a_word_of_it(own_words: str, how: str) -> None:
    def serve(arguments: dict[str, Any]) -> Reply:
        given = {key: item for key, item in arguments.items() if item is not None}
        said = {"role": "system", "content": own_words.format(arguments.get("stop", "full"))}
        found = problem(given)
        return refused(found) if found else answered({**given, "messages": [said]})

    found = [item for item in judged(serve) if isinstance(item, Found) and item.pointer == "/stop"]
    assert {item.message.rpartition(" provider ")[2] for item in found} == {how}


def with_metadata() -> dict[str, Any]:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["metadata"] = {"type": "object"}
    return schema


def reading(name: str, kinds: tuple[type, ...]) -> Serving:
    """Return a server that reads one argument as JSON where it comes to one of the types."""
    enforced = enforcing(with_metadata())

    def serve(arguments: dict[str, Any]) -> Reply:
        value = json_value(arguments[name]) if isinstance(arguments.get(name), str) else None
        return enforced({**arguments, name: value} if isinstance(value, kinds) else arguments)

    return serve


def test_an_sdk_reads_the_json_text_of_an_object_but_of_no_scalar() -> None:
    tool = facts(with_metadata())
    found = judged(reading("metadata", (dict,)), tool)
    assert breaches(found) == {}
    notes = [one.what for one in found if isinstance(one, NotTested)]
    assert "the JSON text of metadata" in notes
    assert "coerced" in breaches(judged(reading("temperature", (int, float)), tool))


def test_an_object_that_goes_on_as_its_text_is_accepted() -> None:
    lax = with_metadata()
    lax["properties"]["metadata"] = {"type": ["object", "string"]}
    found = breaches(judged(enforcing(lax), facts(with_metadata())))
    assert set(found) == {"invalid-accepted"}
