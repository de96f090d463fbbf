"""The error table of AceDataCloud: contract sheet §6."""

from __future__ import annotations

from typing import Any

from simulator_error_row import Row
from simulator_requests import ACEDATA


def acedata(code: str, message: str = ".+") -> dict[str, Any]:
    return {"error": {"code": code, "message": message}, "trace_id": "00000000-.+"}


ACEDATA_ROWS = [
    Row(code, ACEDATA, status, acedata(code), key=f"key-{code}")
    for code, status in (
        ("api_not_implemented", 400),
        ("token_mismatched", 400),
        ("invalid_token", 401),
        ("token_expired", 401),
        ("used_up", 403),
        ("disabled", 403),
        ("forbidden", 403),
        ("too_many_requests", 429),
        ("api_error", 500),
        ("timeout", 504),
    )
]
ACEDATA_ROWS += [
    Row("no token", ACEDATA, 400, acedata("no_token"), key=None),
    Row("bad request", ACEDATA, 400, acedata("bad_request", "n: .+"), {"n": 0}),
    Row("no api", ACEDATA, 404, acedata("no_api", ".+/grok/chats"), path="/grok/chats"),
    Row(
        "rate limited, as in the FAQ",
        ACEDATA,
        429,
        {"success": False, **acedata("rate_limited")},
        key="key-rate-limited",
    ),
]
