"""Reading `text/event-stream`, as the HTML standard §9.2.6 says."""

from __future__ import annotations

import re
from typing import NamedTuple

MEDIA_TYPE = "text/event-stream"
_LINE_END = re.compile(r"\r\n|\n|\r")
_FRAME = re.compile(r"(?:event|data|id|retry)?:")


class Event(NamedTuple):
    """One event; `name` is empty when the stream gave none."""

    name: str
    data: str


def is_event_stream(content_type: str | None, text: str) -> bool:
    """Tell whether a body is a stream: by its media type, and by how it begins."""
    media_type = (content_type or "").partition(";")[0].strip().lower()
    return media_type == MEDIA_TYPE and (
        not text or _FRAME.match(text.lstrip("\ufeff")) is not None
    )


def read_events(text: str) -> list[Event]:
    """Return the events of a stream; comments are left out.

    A last event without its blank line, which a client would drop, counts: a recording that
    broke off there still shows it.
    """
    events: list[Event] = []
    name, data = "", list[str]()
    for line in [*_LINE_END.split(text.removeprefix("\ufeff")), ""]:
        if not line:
            if data:
                events.append(Event(name, "\n".join(data)))
            name, data = "", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
    return events
