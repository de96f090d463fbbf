"""What says that an event stream is over; clients hang up on it without reading further."""

from __future__ import annotations

import json
import re

from harness.cassette.event_stream import Event, read_events

_BLANK_LINE_AT_END = re.compile(rb"(?:\r\n|\n|\r){2}\Z")


def ends_stream(body: bytes) -> bool:
    """Tell whether `body` ends with a whole event, after which no other follows.

    That is `[DONE]` of chat completions, `message_stop` of Anthropic's messages, and a JSON-RPC
    response: in MCP's Streamable HTTP (specification 2025-11-25, transports) it is the last event
    of a stream that answers a request.
    """
    if _BLANK_LINE_AT_END.search(body, max(0, len(body) - 4)) is None:
        return False
    events = read_events(body.decode("utf-8", "replace"))
    return bool(events) and _is_last(events[-1])


def _is_last(event: Event) -> bool:
    return event.data == "[DONE]" or event.name == "message_stop" or _is_response(event.data)


def _is_response(data: str) -> bool:
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        return False
    if not isinstance(message, dict) or "jsonrpc" not in message or "method" in message:
        return False
    return "result" in message or "error" in message
