"""What a scorer found: a value, why, and the numbers behind it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from harness.records.call import ToolCall
from harness.scenario.document import Found, document_of
from harness.scenario.verdict import Verdict, excerpt
from harness.scoring.outputs.scorer import TextScorer, ValueScorer


class Measure(NamedTuple):
    """A value of 0 to 1 with its explanation and JSON-like details."""

    value: float
    explanation: str
    details: Any = None


def value_of(scorer: ValueScorer, call: ToolCall) -> Found | Measure:
    """Return the value that is measured, or a measure of 0 that says why there is none."""
    found = document_of(call, scorer.place, scorer.pointer)
    return Measure(0.0, found.message) if isinstance(found, Verdict) else found


def text_of(scorer: TextScorer, call: ToolCall) -> str | Measure:
    """Return the text that is measured; a value that is no text stands there as JSON."""
    if scorer.pointer is None:
        return call.outcome.text
    found = document_of(call, scorer.place, scorer.pointer)
    if isinstance(found, Verdict):
        return Measure(0.0, found.message)
    return found.value if isinstance(found.value, str) else shown(found.value)


def shown(value: Any) -> str:
    """Return a value as JSON, its beginning."""
    return excerpt(json.dumps(value, ensure_ascii=False))


def falling(amount: float, best: float, worst: float) -> float:
    """Return 1 up to `best`, 0 from `worst` on, and what lies on the line between them."""
    if amount <= best:
        return 1.0
    return 0.0 if amount >= worst else (worst - amount) / (worst - best)
