"""The comparison of two cassettes, as text."""

from __future__ import annotations

from collections.abc import Iterator

from harness.difference_text import describe_differences
from harness.records.cassette_results import ComparedPair, DiffResult
from harness.report.printable import printable


def render_diff(result: DiffResult) -> str:
    """Return one block a pair that differs, and the counts."""
    lines = [f"expected: {result.first}", f"is: {result.second}"]
    for pair in result.pairs:
        lines += _pair(pair)
    differing = sum(not _is_equal(pair) for pair in result.pairs)
    volatile = sum(len(pair.volatile) for pair in result.pairs)
    lines.append(
        f"{len(result.pairs)} pairs: {differing} different; {volatile} volatile values differ"
    )
    return "\n".join(lines)


def _is_equal(pair: ComparedPair) -> bool:
    return pair.first is not None and pair.second is not None and not pair.differences


def _pair(pair: ComparedPair) -> Iterator[str]:
    if _is_equal(pair) and not pair.volatile:
        return
    title = printable(pair.title)
    if pair.second is None:
        yield f"[{pair.first}] {title}: only in the first"
    elif pair.first is None:
        yield f"[{pair.second}] {title}: only in the second"
    else:
        yield f"[{pair.first}] = [{pair.second}] {title}"
    for item in pair.differences:
        yield from (f"    {printable(line)}" for line in describe_differences((item,)))
    if pair.volatile:
        yield f"    volatile: {', '.join(printable(item.pointer) for item in pair.volatile)}"
