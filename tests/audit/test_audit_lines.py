"""Responses that no client library lets through, each right and wrong."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.protocol import lines

RESULT: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "result": {}}
ERROR: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "no"}}


def _initialized(version: str) -> dict[str, Any]:
    return {**RESULT, "result": {"protocolVersion": version, "capabilities": {}}}


@pytest.mark.parametrize(
    ("response", "others", "message"),
    [
        (RESULT, (), ""),
        (ERROR, (), ""),
        (None, (), "gets no response"),
        (None, ({**RESULT, "id": 7},), "gets one with the id 7"),
        (None, ({**RESULT, "id": None},), "gets one with the id None"),
    ],
)
def test_a_response_has_the_id_of_its_request(
    response: lines.Response, others: tuple[dict[str, Any], ...], message: str
) -> None:
    found = lines.judge_id("a", response, others)
    assert (found is None) is (not message)
    assert found is None or message in found.message


@pytest.mark.parametrize(("response", "is_right"), [(ERROR, True), (RESULT, False), (None, False)])
def test_a_method_that_does_not_exist_is_refused(response: lines.Response, is_right: bool) -> None:
    assert (lines.judge_method(response) is None) is is_right


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ((), ""),
        (({**RESULT, "id": 2},), ""),
        (({**RESULT, "id": "2"},), ""),
        (({"jsonrpc": "2.0", "id": None, "method": "notifications/message"},), ""),
        (({**ERROR, "id": None},), "gets a response with the id None, error: "),
        (({"jsonrpc": "2.0", "result": {}},), "gets a response without an id, result: {}"),
        (({**RESULT, "id": 2}, {**ERROR, "id": 0}), "gets a response with the id 0"),
    ],
)
def test_a_notification_has_no_response(others: tuple[dict[str, Any], ...], message: str) -> None:
    found = lines.judge_notification(lines.INITIALIZED, others, (1, 2, "a"))
    assert (found is None) is (not message)
    assert found is None or message in found.message


@pytest.mark.parametrize(("response", "is_right"), [(RESULT, True), (ERROR, False), (None, False)])
def test_ping_has_a_result(response: lines.Response, is_right: bool) -> None:
    assert (lines.judge_ping(response) is None) is is_right


@pytest.mark.parametrize(
    ("response", "is_right"),
    [
        (_initialized("2025-11-25"), True),
        (_initialized(lines.NO_SUCH_VERSION), False),
        (ERROR, True),
        (RESULT, True),
        (None, True),
    ],
)
def test_a_version_that_nobody_has_is_not_echoed(response: lines.Response, is_right: bool) -> None:
    assert (lines.judge_version(response) is None) is is_right
