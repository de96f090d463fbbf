"""Refusals that do not speak against a server: announced ones, and those of unknown reason."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from harness.audit.refusals.disputed import is_read_as_json
from harness.audit.refusals.pace import asked_to_wait
from harness.audit.refusals.refused import judge_valid
from harness.audit.refusals.wording import is_named, named_arguments
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


@pytest.mark.parametrize(
    ("text", "is_refusal"),
    [
        ("invalid: n is too large", True),
        ("[错误] n 太大", True),
        ("图片分析失败：n 太大", True),
        ("昨天的比赛失败，原因如下", False),
        ("正确的错误处理", False),
        ('{"error": "n is invalid"}', True),
        ('{"status": "success", "message": "no invalid task"}', False),
        ('{"total": null, "why": "20% for unexpected work"}', False),
        (f"{'A long plan. ' * 40} It must be read.", False),
    ],
)
def test_a_result_refuses_by_its_beginning(text: str, is_refusal: bool) -> None:
    def serving(arguments: dict[str, Any]) -> Reply:
        told = Reply(Outcome(plane="result", content=[{"type": "text", "text": text}]))
        return told if arguments.get("n") == 3 and not problem(arguments) else correct(arguments)

    assert ("valid-rejected" in breaches(judged(serving))) is is_refusal


def test_a_refusal_of_the_pace_is_no_refusal_of_the_arguments() -> None:
    hurried = also_refusing(lambda a: a.get("n") == 3, "Rate limit exceeded, retry after 0.2 s")
    found = judged(hurried)
    assert breaches(found) == {}
    assert any(isinstance(item, NotTested) and "pace" in item.reason for item in found)
    strict = also_refusing(lambda a: a.get("n") == 3, "n is limited")
    assert "valid-rejected" in breaches(judged(strict))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Rate limit exceeded. Wait 0.0s", 0.0),
        ('{"error": "rate_limit", "retry_after": 0.25}', 0.25),
        ("Too many requests, try again in 300 ms", 0.3),
        ('{"error": "throttled", "retry_after_ms": 40}', 0.04),
        ("Too many calls", 1.0),
        ("请求过于频繁，请在 2 秒后重试", 2.0),
        ("请求太长", None),
        ("The limit of tokens is 5", None),
    ],
)
def test_how_long_to_wait_is_read(text: str, seconds: float | None) -> None:
    assert asked_to_wait(Outcome(plane="tool_error", content=[{"type": "text", "text": text}])) == (
        seconds
    )


@pytest.mark.parametrize(
    ("part", "excused"),
    [
        ({"type": "string"}, True),
        ({"type": "string", "minLength": 0}, False),
    ],
)
def test_a_blank_text_that_is_required_may_be_refused(part: dict[str, Any], excused: bool) -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["task"] = part
    schema["required"] = [*schema["required"], "task"]
    tool = replace(facts(schema), base={**BASE, "task": "do"})
    right = enforcing(schema)

    def serve(arguments: dict[str, Any]) -> Reply:
        is_blank = not str(arguments.get("task", "x")).strip()
        return refused("task must not be empty") if is_blank else right(arguments)

    assert ("valid-rejected" in breaches(judged(serve, tool))) is not excused


@pytest.mark.parametrize(
    ("bounds", "others", "excused"),
    [({}, (), True), ({}, ("temperature", "n"), False), ({"minimum": 0}, (), False)],
)
def test_numbers_that_no_provider_takes_may_be_refused(
    bounds: dict[str, Any], others: tuple[str, ...], excused: bool
) -> None:
    schema = copy.deepcopy(SCHEMA)
    for name in {"temperature", "n"} - set(others):
        del schema["properties"][name]
    schema["properties"]["max_tokens"] = {"type": "integer", **bounds}
    right = enforcing(schema)

    def serve(arguments: dict[str, Any]) -> Reply:
        given = arguments.get("max_tokens")
        is_wrong = isinstance(given, int) and not isinstance(given, bool) and given < 1
        return refused("max_tokens must be positive") if is_wrong else right(arguments)

    assert ("valid-rejected" in breaches(judged(serve, facts(schema)))) is not excused


def test_the_same_refusal_of_several_arguments_is_one_cause() -> None:
    schema = copy.deepcopy(SCHEMA)
    for name in ("one", "two", "three"):
        schema["properties"][name] = {"type": "integer", "minimum": 1, "maximum": 9}
    right = enforcing(schema)

    def serve(arguments: dict[str, Any]) -> Reply:
        for name in ("one", "two", "three"):
            if arguments.get(name) == 9:
                return refused(f"{name} must be less than 9")
        return refused("n is odd") if arguments.get("n") == 3 else right(arguments)

    causes = breaches(judged(serve, facts(schema)))["valid-rejected"]
    assert causes == {"… must be less than #", "/n"}


def test_an_empty_conversation_may_be_refused_as_providers_do() -> None:
    schema = without("properties", "messages", "minItems")

    def serve(arguments: dict[str, Any]) -> Reply:
        if arguments.get("messages") == []:
            return refused("messages cannot be empty")
        return enforcing(schema)(arguments)

    found = judged(serve, facts(schema))
    assert breaches(found) == {}
    notes = [item for item in found if isinstance(item, NotTested) and "messages" in item.reason]
    assert len(notes) == 1


def test_what_is_not_seen_is_not_held_against_the_server() -> None:
    unnamed = also_refusing(lambda arguments: arguments.get("n") == 3, "the provider said no")
    found = judged(unnamed, is_seen=False)
    assert "valid-rejected" not in breaches(found)
    assert any(isinstance(item, NotTested) and "not seen" in item.reason for item in found)


def test_a_stream_may_be_refused_without_a_word_about_streams() -> None:
    serving = also_refusing(lambda arguments: arguments.get("stream") is True, "not today")
    assert breaches(judged(serving)) == {}


def test_a_tool_without_a_provider_may_know_no_such_name() -> None:
    serving = also_refusing(lambda arguments: arguments.get("n") == 3, "no such path")
    alone = replace(facts(), dialect=None)
    assert "valid-rejected" not in breaches(judged(serving, alone))
    silent = Reply(Outcome(plane="timeout", message="no answer"))
    hanging = judged(lambda a: silent if a.get("n") == 4 else correct(a), alone)
    assert set(breaches(hanging)) == {"valid-rejected"}


def test_a_restriction_may_be_told_of_an_argument_that_is_not_given() -> None:
    schema = without("required")
    text = "Either `model` or `messages` must be provided"
    serving: Serving = lambda arguments: (  # noqa: E731
        refused(text)
        if not {"model", "messages"} & set(arguments)
        else enforcing(schema)(arguments)
    )
    documented = facts(schema, description="Provide either `model` or `messages`.")
    assert breaches(judged(serving, documented)) == {}
    assert set(breaches(judged(serving, facts(schema)))) == {"valid-rejected"}


def test_how_wrong_arguments_are_refused_is_unknown_where_no_call_succeeds() -> None:
    everything = lambda arguments: Reply(refused("status 404").outcome, arguments)  # noqa: E731
    found = judged(everything, replace(facts(), base=None))
    assert not {"unnamed", "rejected-late", "crash"} & set(breaches(found))
    closed = judged(lambda arguments: refused("access denied"), replace(facts(), base=None))
    assert breaches(closed) == {}
    assert any(isinstance(item, NotTested) and "how it refuses" in item.what for item in closed)


def test_an_answer_that_refuses_ordinary_calls_too_accepts_nothing() -> None:
    down = '{"status": "error", "message": "the folder is gone"}'

    def serving(arguments: dict[str, Any]) -> Reply:
        return refused(down, "result") if "stop" in arguments else correct(arguments)

    def lax(arguments: dict[str, Any]) -> Reply:
        return refused(down, "result") if "stop" in arguments else answered(arguments)

    found = breaches(judged(serving))
    assert set(found) == {"valid-rejected"}
    assert "/stop" not in breaches(judged(lax)).get("invalid-accepted", set())


def test_a_word_that_is_another_arguments_value_names_no_argument() -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"] |= {"text": {"type": "string"}, "tone": {"type": "string"}}
    serving = enforcing(schema)

    def also(arguments: dict[str, Any]) -> Reply:
        said = f"this tone is not right: {arguments.get('tone')}"
        return refused(said) if arguments.get("tone") == "text" else serving(arguments)

    found = breaches(judged(also, facts(schema)))
    assert found == {"valid-rejected": {"/tone"}}


def test_a_value_that_is_quoted_is_the_one_that_is_refused() -> None:
    told = 'Language in English, e.g. "German"'
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["target"] = {"type": "string", "description": told}

    def found(description: str) -> set[str]:
        schema["properties"]["target"]["description"] = description

        def serving(arguments: dict[str, Any]) -> Reply:
            wrong, value = problem(arguments, schema), arguments.get("target", "German")
            if not wrong and len(value) > 2 and value != "German":
                wrong = f"unsupported language '{value}' for model qwen"
            return refused(wrong) if wrong else answered(arguments)

        return breaches(judged(serving, facts(schema))).get("valid-rejected", set())

    assert found(told) == set()
    assert found("Language") == {"/target"}


def test_refusals_that_begin_alike_are_one_cause() -> None:
    serving = also_refusing(lambda a: "stop" in a, "")

    def quoting(arguments: dict[str, Any]) -> Reply:
        done = serving(arguments)
        said = f"All of those council members: {arguments.get('stop')}, alas"
        return refused(said) if done == refused("") else done

    without_pointer = [one for one in breaches(judged(quoting))["valid-rejected"] if one[0] != "/"]
    assert len(without_pointer) == 1


def test_an_answer_that_valid_calls_get_too_refuses_nothing() -> None:
    def serving(arguments: dict[str, Any]) -> Reply:
        if "n" in arguments:
            return refused("Step one. These fields are required: see below. id 12", "result")
        return correct(arguments)

    def refusing(arguments: dict[str, Any]) -> Reply:
        if "n" in arguments and problem(arguments):
            return refused("Step none. These fields are required: n", "result")
        return serving(arguments)

    assert breaches(judged(serving))["invalid-accepted"] >= {"/n"}
    assert "rejected-as-success" not in breaches(judged(serving))
    assert "rejected-as-success" in breaches(judged(refusing))


def test_what_an_sdk_reads_as_json_does_not_excuse_the_same_words_elsewhere() -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["kind"] = {"enum": ["null", "plain"]}

    def serve(arguments: dict[str, Any]) -> Reply:
        if problem(arguments, schema) or is_read_as_json(arguments):
            return refused("Some argument is invalid")
        return answered(arguments)

    assert set(breaches(judged(serve, facts(schema)))) == {"unnamed"}


@pytest.mark.parametrize("told", ["Model", "Claude model, e.g. claude-sonnet-4-5"])
def test_what_worked_in_the_ordinary_call_is_no_reason_of_a_masked_refusal(told: str) -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["model"] = {"type": "string", "description": told}
    serve = enforcing(schema)

    def crashing(arguments: dict[str, Any]) -> Reply:
        is_right = not problem(arguments, schema)
        masked = refused("Error executing tool create_chat")
        return masked if is_right and "temperature" in arguments else serve(arguments)

    assert "valid-rejected" in breaches(judged(crashing, facts(schema)))


def test_the_name_of_a_tool_is_not_cut_out_of_a_word() -> None:
    violation = Violation(keyword="minItems", pointer="/messages", was=[1], now=[])
    probe = Probe(id="x", phase="invalid", tool="message", arguments={}, violation=violation)
    text = "1 validation error for messageArguments\nmessages\n  List should have 1 item"
    assert is_named(violation, observed(probe, refused(text)))


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("image not found: 5", True),
        ("image not found", False),
        ("error: 5", False),
        ("path not found: 5", True),
    ],
)
def test_a_word_of_the_name_beside_the_value_names_an_argument(text: str, is_told: bool) -> None:
    violation = Violation(keyword="type", pointer="/image_path", was="x", now=5)
    probe = Probe(id="x", phase="invalid", tool="t", arguments={}, violation=violation)
    assert is_named(violation, observed(probe, refused(text))) is is_told


LISTED = "Unknown metric(s): ['hello']. Available: ['faithfulness', 'relevancy', 'recall']"


@pytest.mark.parametrize(
    ("told", "excused"),
    [
        ("Scores by metrics: faithfulness (of the answer), relevancy, recall.", True),
        ("Scores an answer.", False),
    ],
)
def test_names_that_the_tool_lists_may_be_asked_for_whoever_has_the_same_value(
    told: str, excused: bool
) -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["metrics"] = {"type": "array", "items": {"type": "string"}}
    serving = also_refusing(lambda a: bool(a.get("metrics")), LISTED)
    tool = facts(schema)
    tool = replace(tool, definition={**tool.definition, "description": told})
    given = {**BASE, "user": "hello", "metrics": ["hello"]}
    probe = Probe(id="valid/t/1", phase="valid", tool="create_chat", arguments=given)
    found = list(judge_valid(observed(probe, serving(given)), tool, {}, asks=True))
    assert any(isinstance(one, NotTested) for one in found) is excused


def test_a_text_is_cut_out_of_a_refusal_as_json_writes_it() -> None:
    said = "\"quoted\" 'text' \\back Ω≈ç"
    given = {"text": said, "model": said}
    refusal = json.dumps({"error": f"不支持的模型: {said}"}, ensure_ascii=False)
    probe = Probe(id="x", phase="valid", tool="create_chat", arguments=given)
    assert named_arguments(given, observed(probe, refused(refusal))) == []
