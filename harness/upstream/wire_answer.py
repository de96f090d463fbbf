"""An answer as a plan for the wire, with what a fault makes of it.

`simulated` plans a provider's own answer, `faulty` a recorded one; `wire_play` carries a plan out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from harness.records.http import Headers, HttpRequest, HttpResponse
from harness.upstream import fault_damage as damage
from harness.upstream.faults import Fault
from harness.upstream.replay_response import replay_chunks, replay_headers
from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.fault_answers import with_error
from harness.upstream.simulators.openai import OPENAI
from harness.upstream.simulators.provider import Provider
from harness.upstream.simulators.registry import ENDPOINTS, simulate

HUGE_BYTES = 64 * 1024 * 1024
LATE_SECONDS = 1.0
DRIP_SECONDS = 0.1
BLANK_SECONDS = 0.05
LENGTH_OFF_BY = 10
GARBAGE = b"\xff\xfe this was compressed by nobody\x00"
"""Begins without the two bytes of a gzip file (RFC 1952 §2.3.1), and is not UTF-8 either."""

APART = 0.004
"""Seconds between two pieces that a client, even Node's `fetch`, does not read in one."""

OTHER_JSON = b'{"status": "ok"}'
"""What a wrong address or a proxy answers well: an object without anything of an answer."""

NO_CHOICES = (
    b'{"id": "chatcmpl-none", "object": "chat.completion", "created": 1767225600, '
    b'"model": "none", "choices": []}'
)
"""What some gateways answer when the provider behind them said nothing."""

JSON, EVENT_STREAM = "application/json", "text/event-stream"


Ending = Literal["complete", "closed", "reset", "silent"]

_ANSWERLESS: dict[str, Ending] = {"timeout": "silent", "refused": "reset", "reset": "reset"}
"""Kinds of which not even headers are seen. What listens cannot refuse: it resets."""


class Piece(NamedTuple):
    """Bytes that are sent at once, after `wait` seconds."""

    body: bytes
    wait: float = 0.0


class WireAnswer(BaseModel):
    """What is sent, when, and how it ends.

    `ending` is `complete` when HTTP says that the body is whole, `closed` and `reset` when the
    connection ends there (with FIN or RST), `silent` when nothing more comes and the connection
    stays. With `status` 0 not even headers are sent. A content-length among the headers is sent as
    it is; without one the body is sent in chunks (RFC 9112 §7.1).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: int
    headers: Headers = ()
    pieces: tuple[Piece, ...] = ()
    delay: float = 0.0
    """Seconds before the headers."""
    surplus: bytes = b""
    """Sent after a body that is whole by its content-length, and belongs to no answer."""
    ending: Ending = "complete"

    @property
    def body(self) -> bytes:
        """All pieces in one."""
        return b"".join(piece.body for piece in self.pieces)


def simulated(request: HttpRequest, fault: Fault | None = None) -> WireAnswer:
    """Return what the simulator of the request's origin sends under `fault`.

    A fault happens to the simulated endpoints only: another URL is the mistake of a caller, who
    must see that.
    """
    is_simulated = f"{request.origin}{request.path}" in ENDPOINTS
    if fault is None or not is_simulated:
        return _wire(simulate(request))
    if fault.kind in _ANSWERLESS:
        return _answerless(fault)
    return _planned(fault, request, simulate(request, fault))


def faulty(
    fault: Fault, request: HttpRequest, answer: HttpResponse, provider: Provider | None
) -> WireAnswer:
    """Return what `fault` makes of a recorded answer; a stream goes frame by frame.

    Args:
        fault: what happens, whatever its condition says; `refused` is a reset, since what
            listens cannot refuse.
        request: as the provider would see it.
        answer: what would have come; a fault that needs none does not look at it.
        provider: words the errors; without one they are worded like OpenAI's, as most gateways do.
    """
    if fault.kind in _ANSWERLESS:
        return _answerless(fault)
    plain = Answer(
        status=answer.status, headers=replay_headers(answer), chunks=tuple(replay_chunks(answer))
    )
    said = with_error(fault, provider or OPENAI, Call.of(request), plain)
    if fault.kind == "surrogate":
        said = _with(said, damage.with_surrogate(said.chunks))
    return _planned(fault, request, said)


def _planned(fault: Fault, request: HttpRequest, answer: Answer) -> WireAnswer:
    """Lay what happens on the way over `answer`, which the provider's own errors are in already."""
    if fault.kind == "redirect-loop":
        return _redirect(fault, request)
    wire = _CHANGES.get(fault.kind, _unchanged)(fault, answer)
    return _waiting(fault, wire, is_stream=answer.is_stream)


def _answerless(fault: Fault) -> WireAnswer:
    return WireAnswer(status=0, delay=fault.delay or 0.0, ending=_ANSWERLESS[fault.kind])


def _wire(answer: Answer, **changed: object) -> WireAnswer:
    pieces = tuple(Piece(chunk) for chunk in answer.chunks)
    plan = WireAnswer(status=answer.status, headers=answer.headers, pieces=pieces)
    return plan.model_copy(update=changed)


def _waiting(fault: Fault, wire: WireAnswer, *, is_stream: bool) -> WireAnswer:
    delay = fault.delay
    if fault.kind == "slow" and delay is None and fault.frame_delay is None:
        delay = LATE_SECONDS
    pieces = wire.pieces
    if fault.frame_delay is not None and is_stream:
        pieces = (*pieces[:1], *(piece._replace(wait=fault.frame_delay) for piece in pieces[1:]))
    return wire.model_copy(update={"delay": delay or 0.0, "pieces": pieces})


def _redirect(fault: Fault, request: HttpRequest) -> WireAnswer:
    """Point at the request's own URL, relative to it: a stand-in's address is not known here."""
    parts = urlsplit(request.url)
    # "./" keeps a colon in the last segment from being read as a scheme (RFC 3986 §4.2).
    place = f"./{parts.path.rpartition('/')[2]}" + (f"?{parts.query}" if parts.query else "")
    headers = (("location", place), ("content-length", "0"))
    return WireAnswer(status=307, headers=headers, delay=fault.delay or 0.0)


def _unchanged(fault: Fault, answer: Answer) -> WireAnswer:
    return _wire(answer)


def _empty(fault: Fault, answer: Answer) -> WireAnswer:
    """Keep the header lines of the normal answer and send no body under 200."""
    return _wire(answer, status=200, pieces=())


def _cut(fault: Fault, answer: Answer, pieces: damage.Pieces) -> WireAnswer:
    return _wire(_with(answer, pieces), ending=fault.ending or "closed")


def _first_part(fault: Fault, answer: Answer) -> damage.Pieces:
    if fault.at == "inside":
        return damage.truncated_inside(answer.chunks)
    if fault.at == "choice":
        return damage.until_a_choice_ends(answer.chunks)
    if fault.at == "frame":
        return damage.half(answer.chunks, is_stream=answer.is_stream)
    return damage.truncated(answer.chunks)


def _other_json(fault: Fault, answer: Answer) -> WireAnswer:
    return _as_json(answer, OTHER_JSON if fault.document is None else fault.document.encode())


def _as_json(answer: Answer, body: bytes) -> WireAnswer:
    headers = (*_without(answer, "content-type", "content-length"), ("content-type", JSON))
    return _wire(answer, status=200, headers=headers, pieces=(Piece(body),))


def _half(answer: Answer, ending: Ending) -> WireAnswer:
    pieces = damage.half(answer.chunks, is_stream=answer.is_stream)
    return _wire(_with(answer, pieces), ending=ending)


def _huge(fault: Fault, answer: Answer) -> WireAnswer:
    pieces = damage.huge(answer.chunks, fault.size or HUGE_BYTES, is_stream=answer.is_stream)
    return _wire(_with(answer, pieces))


def _dripping(fault: Fault, answer: Answer) -> WireAnswer:
    wait = DRIP_SECONDS if fault.every is None else fault.every
    pieces = damage.dripping(answer.chunks, fault.step or 1)
    count = math.ceil((fault.lasting or 0.0) / BLANK_SECONDS)
    first = damage.blanks(count, is_stream=answer.is_stream)
    blanks = tuple(Piece(piece, BLANK_SECONDS) for piece in first)
    return _wire(answer, pieces=(*blanks, *(Piece(piece, wait) for piece in pieces)))


def _mislabelled(fault: Fault, answer: Answer) -> WireAnswer:
    label = fault.content_type or (JSON if answer.is_stream else EVENT_STREAM)
    return _wire(answer, headers=(*_without(answer, "content-type"), ("content-type", label)))


def _mismeasured(fault: Fault, answer: Answer) -> WireAnswer:
    """Name a length that is off; what comes beyond it belongs to no answer."""
    body = answer.body
    length = max(0, len(body) + (fault.by or LENGTH_OFF_BY))
    headers = (*_without(answer, "content-length"), ("content-length", str(length)))
    return _wire(
        answer,
        headers=headers,
        pieces=(Piece(body[:length]),),
        surplus=body[length:],
        ending="closed",
    )


def _garbage(fault: Fault, answer: Answer) -> WireAnswer:
    headers = (*_without(answer, "content-encoding"), ("content-encoding", "gzip"))
    return _wire(answer, headers=headers, pieces=(Piece(GARBAGE),))


def _without(answer: Answer, *names: str) -> Headers:
    return tuple(line for line in answer.headers if line[0].lower() not in names)


def _with(answer: Answer, chunks: damage.Pieces) -> Answer:
    return answer.model_copy(update={"chunks": chunks})


def _damaged(change: Callable[[damage.Pieces], damage.Pieces]) -> _Change:
    return lambda fault, answer: _wire(_with(answer, change(answer.chunks)))


_Change = Callable[[Fault, Answer], WireAnswer]
_CHANGES: dict[str, _Change] = {
    "empty": _empty,
    "other-json": _other_json,
    "no-choices": lambda fault, answer: _as_json(answer, NO_CHOICES),
    "truncated": lambda fault, answer: _cut(fault, answer, _first_part(fault, answer)),
    "truncated-character": lambda fault, answer: _cut(
        fault, answer, damage.truncated_in_character(answer.chunks)
    ),
    "duplicate-keys": _damaged(damage.with_duplicate_keys),
    "invalid-utf8": _damaged(damage.with_invalid_utf8),
    "nan": _damaged(damage.with_nan),
    "huge": _huge,
    "wrong-content-type": _mislabelled,
    "wrong-content-length": _mismeasured,
    "gzip-garbage": _garbage,
    "drip": _dripping,
    "stalled": lambda fault, answer: _half(answer, "silent"),
    "reset-mid-body": lambda fault, answer: _half(answer, "reset"),
}
"""Kinds that change the answer on its way; the others leave it as it is or need none."""
