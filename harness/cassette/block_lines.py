"""At which line of a cassette file each interaction begins."""

from __future__ import annotations

import re

from harness.cassette.layout import find_blocks

_LIST = re.compile(rb"^(?:interactions|http_interactions):[ \t]*\r?\n", re.MULTILINE)
_ITEM = re.compile(rb"( *)- ")


def interaction_lines(data: bytes) -> list[int]:
    """Return the line, from 1, of each interaction in the order in which it is loaded.

    Empty when the file is laid out in a way that tells no lines, as flow YAML is.
    """
    layout = find_blocks(data)
    if layout is not None:
        spans = sorted(layout.spans, key=lambda span: span.sequence)
        return [data.count(b"\n", 0, span.start) + 1 for span in spans]
    found = _LIST.search(data)
    first = _ITEM.match(data, found.end()) if found else None
    if found is None or first is None:
        return []
    # What lies deeper in the list stands further to the right, also within quoted text.
    item = re.compile(rb"^" + first[1] + rb"- ", re.MULTILINE)
    lines, at, line = [], 0, 1
    for start in (match.start() for match in item.finditer(data, found.end())):
        line += data.count(b"\n", at, start)
        at = start
        lines.append(line)
    return lines
