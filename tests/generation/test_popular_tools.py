from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from harness.generation import Case, Generator, arguments, generator_for
from tests.generation.schemas import popular

TOOLS = popular()
QUICK = settings(max_examples=10, deadline=None, database=None, derandomize=True)
THOROUGH = settings(QUICK, max_examples=500)


def _run(generator: Generator, mode: Any, chosen: settings) -> None:
    @chosen
    @given(arguments(generator.validity.schema, mode))
    def run(case: Case) -> None:
        assert generator.validity.agree(case.arguments, case.is_valid)

    # Health checks are on: filtering too much, or drawing too slowly, fails.
    run()


@pytest.mark.parametrize("name", TOOLS)
@pytest.mark.parametrize("mode", ["valid", "invalid"])
def test_popular_tools_generate_without_filtering(name: str, mode: Any) -> None:
    _run(generator_for(TOOLS[name]), mode, QUICK)


@pytest.mark.long
@pytest.mark.parametrize("name", TOOLS)
@pytest.mark.parametrize("mode", ["valid", "boundary", "invalid"])
def test_popular_tools_generate_at_length_without_filtering(name: str, mode: Any) -> None:
    _run(generator_for(TOOLS[name]), mode, THOROUGH)


def test_there_are_thirty_popular_tools_and_nothing_of_them_is_left_out() -> None:
    assert len(TOOLS) >= 30
    assert {
        name: generator_for(schema).unsupported for name, schema in TOOLS.items()
    } == dict.fromkeys(TOOLS, ())


def test_every_keyword_of_popular_tools_is_met_and_broken_unless_it_only_annotates() -> None:
    for name, schema in TOOLS.items():
        for one in generator_for(schema).coverage:
            annotates = one.keyword == "format"
            assert (one.accepted, one.rejected) == (True, not annotates), (name, one)
