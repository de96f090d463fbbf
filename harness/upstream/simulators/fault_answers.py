"""Faults laid over a provider's answer."""

from __future__ import annotations

from collections.abc import Callable

from harness.records.http import Headers
from harness.upstream.faults import Fault
from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.provider import Provider

TAIL = "\ud800"
"""What the fault `surrogate` appends to the text; it leaves as its JSON escape."""

PAGE = (
    b"<!DOCTYPE html>\n<html>\n<head><title>Access to this page is checked</title></head>\n"
    b"<body><h1>One moment</h1><p>The proxy of your network answered this request.</p></body>\n"
    b"</html>\n"
)

Answering = Callable[[Provider, Call], Answer]


def with_fault(fault: Fault, provider: Provider, call: Call, answer: Answering) -> Answer:
    """Return the answer to `call` as `fault` would have it.

    A status fault comes before every check; the faults of the normal answer (`truncated`,
    `stream-error`, `surrogate`) are laid over whatever that is. `stream-error` without a stream
    is `error-in-200`.
    """
    if fault.status is not None:
        return _with_headers(provider.error(call, fault.status), _retry_headers(fault))
    match fault.kind:
        case "error-in-200":
            return provider.error_in_200(call)
        case "not-json":
            return _page(call)
        case "empty":
            return _empty(answer(provider, call))
        case "truncated":
            return _truncated(answer(provider, call))
        case "stream-error":
            return _stream_error(answer(provider, call), provider, call)
        case "timeout":
            return Answer(status=0, headers=(), chunks=(), ending="silent")
        case _:
            return answer(provider, call)


def _retry_headers(fault: Fault) -> Headers:
    seconds, milliseconds = fault.retry_after, fault.retry_after_ms
    lines: Headers = () if seconds is None else (("retry-after", seconds),)
    return lines if milliseconds is None else (*lines, ("retry-after-ms", str(milliseconds)))


def _with_headers(answer: Answer, lines: Headers) -> Answer:
    return answer.model_copy(update={"headers": (*answer.headers, *lines)})


def _page(call: Call) -> Answer:
    headers = (("date", call.seed.date), ("content-type", "text/html; charset=utf-8"))
    return Answer(status=200, headers=headers, chunks=(PAGE,))


def _empty(answer: Answer) -> Answer:
    """Keep the header lines of the normal answer and send no body under 200."""
    return answer.model_copy(update={"status": 200, "chunks": (b"",)})


def _truncated(answer: Answer) -> Answer:
    """Stop in the middle: of the body, or of the frame that half the frames end with."""
    kept = answer.chunks[: (len(answer.chunks) + 1) // 2]
    last = kept[-1][: len(kept[-1]) // 2]
    return answer.model_copy(update={"chunks": (*kept[:-1], last), "ending": "cut"})


def _stream_error(answer: Answer, provider: Provider, call: Call) -> Answer:
    """Report an error after half the frames; the stream ends with it."""
    if not answer.is_stream:
        return provider.error_in_200(call)
    kept = answer.chunks[: len(answer.chunks) // 2]
    return answer.model_copy(update={"chunks": (*kept, provider.error_frame(call))})
