"""JSON that means the same but is spelt otherwise, in a document that is passed on as it is.

`arguments` are the text that the model wrote, `input` is an object (OpenAI, API reference, chat
completions; Anthropic, API reference, messages). Who reads a document by its API's reference finds
a text where an object was, or another text, which no longer is what the model wrote. Nor is an
empty text null: `content` is null where the model said nothing, as beside calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from harness.audit.json_text import json_value
from harness.audit.returned.documents import Place

_WRITTEN = "arguments"


class Respelt(NamedTuple):
    """A value that came back in another spelling."""

    place: Place
    sent: Any
    seen: Any


def respelt(sent: Any, seen: Any, place: Place = ()) -> Iterator[Respelt]:
    """Yield where a text of arguments is written anew, an object a text of it, null a text."""
    if isinstance(sent, dict) and isinstance(seen, dict):
        for key, value in sent.items():
            yield from respelt(value, seen.get(key), (*place, key))
    elif isinstance(sent, list) and isinstance(seen, list):
        for one, other in zip(sent, seen, strict=False):
            yield from respelt(one, other, (*place, "*"))
    elif isinstance(seen, str) and _is_respelt(sent, seen, place):
        yield Respelt(place, sent, seen)


def _is_respelt(sent: Any, seen: str, place: Place) -> bool:
    if sent is None:
        return seen == ""
    if isinstance(sent, dict | list):
        return bool(sent == json_value(seen))
    if place[-1:] != (_WRITTEN,) or not isinstance(sent, str) or sent == seen:
        return False
    value = json_value(sent)
    return value is not None and bool(value == json_value(seen))
