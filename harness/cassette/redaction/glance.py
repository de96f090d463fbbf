"""A first look at a text: may it hold a secret? Nearly every text holds none.

A replay searches each request, so the look must be quick: single passes over the bytes, then only
at the words that are long enough for a key. It looks for the longest literals that the rules leave:
the longer one is, the more bytes a search skips.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.cassette.redaction.shapes import PREFIXES

_LONG = b"x" * 16
_IN_A_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_TO_WORDS = bytes(ord("x") if code in _IN_A_WORD else ord(" ") for code in range(256))
_PREFIXES = tuple(prefix.encode() for prefix in PREFIXES)
_LITERALS = (b"earer ", b"earer\t", b"PRIVATE KEY", b"ey provided: ")
_PARAMETERS = (b"ig=", b"ignature=", b"IGNATURE=", b"oken=", b"key=", b"Key=", b"KEY=")
_BEFORE_A_DOT = (b"SG.", b"ya29.")
_TEAMS = (b"team", b"org", b"workspace")
# `api_key` is written `api-key` and `apiKey` as well.
_JOINTS = (("_", "_"), ("_", "-"), ("_", ""), ("-", "_"), ("-", ""))
_ESCAPES = (b'\\"', b"\\u", b"\\/", b"\\\\")


class Glance:
    """Tells whether a text may hold one of `known`, a value under a name, or a key's shape."""

    def __init__(self, known: Iterable[str], names: Iterable[str]) -> None:
        self._literals = (
            *(text.encode("utf-8", "surrogatepass") for text in known),
            *_LITERALS,
        )
        spelled = {name.lower().replace(*pair).encode() for name in names for pair in _JOINTS}
        self._names = frozenset(spelled | {name + b"\\" for name in spelled})

    def __call__(self, data: bytes) -> bool:
        """Return False only when no rule can match in `data`."""
        for literal in self._literals:
            if literal in data:
                return True
        if b"=" in data and any(name in data for name in _PARAMETERS):
            return True
        if b"*" in data and b"****" in data:
            return True
        # Between quotes stand the names of JSON, in escaped JSON with a backslash behind them.
        if b'":' in data and not self._names.isdisjoint(data.lower().split(b'"')):
            return True
        return _has_key(data)


def has_escapes(data: bytes) -> bool:
    """Tell whether a secret may be hidden from a plain search by escapes of JSON or of URLs."""
    return b"%" in data or (b"\\" in data and any(escape in data for escape in _ESCAPES))


def _has_key(data: bytes) -> bool:
    words = data.translate(_TO_WORDS)
    start = words.find(_LONG)
    while start >= 0:
        if data.startswith(_PREFIXES, start) or (start and _begins_late(data, start)):
            return True
        end = words.find(b" ", start + len(_LONG))
        start = words.find(_LONG, end) if end > 0 else -1
    return False


def _begins_late(data: bytes, start: int) -> bool:
    """Tell a key behind an escape (`\\nsk-…`, `%20sk-…`) or a dot, and a team's UUID."""
    before = data[start - 1]
    if before == 0x5C:
        at = start + 5 if data[start] == ord("u") else start + 1
        return data.startswith(_PREFIXES, at)
    if before == 0x25:
        return data.startswith(_PREFIXES, start + 2)
    if before == 0x2E:
        return data[max(0, start - 5) : start].endswith(_BEFORE_A_DOT)
    if before == 0x2F and b"hooks.slack.com" in data[max(0, start - 60) : start]:
        return True
    if data[start + 8 : start + 9] == b"-" == data[start + 13 : start + 14]:
        context = data[max(0, start - 30) : start].lower()
        return any(word in context for word in _TEAMS)
    return False
