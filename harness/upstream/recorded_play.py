"""Play a recorded answer on an ASGI server: at once, or when its pieces came."""

from __future__ import annotations

import time
from itertools import accumulate
from typing import Literal

import anyio
from starlette.types import Receive, Send

from harness.cassette.recorded_answer import RecordedAnswer, unframed
from harness.records.http import TransportFailure
from harness.upstream.replay_response import body_pieces
from harness.upstream.wire_answer import WireAnswer
from harness.upstream.wire_play import play

# A stand-in listens, so it cannot refuse a connection: it resets it.
_ENDINGS: dict[TransportFailure, Literal["reset", "silent", "closed"]] = {
    "refused": "reset",
    "reset": "reset",
    "timeout": "silent",
    "truncated": "closed",
}
_BODILESS = frozenset({204, 304})


async def play_recorded(
    answer: RecordedAnswer, receive: Receive, send: Send, *, pace: float, asked_at: float
) -> None:
    """Send `answer` in its recorded pieces, and end it as it ended.

    Args:
        answer: what was recorded.
        receive: ASGI's.
        send: ASGI's.
        pace: what recorded waiting times are multiplied by; 0 sends at once.
        asked_at: when the request came (`time.monotonic`); recorded times count from there.
    """
    content_type = answer.header(b"content-type")
    pieces = body_pieces(answer.body, content_type, answer.chunks)
    times = _times(answer, len(pieces), pace, asked_at) if pace else []
    if times and await _is_gone_by(receive, times[0]):
        return
    if answer.status is not None:
        await _start(answer, pieces, content_type, send)
    last = len(pieces) - 1 if answer.failure is None else len(pieces)
    for place, piece in enumerate(pieces):
        if times and await _is_gone_by(receive, times[place]):
            return
        await send({"type": "http.response.body", "body": piece, "more_body": place < last})
    if answer.failure is not None:
        if not (pace and await _is_gone_by(receive, asked_at + answer.seconds * pace)):
            await end_as(answer.failure, receive, send)
    elif not pieces:
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def end_as(failure: TransportFailure, receive: Receive, send: Send) -> None:
    """Leave the answer unfinished in the way of `failure`; needs uvicorn."""
    await play(WireAnswer(status=0, ending=_ENDINGS[failure]), receive, send)


async def _start(
    answer: RecordedAnswer, pieces: list[bytes], content_type: bytes, send: Send
) -> None:
    headers = unframed(answer.headers)
    is_stream = b"text/event-stream" in content_type
    is_whole = len(pieces) < 2 and answer.failure is None
    if is_whole and not is_stream and answer.status not in _BODILESS:
        headers = [*headers, (b"content-length", b"%d" % len(answer.body))]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


def _times(answer: RecordedAnswer, count: int, pace: float, asked_at: float) -> list[float]:
    """Return when each piece is due; one time when there is no piece."""
    if len(answer.chunks) == count:
        latest = accumulate((at for at, _ in answer.chunks), max)
        found = [asked_at + at * pace for at in latest]
    else:
        found = [asked_at + answer.seconds * pace] * count
    return found or [asked_at + answer.seconds * pace]


async def _is_gone_by(receive: Receive, due: float) -> bool:
    """Wait until `due`, or until the client hangs up."""
    if due <= time.monotonic():
        return False
    with anyio.CancelScope(deadline=due):
        while (await receive())["type"] != "http.disconnect":
            pass
        return True
    return False
