"""Calls that wait for their provider, beside each other and cancelled."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.protocol.pending import Wait, judge_cancelled, judge_other, judge_waits

RESULT: dict[str, Any] = {"jsonrpc": "2.0", "id": 3, "result": {"content": []}}
FAILED: dict[str, Any] = {**RESULT, "result": {"content": [], "isError": True}}
ERROR: dict[str, Any] = {"jsonrpc": "2.0", "id": 3, "error": {"code": 0, "message": "cancelled"}}
LISTED: dict[str, Any] = {"jsonrpc": "2.0", "id": 4, "result": {"tools": []}}


@pytest.mark.parametrize(
    ("waits", "is_found"),
    [
        ((Wait(0, 0.2), Wait(0.2, 0.3), Wait(0.3, 0.35)), True),
        ((Wait(0.3, 0.35), Wait(0, 0.2), Wait(0.2, 0.3)), True),
        ((Wait(0, 0.2), Wait(0.1, 0.3), Wait(0.3, 0.35)), False),
        ((Wait(0, 0.02), Wait(0.03, 0.05)), False),
        ((Wait(0, 0.2),), False),
        ((), False),
    ],
)
def test_a_server_asks_at_once_when_two_waits_overlap(
    waits: tuple[Wait, ...], is_found: bool
) -> None:
    found = judge_waits(waits)
    assert (found is not None) is is_found
    assert found is None or found.rule == "protocol.one-at-a-time"


@pytest.mark.parametrize(
    ("before", "after", "is_found"),
    [
        ((), (RESULT,), True),
        ((LISTED,), (RESULT,), True),
        ((RESULT,), (), False),
        ((ERROR,), (RESULT,), False),
        ((), (ERROR,), False),
        ((), (FAILED,), False),
        ((), (LISTED,), False),
        ((), (), False),
    ],
)
def test_a_result_after_the_cancellation_was_heard_speaks_against_the_server(
    before: tuple[dict[str, Any], ...], after: tuple[dict[str, Any], ...], is_found: bool
) -> None:
    found = judge_cancelled(3, before, after)
    assert (found is not None) is is_found
    assert found is None or found.rule == "protocol.cancelled-answered"


@pytest.mark.parametrize(
    ("messages", "is_found"), [((), True), ((LISTED,), True), ((RESULT,), False), ((ERROR,), False)]
)
def test_a_call_beside_a_cancelled_one_is_answered(
    messages: tuple[dict[str, Any], ...], is_found: bool
) -> None:
    found = judge_other(3, messages)
    assert (found is not None) is is_found
    assert found is None or found.rule == "protocol.cancellation-broken"
