from __future__ import annotations

import json
import math
import random
from typing import Any

import jsonpointer
import pytest
from hypothesis import HealthCheck, given, settings

from harness.generation import Case, Generator, arguments, generator_for
from harness.generation.choices import Choices
from harness.generation.validity import Validity, is_json
from tests.generation.schemas import documented

NAMES = ("create_chat_completion", "create_completion", "chat_completion", "grok_chat_completions")
CHAT = documented("create_chat_completion")


@pytest.fixture(params=NAMES, scope="module")
def generator(request: pytest.FixtureRequest) -> Generator:
    return generator_for(documented(request.param))


def _drawn(generator: Generator, count: int, seed: int = 1) -> list[Any]:
    decisions = random.Random(seed)
    return [generator.valid(decisions.randbytes(48)).arguments for _ in range(count)]


def _judge_many(generator: Generator, count: int) -> None:
    decisions = random.Random(3)
    for _ in range(count):
        valid = generator.valid(decisions.randbytes(48))
        assert generator.validity.agree(valid.arguments, True), valid
        invalid = generator.invalid(decisions.randbytes(48))
        assert generator.validity.agree(invalid.arguments, False), invalid
        assert isinstance(invalid.arguments, dict)


def test_valid_and_invalid_arguments_are_so_for_both_validators(generator: Generator) -> None:
    _judge_many(generator, 150)


@pytest.mark.long
def test_ten_thousand_valid_and_invalid_arguments_are_so(generator: Generator) -> None:
    _judge_many(generator, 10_000)


def test_every_keyword_is_met_and_broken_at_every_place(generator: Generator) -> None:
    one_sided = [one for one in generator.coverage if not (one.accepted and one.rejected)]
    assert one_sided == []
    assert generator.unsupported == ()


def test_coverage_lists_every_assertion_of_the_schema() -> None:
    places = {(one.keyword, one.schema_pointer) for one in generator_for(CHAT).coverage}
    part = "/properties/messages/items/properties/content/anyOf/1/items/anyOf/1"
    for expected in (
        ("required", ""),
        ("additionalProperties", part),
        ("const", f"{part}/properties/type"),
        ("enum", f"{part}/properties/image_url/properties/detail"),
        ("exclusiveMinimum", "/properties/n"),
        ("maxItems", "/properties/search_parameters/properties/sources/items/anyOf/2"
         "/properties/excluded_websites"),
    ):  # fmt: skip
        assert expected in places
    assert ("properties", "") not in places, "what asserts nothing itself has no two sides"


def test_every_optional_key_is_both_present_and_absent(generator: Generator) -> None:
    schema = generator.validity.schema
    drawn = _drawn(generator, 120)
    for name in set(schema["properties"]) - set(schema["required"]):
        present = [name in arguments for arguments in drawn]
        assert any(present), name
        assert not all(present), name


def test_the_simplest_arguments_are_an_ordinary_call() -> None:
    assert generator_for(CHAT).valid().arguments == {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "What is the capital of France?"}],
    }


def test_content_is_ordinary_and_hostile_small_and_large() -> None:
    texts = [
        json.dumps(arguments, ensure_ascii=False) for arguments in _drawn(generator_for(CHAT), 300)
    ]
    for expected in (
        "You are a helpful assistant",
        "日本語",
        "😀",
        "DROP TABLE",
        "\\u0000",
        "\u202e",
    ):
        assert any(expected in text for text in texts), expected
    assert min(map(len, texts)) < 200
    assert max(map(len, texts)) > 10_000


def _undone(case: Case) -> Any:
    if not case.pointer:
        return case.was
    arguments = json.loads(json.dumps(case.arguments))
    pointer = jsonpointer.JsonPointer(case.pointer)
    parent, last = pointer.to_last(arguments)
    if case.change == "added":
        del parent[last]
    else:
        parent[last] = case.was
    return arguments


def test_undoing_the_one_change_makes_invalid_arguments_valid(generator: Generator) -> None:
    for case in generator.invalid_cases:
        assert generator.validity.accepts(_undone(case)), case


def test_invalid_cases_break_one_place_and_name_it(generator: Generator) -> None:
    for case in generator.invalid_cases:
        if not is_json(case.arguments):
            continue
        findings = {at for _, at in generator.validity.findings(case.arguments)}
        place = case.pointer.lstrip("/")
        assert len(findings) == 1, case
        assert all(place.startswith(at) or at.startswith(place) for at in findings), case


def test_each_missing_key_is_missing_alone(generator: Generator) -> None:
    missing = [case for case in generator.invalid_cases if case.keyword == "required"]
    assert missing
    for case in missing:
        assert case.change == "removed", case
        assert len(generator.validity.findings(case.arguments)) == 1, case


def test_keywords_that_only_apply_other_schemas_are_not_blamed(generator: Generator) -> None:
    blamed = {case.keyword for case in generator.invalid_cases}
    assert blamed.isdisjoint({"items", "properties", "$ref", "allOf"})


def test_numbers_that_are_no_json_are_invalid_for_every_schema() -> None:
    anything = Validity({})
    assert anything.agree({"x": [1.5]}, True)
    assert anything.agree({"x": [math.nan]}, False)


def test_the_confusions_that_callers_make_are_among_the_invalid_cases() -> None:
    cases = generator_for(CHAT).invalid_cases

    def changes(pointer: str, keyword: str) -> list[str]:
        found = [case for case in cases if (case.pointer, case.keyword) == (pointer, keyword)]
        return [repr(case.now) for case in found]

    assert {"'1'", "nan", "inf", "-inf", "True", "None"} <= set(changes("/temperature", "type"))
    assert {"'true'", "1"} <= set(changes("/stream", "type"))
    assert {"'USER'", "'User'"} <= set(changes("/messages/0/role", "enum"))
    assert "0" in changes("/n", "exclusiveMinimum")
    assert "2.001" in changes("/temperature", "maximum")
    assert changes("/model", "required") == ["None"]
    assert any(text.startswith("[") for text in changes("/response_format", "type"))
    unknown = {case.pointer for case in cases if case.keyword == "additionalProperties"}
    for level in ("", "/messages/0", "/tools/0/function", "/tools/0/function/parameters"):
        assert f"{level}/unexpected" in unknown


def test_unknown_keys_are_not_called_invalid_where_the_schema_is_open() -> None:
    cases = generator_for(documented("chat_completion")).invalid_cases
    assert not any(case.keyword == "additionalProperties" for case in cases)


def test_bounds_are_met_on_both_sides() -> None:
    cases = generator_for(CHAT).boundary_cases
    at = {
        (case.schema_pointer, case.keyword, case.now, case.is_valid)
        for case in cases
        if isinstance(case.now, int | float)
    }
    where = "/properties/temperature"
    for keyword, bound, beyond in (("minimum", 0, -1), ("maximum", 2, 3)):
        assert (where, keyword, bound, True) in at
        assert (where, keyword, beyond, False) in at
    assert ("/properties/n", "exclusiveMinimum", 1, True) in at
    assert ("/properties/n", "exclusiveMinimum", 0, False) in at


def test_each_member_and_each_optional_key_alone_has_a_boundary_case() -> None:
    generator = generator_for(CHAT)
    smallest = generator.valid().arguments
    valid = [case.arguments for case in generator.boundary_cases if case.is_valid]
    alone = {next(iter(set(found) - set(smallest))) for found in valid if len(found) == 3}
    assert alone == set(CHAT["properties"]) - {"model", "messages"}
    assert any(set(found) == set(CHAT["properties"]) for found in valid)
    roles = {case.now for case in generator.boundary_cases if case.pointer == "/messages/0/role"}
    assert {"system", "user", "assistant", "tool"} <= roles


def test_enumerations_and_bytes_give_the_same_cases_again() -> None:
    schema = documented("create_completion")
    first, second = Generator(schema), Generator(schema)
    assert repr(first.invalid_cases) == repr(second.invalid_cases)
    assert first.boundary_cases == second.boundary_cases
    assert repr(first.invalid(b"\x07seven")) == repr(second.invalid(b"\x07seven"))


def test_cases_do_not_share_what_can_be_changed() -> None:
    generator = generator_for(CHAT)
    generator.valid().arguments["messages"].clear()
    assert generator.valid().arguments["messages"] != []


@pytest.mark.parametrize("mode", ["valid", "boundary", "invalid"])
def test_strategies_pass_all_health_checks_of_hypothesis(mode: Any) -> None:
    judge = generator_for(CHAT).validity

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(arguments(CHAT, mode))
    def run(case: Case) -> None:
        assert judge.accepts(case.arguments) is case.is_valid
        assert case.is_valid is (mode != "invalid") or mode == "boundary"

    run()


def _smallest(mode: Any, wanted: Any) -> Case:
    found: list[Case] = []

    @settings(
        max_examples=300,
        deadline=None,
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(arguments(CHAT, mode))
    def run(case: Case) -> None:
        if wanted(case):
            found.append(case)
            raise AssertionError

    with pytest.raises(AssertionError):
        run()
    return found[-1]


def test_valid_arguments_shrink_to_the_one_key_that_matters() -> None:
    case = _smallest("valid", lambda case: "temperature" in case.arguments)
    simplest = generator_for(CHAT).valid().arguments
    assert case.arguments == {**simplest, "temperature": case.arguments["temperature"]}


def test_valid_arguments_shrink_inside_arrays() -> None:
    def has_image(case: Case) -> bool:
        contents = [message["content"] for message in case.arguments["messages"]]
        return any("image_url" in part for c in contents if isinstance(c, list) for part in c)

    case = _smallest("valid", has_image)
    assert set(case.arguments) == {"model", "messages"}
    assert len(json.dumps(case.arguments)) < 300


def test_invalid_arguments_stay_invalid_and_lose_their_surroundings_when_they_shrink() -> None:
    case = _smallest("invalid", lambda case: case.keyword == "enum")
    assert generator_for(CHAT).validity.agree(case.arguments, False)
    assert case in generator_for(CHAT).invalid_cases


def test_no_data_decides_everything_simply_and_reading_ends() -> None:
    assert Choices().below(10) == 0
    one = Choices(b"\x01")
    assert [one.byte() for _ in range(10)] == [1, 3, 5, 7, 9, 11, 13, 15, 0, 0]
    assert Choices(b"\x00" * 9).fork(3).byte() == 0
