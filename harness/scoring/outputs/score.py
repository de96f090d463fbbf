"""Scoring a call by any scorer: pure, from the record alone, so a stored call does as well."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from harness.records.call import ToolCall
from harness.records.output_score import OutputScore
from harness.scoring.outputs import expenses, texts, values
from harness.scoring.outputs.called_tools import called_tools
from harness.scoring.outputs.measure import Measure
from harness.scoring.outputs.scorer import SCORERS, Scorer

LABEL_LENGTH = 72

MEASURES: dict[str, Callable[[Any, ToolCall], Measure]] = {
    "exact": values.exact,
    "contains": texts.contains_all,
    "matches": texts.matches,
    "subset": values.subset,
    "tree": values.tree,
    "number": values.number,
    "json_schema": values.conforms,
    "tool_calls": called_tools,
    "similar": texts.similar,
    "refusal": texts.refusal,
    "latency": expenses.latency,
    "tokens": expenses.tokens,
    "cost": expenses.cost,
}
"""The key that names a scorer → the function that measures; as complete as `SCORERS`."""
_NAMES = {kind: name for name, kind in SCORERS.items()}


def score(scorer: Scorer, call: ToolCall) -> OutputScore:
    """Return what `scorer` says of `call`."""
    return as_score(scorer, MEASURES[_NAMES[type(scorer)]](scorer, call))


def as_score(scorer: Scorer, measure: Measure) -> OutputScore:
    """Return a measure as the score of `scorer`."""
    return OutputScore(
        label=label(scorer),
        value=measure.value,
        explanation=measure.explanation,
        details=measure.details,
        weight=scorer.weight,
        threshold=scorer.threshold,
    )


def label(scorer: Scorer) -> str:
    """Return the scorer as one short line: what was written, without weight and threshold."""
    written = scorer.model_dump(by_alias=True, exclude_unset=True, exclude={"weight", "threshold"})
    parts = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in written.items()]
    text = ", ".join(parts)
    return text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1]}…"
