"""How a failure in the middle of a stream is told, in the form of the endpoint that streams."""

from __future__ import annotations

from harness.upstream.simulators.call import Call, Rejection
from harness.upstream.simulators.openai import errors
from harness.upstream.simulators.openai.responses import answer_response
from harness.upstream.simulators.openai.responses_stream import error_frame as numbered_frame

RESPONSES = "/v1/responses"


def error_frame(call: Call) -> bytes:
    """Return the frame that reports a failure after half the stream of this call."""
    if call.request.path != RESPONSES:
        return errors.error_frame(call)
    try:
        frames = answer_response(call).chunks
    except Rejection:  # a recorded answer to a request that the simulator would refuse
        frames = ()
    return numbered_frame(len(frames) // 2)
