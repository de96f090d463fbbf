"""Servers whose lines are not those of the SDK: ids, methods and versions that it would not let."""

from __future__ import annotations

import atexit
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from servers.defects.published_tools import CHAT_SCHEMA
from servers.defects.stages import Defect, Stages

Message = dict[str, Any]
_UNTYPED = {key: part for key, part in CHAT_SCHEMA.items() if key != "type"}
_NOTIFIED = "a notification"
_OPENING = "notifications/initialized"
_KNOWN = (_OPENING, "notifications/cancelled")
Change = Callable[[Message], Message | list[Message] | None]
"""Changes a message on its way, or sends several for it; None keeps it back."""


class Lines:
    """Stands between the process's standard streams and the SDK, which reads and writes them."""

    def __init__(self, incoming: Change, outgoing: Change, nonsense: Callable[[], None]) -> None:
        self._incoming, self._outgoing, self._nonsense = incoming, outgoing, nonsense

    def start(self) -> None:
        """Take the two streams over; what is under way is let out when the process ends."""
        client_in, client_out = os.dup(0), os.dup(1)
        to_sdk, from_sdk = os.pipe(), os.pipe()
        os.dup2(to_sdk[0], 0)
        os.dup2(from_sdk[1], 1)
        os.close(from_sdk[1])
        threading.Thread(
            target=self._pump, args=(client_in, to_sdk[1], self._incoming), daemon=True
        ).start()
        writer = threading.Thread(target=self._pump, args=(from_sdk[0], client_out, self._outgoing))
        writer.daemon = True
        writer.start()

        def flush() -> None:
            os.close(1)
            writer.join(0.3)

        atexit.register(flush)

    def _pump(self, source: int, target: int, change: Change) -> None:
        for line in _lines(source):
            os.write(target, self._changed(line, change))
        os.close(target)

    def _changed(self, line: bytes, change: Change) -> bytes:
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            self._nonsense()
            return line
        changed = change(message)
        several = changed if isinstance(changed, list) else [changed]
        return b"".join(json.dumps(one).encode() + b"\n" for one in several if one is not None)


def _lines(source: int) -> Iterator[bytes]:
    with os.fdopen(source, "rb") as stream:
        yield from iter(stream.readline, b"")


def _as_it_is(message: Message) -> Message:
    return message


def _changing(
    incoming: Change = _as_it_is,
    outgoing: Change = _as_it_is,
    nonsense: Callable[[], None] = lambda: None,
) -> Defect:
    def change(stages: Stages) -> Stages:
        return replace(stages, start=Lines(incoming, outgoing, nonsense).start)

    return change


def _number_for_text(message: Message) -> Message:
    is_text = isinstance(message.get("id"), str)
    return {**message, "id": len(message["id"])} if is_text else message


def _text_for_number(message: Message) -> Message:
    is_answer = isinstance(message.get("id"), int) and "method" not in message
    return {**message, "id": str(message["id"])} if is_answer else message


def _any_method(message: Message) -> Message:
    refused = message.get("error", {}).get("code") == -32601
    return {"jsonrpc": "2.0", "id": message["id"], "result": {}} if refused else message


def _without(method: str) -> Change:
    return lambda message: None if message.get("method") == method else message


def _cancelling_all(stages: Stages) -> Stages:
    """Keep back the answers of all calls that are under way when one is cancelled."""
    waiting: set[Any] = set()
    gone: set[Any] = set()

    def incoming(message: Message) -> Message:
        if message.get("method") == "tools/call":
            waiting.add(message["id"])
        elif message.get("method") == "notifications/cancelled":
            gone.update(waiting)
        return message

    def outgoing(message: Message) -> Message | None:
        waiting.discard(message.get("id"))
        return None if message.get("id") in gone else message

    return _changing(incoming, outgoing)(stages)


def _ending_when_cancelled(stages: Stages) -> Stages:
    """End when a call is cancelled while another one is under way, as some SDKs' sessions did."""
    waiting: set[Any] = set()

    def incoming(message: Message) -> Message:
        if message.get("method") == "tools/call":
            waiting.add(message["id"])
        elif message.get("method") == "notifications/cancelled" and len(waiting) > 1:
            _exit()
        return message

    def outgoing(message: Message) -> Message:
        waiting.discard(message.get("id"))
        return message

    return _changing(incoming, outgoing)(stages)


def _as_request(is_answered: Callable[[str], bool], method: str) -> Defect:
    """Answer some notifications as if they were requests of `method`, with null for the id."""

    def incoming(message: Message) -> Message:
        is_one = "id" not in message and is_answered(message["method"])
        return {"jsonrpc": "2.0", "id": _NOTIFIED, "method": method} if is_one else message

    def outgoing(message: Message) -> Message:
        return {**message, "id": None} if message.get("id") == _NOTIFIED else message

    return _changing(incoming, outgoing)


def _listing(**members: Any) -> Defect:
    """Put these members into the first tool that is listed, where the SDK sends what it checked."""

    def outgoing(message: Message) -> Message:
        tools = (message.get("result") or {}).get("tools")
        if not tools:
            return message
        listed = [{**tools[0], **members}, *tools[1:]]
        return {**message, "result": {**message["result"], "tools": listed}}

    return _changing(outgoing=outgoing)


def _reporting(*values: Any, unasked: str | None = None) -> Defect:
    """Tell these values of progress before each answer; `unasked` is the token where none is."""
    tokens: dict[Any, Any] = {}

    def incoming(message: Message) -> Message:
        if message.get("method") == "tools/call":
            meta = message["params"].get("_meta") or {}
            tokens[message["id"]] = meta.get("progressToken", unasked)
        return message

    def outgoing(message: Message) -> list[Message]:
        token = tokens.pop(message.get("id"), None)
        if token is None:
            return [message]
        told = [{"progressToken": token, "progress": value} for value in values]
        method = "notifications/progress"
        reports = [{"jsonrpc": "2.0", "method": method, "params": params} for params in told]
        return [*reports, message]

    return _changing(incoming, outgoing)


def _echoing(stages: Stages) -> Stages:
    """Answer `initialize` with whatever version was asked for."""
    asked: dict[Any, str] = {}

    def incoming(message: Message) -> Message:
        if message.get("method") == "initialize":
            asked[message["id"]] = message["params"]["protocolVersion"]
        return message

    def outgoing(message: Message) -> Message:
        result = message.get("result") or {}
        if message.get("id") in asked and "protocolVersion" in result:
            told = {**result, "protocolVersion": asked.pop(message["id"])}
            return {**message, "result": told}
        return message

    return _changing(incoming, outgoing)(stages)


def _exit() -> None:
    os._exit(1)


ignoring_cancellations = _changing(incoming=_without("notifications/cancelled"))
"""A style: a server SHOULD stop, and need not."""

DEFECTS: dict[str, Defect] = {
    "definitions-hint-as-text": _listing(annotations={"destructiveHint": "no"}),
    "definitions-hint-as-number": _listing(annotations={"readOnlyHint": 1}),
    "definitions-title-null": _listing(title=None),
    "definitions-title-as-number": _listing(title=5),
    "definitions-schema-without-type": _listing(inputSchema=_UNTYPED),
    "protocol-text-id-numbered": _changing(incoming=_number_for_text),
    "protocol-number-id-as-text": _changing(outgoing=_text_for_number),
    "protocol-any-method": _changing(outgoing=_any_method),
    "protocol-ping-dropped": _changing(incoming=_without("ping")),
    "protocol-progress-stays": _reporting(0, 1, 1),
    "protocol-progress-unasked": _reporting(1, 2, unasked="the caller"),
    "protocol-version-echoed": _echoing,
    "protocol-all-cancelled": _cancelling_all,
    "protocol-ends-when-cancelled": _ending_when_cancelled,
    "protocol-opening-answered": _as_request(lambda method: method == _OPENING, "ping"),
    "protocol-notification-refused": _as_request(lambda method: method not in _KNOWN, "unknown"),
    "protocol-bad-line-exits": _changing(nonsense=_exit),
}
