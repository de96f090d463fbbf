"""Failures that are known: what a later run or audit is held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from harness.records.record import Record

BaselineKind = Literal["run", "audit"]


class KnownFailure(Record):
    """One failure, by what stays the same from run to run."""

    id: str
    """`grok/greets step 1: plane: result`, `validation.coerced@create_completion/temperature`."""
    subject: str
    """What it was found in: the scenario, `grok/greets`; the rule, `validation.coerced`."""
    message: str = ""
    """What was wrong when it was saved; for readers, never compared."""


class Baseline(Record):
    """The failures of one run or audit; `--save-baseline` writes this record."""

    version: Literal[1] = 1
    baseline: BaselineKind
    """Which command it belongs to."""
    failures: tuple[KnownFailure, ...] = ()


class BaselineOutcome(Record):
    """How a result compares with a baseline; ids are those of the baseline."""

    file: str
    known: tuple[str, ...] = ()
    """Failures that the baseline has; they fail nothing."""
    mended: tuple[str, ...] = ()
    """What the baseline has, was judged again, and no longer fails."""


def numbered(ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids in their order, with `#2`, `#3`, … after one that was there before."""
    seen: Counter[str] = Counter()
    found = []
    for name in ids:
        seen[name] += 1
        found.append(f"{name}#{seen[name]}" if seen[name] > 1 else name)
    return tuple(found)
