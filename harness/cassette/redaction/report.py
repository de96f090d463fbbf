"""What was redacted: by which rule and where, never the value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from harness.cassette.redaction.event_stream import is_stream, redacted_stream
from harness.cassette.redaction.search import Search, is_done
from harness.records.record import Record


class Redacted(Record):
    """How often a rule replaced something at a place."""

    rule: str
    place: str
    """`request url`, `response header set-cookie`, `response body /choices/0/message/content`."""
    count: int
    name: str = ""
    """Which known secret it was."""


class Hit(NamedTuple):
    """One replacement; as `Redacted`, which counts them."""

    place: str
    rule: str
    name: str = ""


def text_hits(text: str, search: Search, place: str, rule: str) -> list[Hit]:
    """Return the hits in a text that was changed: what is found in it, else `rule`."""
    found = [Hit(place, span.rule, span.name) for span in search.spans(text)]
    return found or [Hit(place, rule)]


def body_hits(text: str, search: Search, place: str) -> list[Hit]:
    """Return the hits in a body; within JSON the place ends with a pointer."""
    if is_stream(text.encode("utf-8", "surrogateescape")):
        return _stream_hits(text, search, place)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return [Hit(place, span.rule, span.name) for span in search.spans(text)]
    return list(_value_hits(value, search, f"{place} "))


def _stream_hits(text: str, search: Search, place: str) -> list[Hit]:
    found: list[Hit] = []

    def pieces(texts: Sequence[str]) -> list[str]:
        spans = search.spans("".join(texts))
        found.extend(Hit(f"{place} frames", span.rule, span.name) for span in spans)
        return search.pieces(texts)

    rest = redacted_stream(text, pieces)
    return found + [Hit(place, span.rule, span.name) for span in search.spans(rest)]


def _value_hits(value: Any, search: Search, place: str) -> Iterator[Hit]:
    if isinstance(value, str):
        yield from (Hit(place, span.rule, span.name) for span in search.spans(value))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _value_hits(item, search, f"{place}/{number}")
    elif isinstance(value, dict):
        for key, item in value.items():
            # A key may be the secret itself.
            token = search.text(key).replace("~", "~0").replace("/", "~1")
            member = f"{place}/{token}"
            yield from (Hit(member, span.rule, span.name) for span in search.spans(key))
            found = list(_value_hits(item, search, member))
            if not found and isinstance(item, str) and search.name.fullmatch(key):
                found = [] if is_done(item) else [Hit(member, "json-name")]
            yield from found
