"""Tools that say they return JSON: of a model's JSON the value comes back, written anew."""

from __future__ import annotations

import re

from harness.audit.context import ToolFacts
from harness.audit.json_text import json_value
from harness.audit.returned.seen import Seen
from harness.records.audit import Observation

_RETURNS_JSON = re.compile(
    r"\bparsed JSON\b"
    r"|\b(?:returns?|gives?|answers?|outputs?|responses?|results?)\b[^.\n]{0,60}\bJSON\b",
    re.IGNORECASE,
)
_FENCED = re.compile(r"\s*```\w*\n(.*?)\n?```\s*", re.DOTALL)


def comes_back_parsed(item: Observation, tool: ToolFacts) -> bool:
    """Tell whether a text that is JSON, or JSON in a fence, came back as the value that it says.

    Only in a tool whose description says that it returns JSON.
    """
    if not _RETURNS_JSON.search(tool.told) or not isinstance(item.sent, dict):
        return False
    text = str(item.sent["text"])
    fenced = _FENCED.fullmatch(text)
    value = json_value(fenced[1] if fenced else text)
    return isinstance(value, dict | list) and Seen(item.call.outcome).holds(value)
