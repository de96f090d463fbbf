from __future__ import annotations

import random

import pytest

from harness.generation import Generator
from tests.generation.schemas import KEYWORDS, holding


@pytest.fixture(params=KEYWORDS, scope="module")
def generator(request: pytest.FixtureRequest) -> Generator:
    return Generator(KEYWORDS[request.param])


def test_valid_arguments_are_accepted_by_both_validators(generator: Generator) -> None:
    decisions = random.Random(1)
    for _ in range(60):
        arguments = generator.valid(decisions.randbytes(48)).arguments
        assert generator.validity.accepts(arguments), arguments
        assert generator.validity.second_opinion(arguments) is not False, arguments


def test_invalid_arguments_are_rejected_by_both_validators(generator: Generator) -> None:
    decisions = random.Random(2)
    varied = [generator.invalid(decisions.randbytes(48)) for _ in range(40)]
    for case in (*generator.invalid_cases, *varied):
        assert not generator.validity.accepts(case.arguments), case
        assert not generator.validity.second_opinion(case.arguments), case


def test_boundary_cases_are_what_they_say(generator: Generator) -> None:
    assert generator.boundary_cases
    for case in generator.boundary_cases:
        assert generator.validity.agree(case.arguments, case.is_valid), case


def test_every_keyword_is_met_and_broken_at_every_place(generator: Generator) -> None:
    missing = [one for one in generator.coverage if not (one.accepted and one.rejected)]
    assert missing == []
    assert all(one.reason == "" for one in generator.coverage)


def test_nothing_is_left_out(generator: Generator) -> None:
    assert generator.unsupported == ()


def test_a_keyword_is_broken_alone_where_that_is_possible() -> None:
    generator = Generator(holding({"type": "string", "enum": ["a"], "maxLength": 1}))
    cases = [case for case in generator.invalid_cases if case.keyword == "enum"]
    assert {case.now for case in cases} == {"A", ""}
