"""Streams of JSON frames: a secret that is spelled over several of them.

Server-sent events (`data: {…}`) and lines of JSON alike. Text that a client joins stands at the
same place of frame after frame; it is joined, redacted and cut again as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

_FRAME = re.compile(r"^(?:data:[ \t]*)?(\{.*\})[ \t]*\r?$", re.MULTILINE)
# What tells texts apart that stand at the same place: choices, tool calls, blocks, items.
_IDENTITY = ("index", "content_index", "output_index", "summary_index", "item_id")
# What every frame repeats, or random padding.
_NOT_TEXT = frozenset(
    {"id", "item_id", "model", "object", "obfuscation", "role", "system_fingerprint", "type"}
)
_LONGEST_CONSTANT = 4

Pieces = Callable[[Sequence[str]], list[str]]
Change = Callable[[Any], bool]


_Place = tuple[Any, ...]


class _Leaf(NamedTuple):
    frame: int
    holder: Any
    member: Any


def is_stream(body: bytes) -> bool:
    """Tell whether `body` may be two frames or more."""
    return b"\n{" in body if body.startswith(b"{") else b"data:" in body


def redacted_stream(text: str, pieces: Pieces, change: Change | None = None) -> str:
    """Return the stream with `pieces` applied to the texts that its frames spell together.

    `change`, when given, may change a frame in place and tells whether it did. A frame that stays
    the same keeps its bytes; another is written anew, and is JSON as before.
    """
    found = list(_frames(text))
    changed = {number for number, (_, value) in enumerate(found) if change and change(value)}
    channels: dict[_Place, list[_Leaf]] = {}
    for number, (_, value) in enumerate(found):
        _collect(value, (), number, channels)
    for leaves in channels.values():
        texts = [leaf.holder[leaf.member] for leaf in leaves]
        if len(texts) < 2 or _is_constant(texts):
            continue
        for leaf, before, after in zip(leaves, texts, pieces(texts), strict=True):
            if after != before:
                leaf.holder[leaf.member] = after
                changed.add(leaf.frame)
    shown: list[str] = []
    at = 0
    for number in sorted(changed):
        match, value = found[number]
        shown += (text[at : match.start(1)], _dumped(value, match[1]))
        at = match.end(1)
    return "".join((*shown, text[at:]))


def _frames(text: str) -> Iterator[tuple[re.Match[str], Any]]:
    for match in _FRAME.finditer(text):
        try:
            yield match, json.loads(match[1], strict=False)
        except (ValueError, RecursionError):
            continue


def _is_constant(texts: list[str]) -> bool:
    """Tell a fact that each frame repeats, as its id, from a text that they spell."""
    return len(texts[0]) >= _LONGEST_CONSTANT and texts.count(texts[0]) == len(texts)


def _collect(value: Any, place: _Place, frame: int, channels: dict[_Place, list[_Leaf]]) -> None:
    """Put the texts of a frame under their places; an element's `index` stands for its position."""
    members: Any
    if isinstance(value, dict):
        place = (*place, *[value[name] for name in _IDENTITY if _is_plain(value.get(name))])
        members = value.items()
    else:
        members = enumerate(value)
    for member, item in members:
        if isinstance(item, str):
            if member not in _NOT_TEXT:
                leaf = _Leaf(frame, value, member)
                channels.setdefault((*place, member), []).append(leaf)
        elif isinstance(item, dict | list) and item:
            has_index = isinstance(item, dict) and "index" in item
            _collect(item, place if has_index else (*place, member), frame, channels)


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | str)


def _dumped(value: Any, before: str) -> str:
    separators = (", ", ": ") if re.match(r'\{\s*"[^"]*": ', before) else (",", ":")
    return json.dumps(
        value, ensure_ascii=before.isascii() or "\\u" in before, separators=separators
    )
