"""How an exchange failed, to and from the exceptions of httpx and httpx2 (same class names)."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from harness.records.http import TransportFailure

_EXCEPTIONS: dict[TransportFailure, tuple[str, str]] = {
    "refused": ("ConnectError", "All connection attempts failed"),
    "reset": ("RemoteProtocolError", "Server disconnected without sending a response."),
    "timeout": ("ReadTimeout", "The read operation timed out"),
    "truncated": (
        "RemoteProtocolError",
        "peer closed connection without sending complete message body",
    ),
}


def failure_of(error: Exception, *, has_head: bool) -> TransportFailure:
    """Return how an exchange failed, from the library's exception."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if "TimeoutException" in names:
        return "timeout"
    if "ConnectError" in names:
        return "refused"
    return "truncated" if has_head else "reset"


def exception_for(
    library: ModuleType, failure: TransportFailure, request: Any, *, is_async: bool
) -> Exception:
    """Return the library's own exception for `failure`, with its words.

    An asynchronous client says nothing about a time-out: the event loop's own exception is empty.
    """
    name, text = _EXCEPTIONS[failure]
    if is_async and failure == "timeout":
        text = ""
    error: Exception = getattr(library, name)(text, request=request)
    return error
