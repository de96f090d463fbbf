"""Progress notifications, as they came: for whom, and whether the number grows.

MCP 2025-11-25, basic/utilities/progress: `progress` MUST increase with each notification, and
notifications MUST only reference tokens that were provided in an active request.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from harness.audit.found import Found

RULE = "protocol.progress-wrong"
_METHOD = "notifications/progress"


def judge_progress(
    tool: str, token: str | None, messages: Sequence[Mapping[str, Any]], earlier: Collection[str]
) -> Found | None:
    """Judge the notifications that came while `tool` was called with `token`, None for none.

    Those for the tokens of `earlier` calls, which have ended, may be late by a race.
    """
    last: Any = None
    for message in messages:
        params = message.get("params")
        told: Mapping[str, Any] = params if isinstance(params, Mapping) else {}
        given, value = told.get("progressToken"), told.get("progress")
        if message.get("method") != _METHOD or any(given == one for one in earlier):
            continue
        if token is None:
            what = f"a call without a progress token gets progress, for the token {given!r}"
            return Found(RULE, what[:200], tool, cause="unasked")
        if given != token:
            what = f"progress comes for the token {given!r}, and the call has {token!r}"
            return Found(RULE, what[:300], tool, cause="token")
        if type(value) not in (int, float):
            return Found(RULE, f"progress is {value!r}, no number"[:200], tool, cause="number")
        if last is not None and not value > last:
            what = f"progress has to increase, and {value!r} comes after {last!r}"
            return Found(RULE, what, tool, cause="increase")
        total: Any = told.get("total")
        if type(total) in (int, float) and value > total:
            what = f"progress is {value!r}, beyond its total {total!r}"
            return Found(RULE, what, tool, cause="total")
        last = value
    return None
