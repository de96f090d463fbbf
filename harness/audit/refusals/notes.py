"""What could not be judged, one note a tool instead of one a call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.audit.found import Verdict
from harness.audit.refusals.restrictions import RESTRICTED_BY_PROVIDERS, RESTRICTED_BY_TEXT
from harness.records.audit import NotTested

_LISTING = (RESTRICTED_BY_TEXT, RESTRICTED_BY_PROVIDERS)
"""Reasons that end in names of parameters."""


def folded(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Yield the breaches, then the notes; those that differ in their parameters only are one."""
    listed: dict[tuple[str, str, str], set[str]] = {}
    others: dict[NotTested, None] = {}
    for verdict in verdicts:
        if not isinstance(verdict, NotTested):
            yield verdict
            continue
        start = next((start for start in _LISTING if verdict.reason.startswith(start)), None)
        if start is None:
            others[verdict] = None
            continue
        key = (verdict.tool, verdict.what, start)
        listed.setdefault(key, set()).update(_names(verdict.reason, start))
    yield from others
    for (tool, what, start), names in listed.items():
        yield NotTested(tool=tool, what=what, reason=f"{start} {', '.join(sorted(names))}")


def _names(reason: str, start: str) -> Iterator[str]:
    return (name.strip() for name in reason.removeprefix(start).split(","))
