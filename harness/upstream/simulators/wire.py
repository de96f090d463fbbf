"""JSON in the spacing each provider uses, and event-stream frames.

A lone surrogate leaves as its JSON escape, since UTF-8 has no bytes for it.
"""

from __future__ import annotations

import json
from typing import Any


def compact(value: Any) -> bytes:
    """Return JSON without whitespace."""
    return _encode(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def spaced(value: Any) -> bytes:
    """Return JSON on one line with a space after each separator."""
    return _encode(json.dumps(value, ensure_ascii=False))


def pretty(value: Any, indent: int = 2) -> bytes:
    """Return indented JSON without a final newline."""
    return _encode(json.dumps(value, ensure_ascii=False, indent=indent))


def frame(data: bytes, event: str | None = None) -> bytes:
    """Return one event-stream record."""
    name = b"" if event is None else f"event: {event}\n".encode()
    return name + b"data: " + data + b"\n\n"


DONE = frame(b"[DONE]")


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
