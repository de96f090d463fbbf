"""Whether a failed request may be repeated, and when.

The rules are those of the providers' own SDKs: `x-should-retry` decides when it is there, else the
statuses 408, 409, 429 and 5xx may be repeated; the wait is in `retry-after-ms` or `retry-after`,
which is a number of seconds or an HTTP date. A `retry-after` on a success says nothing (Anthropic
sends one), so these functions are only asked about failures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

_HOPELESS_CODES = frozenset({"insufficient_quota"})  # OpenAI: 429, but only a payment helps


def is_retryable(status: int, headers: Mapping[str, str], body: Any = None) -> bool:
    """Whether repeating the request may help.

    Args:
        status: the HTTP status of the failure.
        headers: its headers, looked up in lower case.
        body: the parsed error body, if there is one.
    """
    verdict = headers.get("x-should-retry", "").strip().lower()
    if verdict in ("true", "false"):
        return verdict == "true"
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and error.get("code") in _HOPELESS_CODES:
        return False
    return status in (408, 409, 429) or status >= 500


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait that the headers ask for, never negative, or None."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return _whole(max(0.0, milliseconds / 1000))
    wait = headers.get("retry-after")
    seconds = _number(wait)
    if seconds is None and (until := _http_date(wait)) is not None:
        seconds = (until - answered_at(headers)).total_seconds()
    return None if seconds is None else _whole(max(0.0, seconds))


def answered_at(headers: Mapping[str, str]) -> datetime:
    """Return the time on the provider's clock when it answered; ours if it gave no `Date`."""
    return _http_date(headers.get("date")) or datetime.now(UTC)


def reset_time(headers: Mapping[str, str]) -> str | None:
    """Return when a limit resets, ISO 8601 in UTC, or None when the provider does not say."""
    seconds = retry_after(headers)
    if seconds is None:
        return None
    try:
        reset = answered_at(headers) + timedelta(seconds=math.ceil(seconds))
    except OverflowError:
        return None
    return reset.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _whole(seconds: float) -> float:
    return int(seconds) if seconds.is_integer() else seconds


def _http_date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
