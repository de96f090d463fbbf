"""Tools that say they return JSON: of a model's JSON the value comes back, written anew."""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.audit.context import ToolFacts
from harness.audit.json_text import json_value
from harness.audit.mapped.held import leaves
from harness.audit.mapped.requests import body_of
from harness.audit.returned.seen import Seen
from harness.records.audit import Observation

_RETURNS_JSON = re.compile(
    r"\bparsed JSON\b"
    r"|\b(?:returns?|gives?|answers?|outputs?|responses?|results?)\b[^.\n]{0,60}\bJSON\b",
    re.IGNORECASE,
)
_JSON = re.compile(r"\bJSON\b")
_FENCED = re.compile(r"\s*```\w*\n(.*?)\n?```\s*", re.DOTALL)


def comes_back_parsed(item: Observation, tool: ToolFacts) -> bool:
    """Tell whether a text that is JSON, or JSON in a fence, came back as the value that it says.

    Only in a tool whose description says that it returns JSON. One that asks the model for JSON
    reads it, and makes of it what it likes.
    """
    if isinstance(item.sent, dict) and _is_document(item.sent["text"]) and asks_for_json(item):
        return True
    if not _RETURNS_JSON.search(tool.told) or not isinstance(item.sent, dict):
        return False
    value = _value(str(item.sent["text"]))
    return isinstance(value, dict | list) and Seen(item.call.outcome).holds(value)


def asks_for_json(item: Observation) -> bool:
    """Tell whether the server itself tells the model, in words of its own, to answer in JSON."""
    given = _texts(item.call.arguments)
    asked = set[str]().union(
        *(_texts(body_of(one.request)) for one in item.call.interactions or ())
    )
    return _speaks_of_json(asked - given) and not _speaks_of_json(given)


def _texts(value: object) -> set[str]:
    return {text for text in leaves(value) if isinstance(text, str)}


def _speaks_of_json(texts: Iterable[str]) -> bool:
    return any(map(_JSON.search, texts))


def _is_document(text: object) -> bool:
    return isinstance(_value(str(text)), dict | list)


def _value(text: str) -> object:
    fenced = _FENCED.fullmatch(text)
    return json_value(fenced[1] if fenced else text)
