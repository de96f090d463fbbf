"""Bodies made wrong: each function takes the pieces of a body and returns other pieces.

A piece is a frame of an event stream, or a whole body. What is damaged is the piece in the middle,
or the nearest after it, then before it, that has something to damage. Nothing here fails: a body
without anything to damage is replaced by one that is nothing but the damage.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

Pieces = tuple[bytes, ...]

NOT_UTF8 = b"\xff"
"""A byte that stands in no UTF-8 text (RFC 3629 §3)."""
BEGUN_CHARACTER = b"\xe2\x82"
"""Two of the three bytes of a euro sign."""
ESCAPED_SURROGATE = b"\\ud800"
PADDING = b" " * 65_536

_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*)"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?', re.DOTALL)
_FINISHED = re.compile(rb'"finish_reason":\s*"')
_CONTINUED = re.compile(rb"[\x80-\xbf]")

Damage = Callable[[bytes], bytes | None]
"""Returns the damaged piece, or None when there is nothing to damage."""


def truncated(pieces: Pieces) -> Pieces:
    """Stop in the middle: of the body, or of the frame that half the frames end with."""
    kept = _first_half(pieces)
    return (*kept[:-1], kept[-1][: len(kept[-1]) // 2])


def truncated_inside(pieces: Pieces) -> Pieces:
    """Cut the frame in the middle, end it as frames end, and let the others come.

    A body, which has one piece, is cut in its middle.
    """
    if len(pieces) < 2:
        return truncated(pieces)
    number = len(pieces) // 2
    piece = pieces[number].rstrip(b"\r\n")
    return (*pieces[:number], piece[: len(piece) * 2 // 3] + b"\n\n", *pieces[number + 1 :])


def until_a_choice_ends(pieces: Pieces) -> Pieces:
    """Stop after the frame that tells why a choice ended; where there is none, in the middle.

    A stream of several choices ends each by itself (OpenAI, API reference, chat streaming).
    """
    number = next((n for n, piece in enumerate(pieces[:-1]) if _FINISHED.search(piece)), None)
    return truncated(pieces) if number is None else pieces[: number + 1]


def truncated_in_character(pieces: Pieces) -> Pieces:
    """Stop between the bytes of a character; where all are ASCII, another one is begun."""
    number = next((n for n in _from_the_middle(pieces) if _CONTINUED.search(pieces[n])), None)
    if number is None:
        *whole, last = truncated(pieces)
        return (*whole, last + BEGUN_CHARACTER)
    piece = pieces[number]
    ends = [found.start() for found in _CONTINUED.finditer(piece)]
    cut = min(ends, key=lambda end: abs(end - len(piece) // 2))
    return (*pieces[:number], piece[:cut])


def half(pieces: Pieces, *, is_stream: bool) -> Pieces:
    """Return half of the frames, whole ones, or half of the body."""
    return pieces[: len(pieces) // 2] if is_stream else truncated(pieces)


def with_nan(pieces: Pieces) -> Pieces:
    """Put NaN, which is not JSON (RFC 8259 §6), in the place of a number."""
    return _damaged(pieces, _number_to_nan, b'{"value": NaN}')


def with_duplicate_keys(pieces: Pieces) -> Pieces:
    """Give each member of the object again, as null: whoever takes the last loses all."""
    return _damaged(pieces, _members_twice, b'{"choices": [], "choices": null}')


def with_invalid_utf8(pieces: Pieces) -> Pieces:
    """Begin the longest string with `NOT_UTF8`."""
    return _damaged(pieces, lambda piece: _in_longest_string(piece, NOT_UTF8), NOT_UTF8)


def with_surrogate(pieces: Pieces) -> Pieces:
    """Begin the longest string with half of a surrogate pair."""
    damaged = b'"' + ESCAPED_SURROGATE + b'"'
    return _damaged(pieces, lambda piece: _in_longest_string(piece, ESCAPED_SURROGATE), damaged)


def huge(pieces: Pieces, size: int, *, is_stream: bool) -> Pieces:
    """Send at least `size` bytes first that change nothing: a comment, or white space."""
    count = -(-size // len(PADDING))
    opening, closing = ((b": ",), (b"\n\n",)) if is_stream else ((), ())
    return (*opening, *(PADDING for _ in range(count)), *closing, *pieces)


def blanks(count: int, *, is_stream: bool) -> Pieces:
    """Return pieces to put in front that change nothing: white space, or comments of a stream."""
    return (b":\n" if is_stream else b" ",) * count


def dripping(pieces: Pieces, step: int) -> Pieces:
    """Cut everything into pieces of `step` bytes."""
    body = b"".join(pieces)
    return tuple(body[start : start + step] for start in range(0, len(body), step))


def _first_half(pieces: Pieces) -> Pieces:
    return pieces[: (len(pieces) + 1) // 2] or (b"",)


def _from_the_middle(pieces: Pieces) -> Iterable[int]:
    middle = len(pieces) // 2
    return (*range(middle, len(pieces)), *range(middle - 1, -1, -1))


def _damaged(pieces: Pieces, damage: Damage, otherwise: bytes) -> Pieces:
    for number in _from_the_middle(pieces):
        piece = damage(pieces[number])
        if piece is not None:
            return (*pieces[:number], piece, *pieces[number + 1 :])
    return (otherwise,)


def _number_to_nan(piece: bytes) -> bytes | None:
    start, end = _json_span(piece)
    for token in _TOKEN.finditer(piece, start, end):
        if token[1] is None:
            return piece[: token.start()] + b"NaN" + piece[token.end() :]
    return None


def _members_twice(piece: bytes) -> bytes | None:
    start, end = _json_span(piece)
    try:
        value = json.loads(piece[start:end].decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not value:
        return None
    nulls = b"".join(b", " + json.dumps(key).encode() + b": null" for key in value)
    return piece[: end - 1].rstrip() + nulls + piece[end - 1 :]


def _in_longest_string(piece: bytes, inserted: bytes) -> bytes | None:
    start, end = _json_span(piece)
    strings = [token for token in _TOKEN.finditer(piece, start, end) if token[1] is not None]
    # A key is followed by a colon; damaging a value leaves the shape as it is.
    values = [token for token in strings if not piece[token.end() : end].lstrip().startswith(b":")]
    if not values:
        return None
    at = max(values, key=lambda token: len(token[1])).start() + 1
    return piece[:at] + inserted + piece[at:]


def _json_span(piece: bytes) -> tuple[int, int]:
    """Return where the JSON object of a body or frame begins and ends; (0, 0) without one."""
    start, end = piece.find(b"{"), piece.rfind(b"}") + 1
    return (start, end) if 0 <= start < end else (0, 0)
