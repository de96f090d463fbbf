from __future__ import annotations

import sys
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audit.context import ToolFacts
from harness.audit.time_limits import (
    DEFAULT_SECONDS,
    limit_in,
    limit_told,
    patience,
    time_limit,
    told_limit,
)
from harness.records.http import HttpRequest
from harness.runner.audit import run_audit
from harness.runner.audit_options import AuditOptions, chosen_rules
from harness.runner.audit_session import AuditSession
from harness.runner.audit_silence import rounds
from harness.targets import StdioTarget
from tests.audit.test_audit_protocol import ROOT, NoProgress


@pytest.mark.parametrize(
    ("env", "seconds"),
    [
        ({"REQUEST_TIMEOUT": "2"}, 2),
        ({"REQUEST_TIMEOUT": "2.5"}, 2.5),
        ({"GROK_REQUEST_TIMEOUT": "2", "OPENAI_TIMEOUT": "7"}, 7),
        ({"OPENAI_TIMEOUT_MS": "2000"}, 2),
        ({"TIMEOUT_SECONDS": "2000"}, 2000),
        ({"REQUEST_TIMEOUT": "60000"}, 60),
        ({"REQUEST_TIMEOUT": "30s"}, 30),
        ({"REQUEST_TIMEOUT": "500ms"}, 0.5),
        ({"REQUEST_TIMEOUT": "1m"}, 60),
        ({"REQUEST_TIMEOUT": "0"}, None),
        ({"REQUEST_TIMEOUT": "never"}, None),
        ({"SESSION_TIMEOUT": "3600", "CONNECT_TIMEOUT": "2"}, None),
        ({"MODEL": "2"}, None),
    ],
)
def test_the_limit_of_a_request_is_read_from_the_environment(
    env: dict[str, str], seconds: float | None
) -> None:
    assert time_limit(env) == (None if seconds is None else pytest.approx(seconds))


@given(st.floats(0.1, 1000))
def test_a_call_may_take_three_tries_of_its_requests(limit: float) -> None:
    assert patience(limit) >= 3 * limit
    assert patience(limit) >= DEFAULT_SECONDS


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-stainless-read-timeout": "600"}, 600),
        ({"X-Stainless-Timeout": "30"}, 30),
        ({"x-stainless-read-timeout": "1.5", "x-stainless-timeout": "9"}, 1.5),
        ({"x-stainless-timeout": "NOT_GIVEN"}, None),
        ({"x-stainless-retry-count": "0"}, None),
        ({}, None),
    ],
)
def test_the_limit_of_a_request_is_read_from_its_headers(
    headers: dict[str, str], seconds: float | None
) -> None:
    request = HttpRequest(method="POST", url="https://a.test/", headers=tuple(headers.items()))
    assert told_limit(request) == seconds


@pytest.mark.parametrize(("asked", "expected"), [((), 1), ((1,), 1), ((1, 3), 3)])
def test_each_request_of_an_ordinary_call_may_take_the_limit(
    asked: tuple[int, ...], expected: int
) -> None:
    def seen(count: int) -> Any:
        return SimpleNamespace(call=SimpleNamespace(interactions=(None,) * count))

    session = cast(AuditSession, SimpleNamespace(learned=[seen(count) for count in asked]))
    assert rounds(session) == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Asks a model. A request is given up after 15 seconds.", 15),
        ("Each call times out after 30s; a search after 2 minutes", 30),
        ("Time limit: 500 ms", 0.5),
        ("Waits for up to 1.5 min.", 90),
        ("Ask it after 5 seconds again", None),
        ("Times out. Costs 5 s of your time", None),
        ("Gives up after 3 tries", None),
    ],
)
def test_the_limit_of_a_request_is_read_from_prose(text: str, seconds: float | None) -> None:
    assert limit_in(text) == seconds


def test_what_a_tool_says_of_a_time_counts_where_it_asks_the_provider() -> None:
    told = "A test of the connection times out after 10 seconds."
    tool = ToolFacts({"name": "t", "description": told, "inputSchema": {}})
    assert limit_told("", [tool]) is None
    assert limit_told("", [replace(tool, dialect="chat")]) == 10
    assert limit_told("A call is given up after 7 seconds.", [tool]) == 7


@pytest.mark.anyio
async def test_what_a_server_says_of_its_limit_is_how_long_it_is_waited_for() -> None:
    env = {
        "BASE_URL": "{upstream}/api.openai.com/v1",
        "INSTRUCTIONS": "A request is given up after 400 seconds.",
    }
    command = (sys.executable, "-m", "tests.audit.protocol_servers")
    target = StdioTarget(name="asking", command=command, env=env)
    rules = chosen_rules(["errors"], [])
    options = AuditOptions(
        root=ROOT, start="x", phases=("errors",), rules=rules, probe="errors/ask/timeout"
    )
    result = await run_audit(target, options, NoProgress())
    reasons = [note.reason for note in result.not_tested if note.what == "errors.hangs: timeout"]
    assert ["own limit of 400 s" in reason for reason in reasons] == [True]
