"""Text from elsewhere in a form that any reader can show."""

from __future__ import annotations

import json


def printable(text: str) -> str:
    """Return `text` with control characters escaped: a recording must not steer the terminal.

    Lone surrogates, line ends and signs that turn the direction of writing are escaped as well, as
    JSON does it; what is left is one line that UTF-8, XML and a terminal can take.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else json.dumps(char)[1:-1].replace("\x7f", "\\u007f")
        for char in text
    )


def shortened(text: str, limit: int) -> str:
    """Return `text`, or its first `limit` characters and how long it is."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"
