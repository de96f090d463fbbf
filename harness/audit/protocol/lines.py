"""What a server's lines show that no client library lets through: ids, methods, versions.

JSON-RPC 2.0 §4, §4.1 and §5; MCP 2025-11-25, basic/lifecycle (version negotiation) and
basic/utilities/ping.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from harness.audit.found import Found
from harness.records.audit import Observation

ID = "protocol.id-changed"
METHOD = "protocol.unknown-method-accepted"
VERSION = "protocol.version-echoed"
PING = "protocol.ping-unanswered"
ANSWERED = "protocol.notification-answered"
RULES = (ID, METHOD, VERSION, PING, ANSWERED)
NO_SUCH_METHOD = "toolreel/no-such-method"
NO_SUCH_VERSION = "1999-01-01"
INITIALIZED = "notifications/initialized"
NO_SUCH_NOTIFICATION = "notifications/toolreel-unknown"
TEXT_ID = "toolreel-1"
BAD_LINES = {"a line that is no JSON": "{no JSON", "a line that is no object": "5"}
"""What a line is → the line. A server may answer it with an error, and serves on."""

Response = Mapping[str, Any] | None
"""A response as it came; None when none came in time."""


def judge_id(
    asked: int | str, response: Response, others: Sequence[Mapping[str, Any]]
) -> Found | None:
    """Judge the response to a request with the id `asked`; `others` came with another id."""
    if response is not None:
        return None
    told = f"one with the id {others[-1].get('id')!r}" if others else "no response"
    return Found(ID, f"a request with the id {asked!r} gets {told}")


def judge_texts(texts: Sequence[str], observation: Observation) -> Found | None:
    """Judge the ids of a call that were numbers, and came back as `texts`."""
    if not texts:
        return None
    told = f"a request with the id {texts[0]} gets one with the id {texts[0]!r}"
    return Found(ID, told, observation=observation)


def judge_method(response: Response) -> Found | None:
    """Judge the response to a method that does not exist: an error is due, whatever its code."""
    if response is not None and "error" in response:
        return None
    end = "gets no response" if response is None else "succeeds"
    return Found(METHOD, f"a request of the method {NO_SUCH_METHOD!r} {end}")


def judge_ping(response: Response) -> Found | None:
    """Judge the response to `ping`: the receiver MUST respond promptly with an empty response."""
    if response is not None and "result" in response:
        return None
    end = "no response" if response is None else f"an error: {response['error']}"
    return Found(PING, f"ping gets {end}"[:300])


def judge_notification(
    method: str, others: Sequence[Mapping[str, Any]], used: Collection[int | str]
) -> Found | None:
    """Judge what came after a notification with no id of a request under way.

    JSON-RPC 2.0 §4.1: the server MUST NOT reply to a notification. A late response to one of the
    requests `used`, whatever became of its id's type, is none to the notification.
    """
    spelled = {str(one) for one in used}
    for message in others:
        is_response = "result" in message or "error" in message
        if is_response and str(message.get("id")) not in spelled:
            told = f"with the id {message['id']!r}" if "id" in message else "without an id"
            kind = "error" if "error" in message else "result"
            said = f"{kind}: {message[kind]!r}"[:160]
            return Found(ANSWERED, f"{method} gets a response {told}, {said}", cause="notification")
    return None


def judge_version(response: Response) -> Found | None:
    """Judge the response to `initialize` with a version that nobody has.

    The server MUST respond with another version that it supports; an error, or silence to a
    second `initialize`, is no echo.
    """
    result = response.get("result") if response is not None else None
    if not isinstance(result, Mapping) or result.get("protocolVersion") != NO_SUCH_VERSION:
        return None
    return Found(VERSION, f"initialize with the version {NO_SUCH_VERSION} is answered by it")
