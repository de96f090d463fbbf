"""Another question with the same meaning, for servers that answer a known one from a cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonpointer import JsonPointer

from harness.audit.context import ToolFacts
from harness.audit.protocol.places import text_places, with_text
from harness.generation.validity import Validity


def varied(tool: ToolFacts, arguments: Mapping[str, Any], number: int) -> dict[str, Any] | None:
    """Return `arguments` with a number at the end of a text that is asked; None without one."""
    accepts = Validity(dict(tool.schema)).accepts
    for pointer in text_places(tool):
        text = JsonPointer(pointer).resolve(arguments, None)
        if isinstance(text, str) and text:
            other = with_text(arguments, pointer, f"{text} ({number})")
            if accepts(other):
                return other
    return None
