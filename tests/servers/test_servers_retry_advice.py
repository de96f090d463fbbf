from datetime import UTC, datetime

import pytest

from servers.retry_advice import answered_at, is_retryable, reset_time, retry_after

DATE = {"date": "Fri, 20 Nov 2026 12:00:00 GMT"}


@pytest.mark.parametrize(
    ("status", "retryable"),
    [(400, False), (401, False), (404, False), (408, True), (409, True), (410, False),
     (422, False), (429, True), (302, False), (500, True), (503, True), (529, True)],
)  # fmt: skip
def test_the_status_decides_when_nothing_else_is_said(status: int, retryable: bool) -> None:
    assert is_retryable(status, {}) is retryable


def test_x_should_retry_wins_over_the_status() -> None:
    assert is_retryable(429, {"x-should-retry": "false"}) is False
    assert is_retryable(400, {"x-should-retry": "true"}) is True
    assert is_retryable(429, {"x-should-retry": "perhaps"}) is True


def test_an_exhausted_quota_is_not_worth_a_retry() -> None:
    assert is_retryable(429, {}, {"error": {"code": "insufficient_quota"}}) is False
    assert is_retryable(429, {}, {"error": "text"}) is True


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "9", "retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "1", "retry-after-ms": "0"}, 0),
        ({"retry-after": "1", "retry-after-ms": "x"}, 1),
        ({**DATE, "retry-after": "Fri, 20 Nov 2026 12:01:30 GMT"}, 90),
        ({**DATE, "retry-after": "Fri, 20 Nov 2026 11:00:00 GMT"}, 0),
        ({**DATE, "retry-after": "Fri, 20 Nov 2026 12:00:10 -0000"}, 10),
    ],
)
def test_the_wait_is_read_in_every_documented_form(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers) == seconds


def test_the_reset_time_counts_from_the_providers_clock() -> None:
    assert reset_time({**DATE, "retry-after": "7"}) == "2026-11-20T12:00:07Z"
    assert reset_time({**DATE, "retry-after-ms": "1001"}) == "2026-11-20T12:00:02Z"
    assert reset_time(DATE) is None
    assert reset_time({**DATE, "retry-after": "1e300"}) is None


def test_without_a_date_our_own_clock_counts() -> None:
    assert abs((answered_at({"date": "?"}) - datetime.now(UTC)).total_seconds()) < 60
