"""The few forms in which the page shows a call: plain data that `page.js` turns into elements.

Everything in them is text for people, never markup; the script sets it as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from harness.records.call import Difference
from harness.report.page.shown import json_text, laid_out, short_json, shown

Block = dict[str, Any]
Segments = list[tuple[str, bool]]
"""A text in stretches, and whether the other side lacks one."""


def code(label: str, text: str, *, is_json: bool = False) -> Block:
    """Show text as it is, with a button that copies it."""
    return {"kind": "code", "label": shown(label), "text": text, "json": is_json}


def body(label: str, text: str) -> Block:
    """Show text, laid out when it is JSON."""
    content, is_json = laid_out(text)
    return code(label, content, is_json=is_json)


def json_value(label: str, value: Any) -> Block:
    """Show a JSON-like value."""
    return code(label, json_text(value), is_json=True)


def note(text: str, *, tone: str = "dim") -> Block:
    """Show one paragraph; `tone` is `dim`, `failed`, `error` or `passed`."""
    return {"kind": "note", "text": shown(text), "tone": tone}


def facts(pairs: Iterable[tuple[str, Any]]) -> Block:
    """Show names with short values; those without a value are left out."""
    rows = [
        [name, shown(value if isinstance(value, str) else short_json(value))]
        for name, value in pairs
        if value is not None and value != ""
    ]
    return {"kind": "facts", "rows": rows}


def table(label: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    """Show rows of text under column names."""
    texts = [[shown(cell) for cell in row] for row in rows]
    return {"kind": "table", "label": shown(label), "columns": list(columns), "rows": texts}


def group(
    label: str, blocks: Sequence[Block], *, is_open: bool = False, tone: str = "", hint: str = ""
) -> Block:
    """Show blocks that open together, under a label and a quieter hint."""
    return {
        "kind": "group",
        "label": shown(label),
        "hint": shown(hint),
        "tone": tone,
        "open": is_open,
        "blocks": list(blocks),
    }


def differences(label: str, found: Sequence[Difference]) -> Block:
    """Show every place where two values differ, what was expected and what is."""
    rows = [
        (
            item.pointer or "/",
            item.change,
            "" if item.change == "added" else json_text(item.recorded),
            "" if item.change == "removed" else json_text(item.actual),
        )
        for item in found
    ]
    return table(label, ("place", "change", "expected", "is"), rows)


def frames(label: str, total: float, pieces: Iterable[tuple[float, int, str]]) -> Block:
    """Show the pieces of a stream on a time line: seconds, bytes, text."""
    rows = [[at, size, shown(text)] for at, size, text in pieces]
    return {"kind": "frames", "label": label, "total": total, "rows": rows}


def verdicts(rows: Iterable[tuple[str, str, str, Sequence[Block]]]) -> Block:
    """Show checks: status, label, message and what explains it."""
    found = [[status, shown(label), shown(text), list(more)] for status, label, text, more in rows]
    return {"kind": "verdicts", "rows": found}


def command(line: str) -> Block:
    """Show a command line with a button that copies it."""
    return {"kind": "command", "text": shown(line)}


def marked(label: str, segments: Iterable[tuple[str, Sequence[int]]]) -> Block:
    """Show text in which stretches carry the numbers of what is said about them."""
    rows = [[shown(text), list(numbers)] for text, numbers in segments]
    return {"kind": "marked", "label": label, "segments": rows}


def sides(label: str, before: Segments, after: Segments) -> Block:
    """Show two texts beside each other; what only one has is marked."""
    return {"kind": "sides", "label": shown(label), "before": before, "after": after}


def dimension(name: str, score: int, limit: int, content: Sequence[Block]) -> Block:
    """Show a score as a bar and a number, and what it rests on."""
    return {
        "kind": "dimension",
        "label": shown(name),
        "score": score,
        "limit": limit,
        "blocks": list(content),
    }
