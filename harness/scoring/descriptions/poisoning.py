"""Definitions that work on the model: a matter of security, told beside the score."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from harness.records.finding import Finding, Severity
from harness.scoring.descriptions.openings import openings_of
from harness.scoring.descriptions.phrases import Span, phrase_index, phrase_table

SOURCE = "tool poisoning, invariantlabs 2025; arXiv 2505.18135 on assertive wording"
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_TOKEN = re.compile(r"[^\W_]+")
_NEEDED = frozenset("\u200c\u200d\u200e\u200f\u061c")
"""Scripts other than Latin, and emoji, need these to be written at all."""
_EXCERPT = 60
_SHORTEST = 7
"""Shorter texts are keywords: `string`, `object`."""
_BURIERS = {
    "<!--": "an HTML comment",
    "\x1b[": "a terminal escape",
    " " * 60: "behind sixty blanks",
    "\n" * 15: "behind fifteen empty lines",
}


def poisoning(tool: Mapping[str, Any]) -> list[Finding]:
    """Return what works on the model in any text of a definition, a finding a place and kind."""
    joined = " \n".join(_strings(tool))
    if joined.isascii() and not _buried(joined) and not _worded(joined):
        return []
    return [
        Finding(rule=rule, severity=severity, message=message, pointer=pointer,
                source=SOURCE, repair=repair)
        for pointer, text in _texts(tool, "")
        for rule, severity, message, repair in _poisons(text)
    ]  # fmt: skip


def _strings(value: Any) -> list[str]:
    """Return every text of a JSON value that is long enough to say something."""
    found: list[str] = []
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if kind is str:
            if len(item) > _SHORTEST:
                found.append(item)
        elif kind is dict:
            waiting += item.values()
            if not "".join(map(str, item)).isascii():
                waiting += [key for key in item if not str(key).isascii()]
        elif kind is list:
            waiting += item
    return found


def _worded(text: str) -> dict[str, list[Span]]:
    lower = text.lower()
    return phrase_index("poisoning").found(lower, openings_of(_TOKEN.findall(lower)))


def _poisons(text: str) -> Iterator[tuple[str, Severity, str, str]]:
    """Yield rule, severity, message and repair for each kind of poison in `text`."""
    hidden = None if text.isascii() else _hidden(text)
    if hidden is not None:
        message = f"holds invisible characters: U+{ord(hidden):04X} {_name_of(hidden)}"
        yield "description.hidden-unicode", "high", message, "remove them"
    buried = _buried(text)
    if buried:
        message = f"holds text that a reader does not see: {buried}"
        yield "description.hidden-text", "medium", message, "remove it"
    for rule, spans in _worded(text).items():
        table = phrase_table("poisoning")[rule]
        excerpt = " ".join(text.lower()[spans[0].start : spans[0].end].split())[:_EXCERPT]
        yield rule, "high", f"{table['message']}: {excerpt!r}", str(table["repair"])


def _buried(text: str) -> str:
    """Return what buries a part of `text`, or nothing."""
    return next((what for mark, what in _BURIERS.items() if mark in text), "")


def _hidden(text: str) -> str | None:
    for match in _INVISIBLE.finditer(text):
        around = text[max(0, match.start() - 2) : match.end() + 2]
        is_ascii_around = all(char.isascii() or char == match[0] for char in around)
        if match[0] not in _NEEDED or is_ascii_around:
            return match[0]
    return None


def _name_of(char: str) -> str:
    return unicodedata.name(char, "unassigned" if ord(char) < 0xE0000 else "TAG")


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a JSON value, keys among them, with its RFC 6901 pointer."""
    waiting: list[tuple[str, Any]] = [(pointer, value)]
    while waiting:
        place, item = waiting.pop()
        if isinstance(item, str):
            yield place, item
        elif isinstance(item, dict):
            for key, inner in item.items():
                below = f"{place}/{str(key).replace('~', '~0').replace('/', '~1')}"
                if not str(key).isascii():
                    yield below, str(key)
                waiting.append((below, inner))
        elif isinstance(item, list):
            waiting += [(f"{place}/{index}", inner) for index, inner in enumerate(item)]
