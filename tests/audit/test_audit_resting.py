"""A server that rests since the failures of its provider keeps no state by that."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.found import Found
from harness.audit.protocol.repeats import STATE_KEPT
from harness.audit.protocol.resting import without_rests
from harness.records.audit import NotTested, Observation, Probe
from harness.records.http import Interaction
from tests.audit.pretended_server import observed, request_of, text_outcome

EXCHANGE = Interaction(request=request_of({"model": "m"}))


def _failing(asks: str) -> list[Observation]:
    """Return calls of the phase errors, of which those marked `a` ask the provider."""
    seen = []
    for number, mark in enumerate(asks):
        probe = Probe(id=f"errors/t/{number}", phase="errors", tool="t", arguments={})
        exchanges = [EXCHANGE] if mark == "a" else []
        seen.append(observed(probe, exchanges, text_outcome("failed", plane="tool_error")))
    return seen


@pytest.mark.parametrize(
    ("asks", "rests"),
    [
        ("aa----", True),
        ("a---", True),
        ("aaaa", False),
        ("aa--", False),
        ("----", False),
        ("a-a---a", False),
    ],
)
def test_calls_that_ask_nobody_since_a_failure_are_no_state(asks: str, rests: bool) -> None:
    found: list[Any] = [Found(STATE_KEPT, "x", "t", cause="unasked")]
    told = list(without_rests(found, _failing(asks)))
    assert isinstance(told[0], NotTested) is rests


def test_another_state_is_found_all_the_same() -> None:
    found = [Found(STATE_KEPT, "x", "t", cause="request /model")]
    assert list(without_rests(found, _failing("a----"))) == found
    other = [Found(STATE_KEPT, "x", "other", cause="unasked")]
    assert list(without_rests(other, _failing("a----"))) == other
