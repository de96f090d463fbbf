"""Text for people: laid out when it is JSON, and with every character that hides made visible."""

from __future__ import annotations

import json
import re
from typing import Any

_HIDING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Controls but tab and line feed, line separators, what turns the direction of writing, byte order
marks, and lone surrogates, which no file in UTF-8 can hold. Joiners stay: emoji need them."""
WIDTH = 88
"""Characters in a line of JSON that is laid out."""
TOO_DEEP = "(nested too deeply to be shown)"
_NAMED = {"\r": "\\r", "\x1b": "\\e"}


def shown(text: str) -> str:
    """Return `text` with hiding characters written as escapes; it can be encoded as UTF-8."""
    return _HIDING.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    character = found.group()
    return _NAMED.get(character, f"\\u{ord(character):04x}")


def json_text(value: Any) -> str:
    """Return a JSON-like value over as few lines as fit; NaN and infinities by their names."""
    try:
        return shown(_spread(value, 0))
    except RecursionError:
        return short_json(value)


def _spread(value: Any, depth: int) -> str:
    line = json.dumps(value, ensure_ascii=False)
    if 2 * depth + len(line) <= WIDTH or not isinstance(value, dict | list | tuple):
        return line
    if isinstance(value, dict):
        names = (json.dumps(str(name), ensure_ascii=False) for name in value)
        parts = [
            f"{name}: {_spread(item, depth + 1)}"
            for name, item in zip(names, value.values(), strict=True)
        ]
    else:
        parts = [_spread(item, depth + 1) for item in value]
    inner = "\n" + "  " * (depth + 1)
    content = inner + f",{inner}".join(parts) + "\n" + "  " * depth
    return f"{{{content}}}" if isinstance(value, dict) else f"[{content}]"


def short_json(value: Any) -> str:
    """Return a JSON-like value in one line."""
    try:
        return shown(json.dumps(value, ensure_ascii=False))
    except RecursionError:
        return TOO_DEEP


def laid_out(text: str) -> tuple[str, bool]:
    """Return `text` and whether it is a JSON object or array, which is laid out then.

    One with the same key twice is left as it came, because laying it out would drop one.
    """
    if text.lstrip()[:1] not in ("{", "["):
        return shown(text), False
    try:
        value = json.loads(text, object_pairs_hook=_without_double_keys)
        return json_text(value), True
    except (ValueError, RecursionError):
        return shown(text), False


def _without_double_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def body_text(body: bytes) -> str:
    """Return a body as text; bytes that are not UTF-8 as escapes."""
    return body.decode("utf-8", errors="backslashreplace")


def seconds_text(seconds: float) -> str:
    """Return a duration in the unit that suits it."""
    if seconds < 0.0005:
        return "0 ms"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 60 else f"{seconds / 60:.1f} min"


def bytes_text(size: int) -> str:
    """Return a size in bytes or kilobytes."""
    return f"{size} B" if size < 10_000 else f"{size / 1000:.0f} kB"
