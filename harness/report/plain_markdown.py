"""Text from elsewhere inside Markdown and HTML: shown as it is, never taken for markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.report.printable import printable, shortened

_MARKS = str.maketrans(
    {sign: f"\\{sign}" for sign in "\\`*_[]|~"} | {sign: f"&#{ord(sign)};" for sign in "<>&@#$"}
)
_LINKS = re.compile(r"(?<=\w):(?=//)|(?i:(?<=www)\.)|:(?=[\w+-]+:)")
_START = re.compile(r"[-+=](?=\s|[-=])|(?<=\d)[.)](?=\s)")
_SHOWN = 500


def plain(text: str, limit: int = _SHOWN) -> str:
    """Return `text` in one line with every sign escaped that Markdown or HTML could read.

    `@name`, `#1` and addresses become no mention and no link, `:name:` no picture.
    """
    joined = printable(" ".join(shortened(text, limit).split())).translate(_MARKS)
    start = _START.search(joined)
    if start is not None and joined[: start.start()].isdigit() | (start.start() == 0):
        joined = f"{joined[: start.start()]}\\{joined[start.start() :]}"
    return _LINKS.sub(lambda found: f"&#{ord(found[0])};", joined)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a Markdown table; numbers stand to the right."""
    yield f"| {' | '.join(map(plain, columns))} |"
    ruled = ("---:" if _is_number_column(rows, at) else "---" for at in range(len(columns)))
    yield f"|{'|'.join(ruled)}|"
    for row in rows:
        yield f"| {' | '.join(map(plain, row))} |"


def _is_number_column(rows: Sequence[Sequence[str]], at: int) -> bool:
    return bool(rows) and all(row[at].replace(".", "", 1).isdigit() for row in rows)


def fenced(lines: Sequence[str], *, shown: int, limit: int = 4000) -> Iterator[str]:
    """Yield a block of code with the first `shown` lines, fenced longer than any fence in it."""
    kept = [shortened(printable(line), limit) for line in lines[:shown]]
    if len(lines) > shown:
        kept.append(f"… {len(lines) - shown} lines more")
    longest = max((_run_of_ticks(line) for line in kept), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}text"
    yield from kept
    yield fence


def _run_of_ticks(line: str) -> int:
    longest = current = 0
    for char in line:
        current = current + 1 if char == "`" else 0
        longest = max(longest, current)
    return longest
