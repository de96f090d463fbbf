"""Telling a broken link from a server's own JSON-RPC error, which may use the same words.

The SDK's client (mcp 2.3.0) turns a broken exchange into JSON-RPC errors of its own making; over
HTTP with the texts below (client/streamable_http.py), else only as "Connection closed".
"""

from __future__ import annotations

from typing import Any

from harness.targets import HttpTarget, Target

CONNECTION_CLOSED = -32000
LINK_MARK = {"toolreel": "link"}
"""Data of the errors that `http_link` makes, which no server sends."""

_HTTP_TEXTS = (
    "Server returned an error response",
    "Session terminated",
    "SSE stream ended without a response",
    "SSE stream ended and reconnection attempts were exhausted",
    "server answered a request with 202 Accepted",
)
_HTTP_BEGINNINGS = (
    "Failed to parse SSE message: ",
    "Failed to parse JSON response: ",
    "Unexpected content type: ",
    "SSE stream failed: ",
)


def is_link_failure(target: Target, code: int, message: str, data: Any) -> bool:
    """Tell whether a JSON-RPC error was made on the client's side of the link."""
    if data == LINK_MARK:
        return True
    if code == CONNECTION_CLOSED and message == "Connection closed":
        return True
    if not isinstance(target, HttpTarget):
        return False
    is_redirect = message.startswith("Redirect to ") and "not followed" in message
    return message in _HTTP_TEXTS or message.startswith(_HTTP_BEGINNINGS) or is_redirect
