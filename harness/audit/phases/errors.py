"""Probes whose provider fails: each status in several shapes, each fault of the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.features import asking, start
from harness.records.audit import Probe, UpstreamPlan

STATUSES = (400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529)

WAIT = "1207"
"""Seconds of `retry-after`: a number of its own, and longer than the minute up to which OpenAI's
official clients obey it, so that a probe seldom takes that long."""
UNTIL = "Fri, 31 Dec 2027 23:59:59 GMT"
"""A date of `retry-after` for the same."""


class _Row(NamedTuple):
    fault: str
    aim: str


STATUS_AIM = "statuses"
"""They are made again together: whether two are told alike shows by both."""
ECHO, ECHO_IN_TEXT = "401; body=echo", "401; body=echo-text"
ECHO_AIM = "an echoed credential"
"""Together as well: who redacts the one has to redact the other."""

_STATUS_ROWS = (
    *(_Row(str(status), STATUS_AIM) for status in STATUSES),
    *(_Row(f"{status}; body=html", "pages") for status in (403, 404, 429, 500, 502, 503, 504)),
    *(_Row(f"{status}; body=empty", "empty bodies") for status in (400, 401, 429, 500, 503)),
    _Row("503; body=text", "plain text"),
    _Row(ECHO, ECHO_AIM),
    _Row(ECHO_IN_TEXT, ECHO_AIM),
    *(_Row(f"{status}; retry-after={WAIT}", "retry-after") for status in (429, 503)),
    _Row(f"429; retry-after={UNTIL}", "retry-after"),
    _Row(f"429; body=html; retry-after={WAIT}", "retry-after"),
)
_MESSAGES_ROWS = (_Row(f"529; retry-after={WAIT}", "retry-after"),)
NO_CHOICES = "no-choices"
_OTHER_ROWS = (
    "error-in-200",
    "not-json",
    "other-json",
    "other-json; document=null",
    "other-json; document=[]",
    'other-json; document="upstream unavailable"',
    NO_CHOICES,
    "empty",
    "truncated",
    "truncated; ending=complete",
    "truncated-character",
    "duplicate-keys",
    "invalid-utf8",
    "surrogate",
    "nan",
    "huge; size=2000000",
    "wrong-content-type",
    "wrong-content-type; content-type=text/html",
    "wrong-content-length",
    "wrong-content-length; by=-10",
    "gzip-garbage",
    "redirect-loop",
    "drip; step=100; every=0.02",
    "timeout",
    "stalled",
    "refused",
    "reset",
    "reset-mid-body",
)
ROWS = (*_STATUS_ROWS, *(_Row(fault, fault) for fault in _OTHER_ROWS))
"""`stream-error` and faults inside streams belong to the phase of streaming."""
FOREIGN_ROWS = tuple(
    _Row(fault, "another API")
    for fault in ("400", "401", "403", "404", "429", "500", "503", "refused", "reset")
)
"""What fails in every API alike, in a few examples."""


STREAM_AIM = "failures before a stream"
STREAM_ROWS = tuple(
    _Row(fault, STREAM_AIM)
    for fault in ("400", "401", f"429; retry-after={WAIT}", "503", "timeout", "stalled")
)
"""Who asks for a stream often has code of its own for answers that are none, and no time limit."""

LONGEST_LIMIT = 20.0
"""Seconds: a server that may take longer is not tried with an answer that outlasts its limit."""


def outlasting(tool: ToolFacts, limit: float | None) -> tuple[_Row, ...]:
    """Return an answer whose bytes come one by one, the last of them beyond the server's own limit.

    A stream may come as slowly as it likes: a limit holds from one event to the next.
    """
    if limit is None or limit > LONGEST_LIMIT or tool.is_streaming:
        return ()
    lasting = round(limit * 1.25 + 0.25, 2)
    return (_Row(f"drip; step=1000; every=0.01; lasting={lasting:g}", "an answer that trickles"),)


def plan(tool: ToolFacts, context: AuditContext) -> Iterator[Probe]:
    """Yield one call with the base arguments for each fault, and some that ask for a stream."""
    base, rows = tool.base, (*ROWS, *outlasting(tool, context.limit))
    if tool.dialect is None:
        base, rows = tool.foreign, FOREIGN_ROWS
    elif tool.base is not None and not tool.is_streaming:
        streamed = asking(tool, start(tool, context) or {}, "stream")
        yield from (_probe(tool, row, streamed, "streamed/") for row in STREAM_ROWS if streamed)
    if tool.dialect == "messages":
        rows = (*rows, *_MESSAGES_ROWS)
    for row in rows if base is not None else ():
        assert base is not None
        if row.fault == NO_CHOICES and tool.dialect == "messages":
            continue  # these have none
        yield _probe(tool, row, base)


def _probe(tool: ToolFacts, row: _Row, arguments: Mapping[str, Any], way: str = "") -> Probe:
    return Probe(
        id=f"errors/{tool.name}/{way}{row.fault.replace('; ', ';').replace(' ', '-')}",
        phase="errors",
        tool=tool.name,
        arguments=dict(arguments),
        upstream=UpstreamPlan(fault=row.fault),
        aim=row.aim,
    )
