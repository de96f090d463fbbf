"""Differences in words, one line each, for people."""

from __future__ import annotations

import json
from typing import Any

from harness.records.call import Difference

SHOWN_DIFFERENCES = 6
WINDOW = 160
"""Characters shown of a value, around the first place that differs."""


def describe_differences(found: tuple[Difference, ...]) -> list[str]:
    """Return one line a difference, `POINTER: recorded … → now …`, the first few of them."""
    lines = [f"{item.pointer or '/'}: {_change(item)}" for item in found[:SHOWN_DIFFERENCES]]
    if len(found) > SHOWN_DIFFERENCES:
        lines.append(f"(+{len(found) - SHOWN_DIFFERENCES} more differences)")
    return lines


def _change(item: Difference) -> str:
    if item.change == "added":
        return f"not expected, is {_shown(item.actual)}"
    if item.change == "removed":
        return f"expected {_shown(item.recorded)}, is not there"
    start = _common_start(item.recorded, item.actual)
    return f"expected {_shown(item.recorded, start)}, is {_shown(item.actual, start)}"


def _common_start(one: Any, other: Any) -> int:
    """Return where two texts part, a little before it, so that both windows show the place."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return 0
    length = min(len(one), len(other))
    parts = next((at for at in range(length) if one[at] != other[at]), length)
    return max(0, parts - WINDOW // 3) if max(len(one), len(other)) > WINDOW else 0


def _shown(value: Any, start: int = 0) -> str:
    if isinstance(value, str):
        window = value[start : start + WINDOW]
        before, after = "…" * (start > 0), "…" * (start + WINDOW < len(value))
        return f"{before}{json.dumps(window, ensure_ascii=False)}{after}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WINDOW else f"{text[:WINDOW]}…"
