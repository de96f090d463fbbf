"""One line a request, without secrets: for people, or as JSON."""

from __future__ import annotations

import datetime
import json
from functools import lru_cache
from typing import Any, TextIO

from harness.cassette.recorded_answer import RecordedAnswer
from harness.cassette.redact import Redactor
from harness.records.http import HttpRequest
from harness.upstream.miss_reply import is_miss
from harness.upstream.simulated_upstream import Planned
from harness.upstream.standin import Answered


class RequestLog:
    """Writes what a stand-in answered.

    Args:
        redactor: takes the secrets out.
        stream: where lines go.
        is_json: whether they are JSON.
    """

    def __init__(self, redactor: Redactor, stream: TextIO, *, is_json: bool) -> None:
        self._stream, self._is_json = stream, is_json
        self._text = redactor.text

        @lru_cache(maxsize=1024)
        def url(method: str, url: str) -> str:
            return redactor.request(HttpRequest(method=method, url=url)).url

        self._url = url

    def write(self, answered: Answered) -> None:
        """Write the line of one request."""
        asked, problem = answered.asked, answered.problem
        facts = {
            "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
            "method": asked.method,
            "url": self._url(asked.method, asked.url),
            **_outcome(answered),
            "seconds": round(answered.seconds, 6),
        }
        if problem is not None:
            facts["problem"] = self._text(problem)
        line = json.dumps(facts) if self._is_json else _line(facts)
        self._stream.write(f"{line}\n")
        self._stream.flush()


def _outcome(answered: Answered) -> dict[str, Any]:
    decision, kept = answered.decision, answered.kept
    if answered.problem is not None:
        return {"outcome": "refused", "status": None}
    if isinstance(decision, RecordedAnswer):
        facts: dict[str, Any] = {
            "outcome": "played",
            "status": decision.status,
            "bytes": len(decision.body),
        }
        if is_miss(decision):
            told = json.loads(decision.body)
            return {**facts, "outcome": "miss", "problem": told["error"]["message"]}
        return facts if decision.failure is None else {**facts, "failure": decision.failure}
    if isinstance(decision, Planned):
        wire, fault = decision
        size = sum(len(piece.body) for piece in wire.pieces)
        told = {"outcome": "simulated", "status": wire.status or None, "bytes": size}
        return told if fault is None else {**told, "outcome": "fault", "fault": str(fault)}
    if kept is not None:
        facts = {"outcome": "recorded", "status": kept.status, "bytes": kept.size}
        return facts if kept.failure is None else {**facts, "failure": kept.failure}
    return {"outcome": "left", "status": None}


def _line(facts: dict[str, Any]) -> str:
    more = [str(facts[name]) for name in ("failure", "fault", "problem") if name in facts]
    status = facts["status"] or "-"
    words = f"{facts['outcome']} {status} {facts['method']} {facts['url']}"
    return f"{words} {facts['seconds'] * 1000:.0f} ms{''.join(f' ({item})' for item in more)}"
