"""Bodies as people read them: content codings undone, JSON parsed, streams joined."""

from __future__ import annotations

import json
from typing import Any

from harness.cassette import content_coding
from harness.cassette.event_stream import is_event_stream
from harness.cassette.joined_stream import join_stream
from harness.records.http import Message

_SHOWN_BYTES = 24


def decoded(message: Message) -> bytes:
    """Return the body without its content codings.

    A body that is not what its header says is returned as it is: recorders often store the body
    decoded and keep the header. So is one that unpacks to more than anybody reads.
    """
    try:
        header = message.header("content-encoding") or ""
        return content_coding.decoded(message.body, header).body
    except content_coding.UndecodableBody:
        return message.body


def readable(message: Message) -> Any:
    """Return the body as a JSON-like value: JSON, a joined stream, text, or a note about bytes."""
    body = decoded(message)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return {"bytes": len(body), "begins": body[:_SHOWN_BYTES].hex()}
    if is_event_stream(message.header("content-type"), text):
        return join_stream(text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
