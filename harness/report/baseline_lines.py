"""What a baseline did to a result, in words."""

from __future__ import annotations

from collections.abc import Iterator

from harness.records.baseline import BaselineOutcome


def baseline_lines(outcome: BaselineOutcome) -> Iterator[str]:
    """Yield what is known, and what can be taken out of the baseline."""
    if outcome.known:
        count = len(outcome.known)
        told = f"{count} failures, which fail" if count > 1 else "1 failure, which fails"
        yield f"known from {outcome.file}: {told} nothing"
    for failure in outcome.mended:
        yield f"no longer fails: {failure}; renew {outcome.file} with --save-baseline"
