"""One call under audit, seen from the provider: what it answers, and what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from harness.audit.dialect import Dialect, is_ollama, recognised
from harness.audit.scripts import scripted_answer, sent_by
from harness.generation.samples import NAMED
from harness.records.audit import UpstreamPlan
from harness.records.http import HttpRequest, HttpResponse, Interaction, TransportFailure
from harness.records.json_value import JsonValue
from harness.upstream.fault_plan import FaultPlan
from harness.upstream.faults import parse_fault
from harness.upstream.framings import framed
from harness.upstream.replay_response import replay_chunks, replay_headers
from harness.upstream.simulators.anthropic import ANTHROPIC
from harness.upstream.simulators.model_list import model_list, model_object
from harness.upstream.simulators.registry import WORDED
from harness.upstream.wire_answer import Piece, WireAnswer, faulty

OWNER = "toolreel"
"""Whose the listed models are."""
MOST_KEPT = 256 * 1024
"""Bytes of an answer that the record keeps: a huge one is huge, whatever its end says."""


@dataclass
class ScriptedCall:
    """What the provider does while one call runs, and what it has seen of it.

    `answer` replaces script and fault: it makes the whole answer to a request.
    """

    plan: UpstreamPlan = field(default_factory=UpstreamPlan)
    tool: str = ""
    seed: int = 0
    answer: Callable[[HttpRequest], WireAnswer] | None = None
    interactions: list[Interaction] = field(default_factory=list)
    dialects: list[Dialect] = field(default_factory=list)
    """Of the requests that were recognised, in their order."""
    sent: JsonValue = None
    """What the last scripted answer says, in words of no dialect."""
    limits: list[float | None] = field(default_factory=list)
    """The time limit of each request that was made in this process, in seconds; None for none."""
    broken: Exception | None = None
    """A defect of the audit itself: who made the call raises it."""
    is_over: bool = False
    """A request that comes later belongs to no call."""

    def __post_init__(self) -> None:
        faults = [parse_fault(self.plan.fault)] if self.plan.fault else []
        self._faults = FaultPlan(faults, self.seed)

    def decide(self, request: HttpRequest) -> WireAnswer:
        """Return what the provider sends, and keep the exchange as it will have been."""
        try:
            answer = self.answer(request) if self.answer is not None else self._scripted(request)
        except Exception as error:
            # Raised here it would look like a failure of the server, in which this runs.
            self.broken = error
            answer = plain(_failed())
        self.interactions.append(exchange(request, answer))
        return answer

    def _scripted(self, request: HttpRequest) -> WireAnswer:
        dialect = recognised(request)
        if dialect is None:
            return self._foreign(request)
        self.dialects.append(dialect)
        self.sent = sent_by(self.plan.script, request)
        answer = scripted_answer(self.plan.script, request, dialect)
        fault = self._faults.choose(request, self.tool)
        if fault is None:
            framing = self.plan.framing
            return framed(framing, request, answer) if framing else plain(answer)
        provider = ANTHROPIC if dialect == "messages" else WORDED.get(request.origin)
        return _without_hint(faulty(fault, request, answer, provider))

    def _foreign(self, request: HttpRequest) -> WireAnswer:
        """Fail as planned, or not know the URL: there is no answer to what nobody here knows."""
        fault = self._faults.choose(request, self.tool) if request.method == "POST" else None
        if fault is None:
            return plain(_models(request) or _counted(request) or _unknown(request))
        failed = faulty(fault, request, _unknown(request), WORDED.get(request.origin))
        return _in_plain_words(failed) if is_ollama(request) else failed


def _without_hint(failed: WireAnswer) -> WireAnswer:
    """Return a failure that leaves it to its status whether another try can help.

    Anthropic says so in a header of its own, which gateways and other providers do not send.
    """
    headers = tuple(line for line in failed.headers if line[0].lower() != "x-should-retry")
    return failed.model_copy(update={"headers": headers})


def _in_plain_words(failed: WireAnswer) -> WireAnswer:
    """Return a failure as Ollama tells it: `{"error": "…"}`."""
    if not failed.status:
        return failed
    body = json.dumps({"error": f"the request failed with status {failed.status}"}).encode()
    headers = tuple(line for line in failed.headers if line[0].lower() != "content-length")
    return failed.model_copy(update={"headers": headers, "pieces": (Piece(body),)})


def plain(answer: HttpResponse) -> WireAnswer:
    """Return `answer` as it goes over the wire when nothing goes wrong."""
    pieces = tuple(Piece(chunk) for chunk in replay_chunks(answer))
    return WireAnswer(status=answer.status, headers=replay_headers(answer), pieces=pieces)


def exchange(request: HttpRequest, answer: WireAnswer) -> Interaction:
    """Return the exchange of `request` and `answer` as the server saw it."""
    failure = _failure(answer)
    response = None
    if answer.status:
        body = b"".join(piece.body[:MOST_KEPT] for piece in answer.pieces)[:MOST_KEPT]
        response = HttpResponse(status=answer.status, headers=answer.headers, body=body)
    return Interaction(request=request, response=response, failure=failure)


def _failure(answer: WireAnswer) -> TransportFailure | None:
    if answer.ending == "silent":
        return "timeout"
    if not answer.status:
        return "reset"
    if answer.ending == "complete" or (answer.ending == "closed" and _is_whole(answer)):
        return None
    return "truncated"


def _is_whole(answer: WireAnswer) -> bool:
    lengths = [value for name, value in answer.headers if name.lower() == "content-length"]
    return bool(lengths) and int(lengths[0]) == len(answer.body)


def _models(request: HttpRequest) -> HttpResponse | None:
    """Return the list of models, or one of them, in the form that OpenAI and others share."""
    _, found, name = request.path.rstrip("/").partition("/models")
    if request.method != "GET" or not found or name[:1] not in ("", "/"):
        return None
    body = model_object(unquote(name[1:]), OWNER) if name else model_list(NAMED["model"], OWNER)
    headers = (("content-type", "application/json"),)
    return HttpResponse(status=200, headers=headers, body=json.dumps(body).encode())


def _counted(request: HttpRequest) -> HttpResponse | None:
    """Return how many tokens a message has, as Anthropic counts them: `{"input_tokens": 14}`."""
    if request.method != "POST" or not request.path.rstrip("/").endswith("/count_tokens"):
        return None
    headers = (("content-type", "application/json"),)
    return HttpResponse(status=200, headers=headers, body=b'{"input_tokens": 14}')


def _unknown(request: HttpRequest) -> HttpResponse:
    return _error(404, f"Unknown request URL: {request.method} {request.path}")


def _failed() -> HttpResponse:
    return _error(500, "toolreel failed to answer")


def _error(status: int, message: str) -> HttpResponse:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    headers = (("content-type", "application/json"),)
    return HttpResponse(status=status, headers=headers, body=json.dumps({"error": error}).encode())
