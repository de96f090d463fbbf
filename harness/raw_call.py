"""A `tools/call` whose arguments are no object, which the SDK's models do not allow to be sent."""

from __future__ import annotations

import time
from typing import Any

import anyio
import mcp_types as types
from mcp.shared.exceptions import MCPError
from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    model_serializer,
)

from harness.connection import Answer, Connection, result_outcome
from harness.link_failure import is_link_failure
from harness.records.call import Outcome

NOT_GIVEN: Any = object()
"""No member `arguments` at all."""
_RAW_RESULT: Any = TypeAdapter(dict[str, Any])


class _RawParams(types.CallToolRequestParams):
    raw: Any = Field(default=None, exclude=True)

    @model_serializer(mode="wrap")
    def _with_raw(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # What a serializer returns is not searched for null, which the client leaves out elsewhere.
        params: dict[str, Any] = handler(self)
        params.pop("arguments", None)
        return params if self.raw is NOT_GIVEN else {**params, "arguments": self.raw}


class _RawRequest(types.CallToolRequest):
    # A field is written by its declared type, so that of the SDK would leave `raw` out.
    params: _RawParams


def raw_request(tool: str, arguments: Any) -> types.CallToolRequest:
    """Return the request that calls `tool` with any JSON value, or `NOT_GIVEN`."""
    return _RawRequest(params=_RawParams(name=tool, raw=arguments))


async def raw_call(connection: Connection, tool: str, arguments: Any, *, seconds: float) -> Answer:
    """Call `tool` with any JSON value, or `NOT_GIVEN`, for its arguments; never raises for it."""
    answer = Answer(Outcome(plane="timeout", message=f"no answer within {seconds:g} s"))
    started = time.perf_counter()
    with anyio.move_on_after(seconds):
        answer.outcome = await _outcome(connection, tool, arguments, seconds)
    answer.seconds = time.perf_counter() - started
    return answer


async def _outcome(connection: Connection, tool: str, arguments: Any, seconds: float) -> Outcome:
    request = raw_request(tool, arguments)
    try:
        raw = await connection.client.session.send_request(
            request, _RAW_RESULT, request_read_timeout_seconds=seconds + 60
        )
    except MCPError as error:
        if is_link_failure(connection.target, error.code, error.message, error.data):
            return Outcome(plane="transport_error", message=error.message)
        return Outcome(
            plane="protocol_error", code=error.code, message=error.message, data=error.data
        )
    except ValidationError as error:
        message = f"the result breaks the protocol: {error.errors()[0]['msg']}"
        return Outcome(plane="protocol_error", message=message)
    except (OSError, anyio.ClosedResourceError, anyio.BrokenResourceError) as error:
        return Outcome(plane="transport_error", message=str(error) or type(error).__name__)
    return result_outcome(raw)
