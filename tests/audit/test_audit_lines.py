"""Responses that no client library lets through, each right and wrong."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import anyio
import pytest

from harness.audit.context import AuditContext
from harness.audit.found import Found
from harness.audit.oracles.protocol import judge
from harness.audit.protocol import lines
from harness.records.audit import Probe
from harness.server_process import start
from tests.audit.pretended_server import observed, text_outcome

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


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ((), ""),
        (("10", "12"), "id 10 gets one with"),
    ],
)
def test_a_number_comes_back_as_no_text_at_any_call(texts: tuple[str, ...], message: str) -> None:
    probe = Probe(id="e", phase="errors", tool="t", arguments={})
    seen = observed(probe, [], text_outcome("reset", plane="tool_error"))
    seen = seen.model_copy(update={"renumbered": texts})
    found = list(judge([seen], AuditContext("t", (), sees_upstream=True)))
    assert [item.rule for item in found if isinstance(item, Found)] == [lines.ID] * bool(message)
    assert all(message in item.message for item in found if isinstance(item, Found))


@pytest.mark.parametrize(
    ("asked", "answered", "renumbered"),
    [
        ((1, 2), (1, 2), []),
        ((1, 2), ("2", 1), ["2"]),
        (("1", 2), ("1", 2), []),
        (("1", 1), ("1", 1), []),
        ((1,), ("x", None, "7"), []),
    ],
)
def test_an_id_is_a_text_only_where_it_was_one(
    asked: tuple[int | str, ...], answered: tuple[int | str | None, ...], renumbered: list[str]
) -> None:
    async def started() -> list[str]:
        async with start((sys.executable, "-c", ""), env={}, cwd=Path(), piped=True) as server:
            for number in asked:
                server.ask(number)
            for given in answered:
                server.answer(given)
            assert server.take_renumbered() == renumbered
            return server.take_renumbered()

    assert anyio.run(started) == []


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
