"""Patterns for JSON pointers: `*` is one part, `**` any number of parts."""

from __future__ import annotations

import re
from functools import cache


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = []
    for part in pattern.split("/")[1:]:
        if part == "**":
            parts.append(r"(?:/[^/]*)*")
        else:
            parts.append("/" + "[^/]*".join(map(re.escape, part.split("*"))))
    return re.compile("".join(parts), re.DOTALL)


def is_match(pattern: str, pointer: str) -> bool:
    """Tell whether the whole of `pointer` fits `pattern`, `/choices/*/message/content`."""
    return _compiled(pattern).fullmatch(pointer) is not None
