from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audit.time_limits import DEFAULT_SECONDS, patience, time_limit, told_limit
from harness.records.http import HttpRequest
from harness.runner.audit_session import AuditSession
from harness.runner.audit_silence import rounds


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
