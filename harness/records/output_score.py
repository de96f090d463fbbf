"""How good an answer is: 0 to 1, why, and what it was measured by."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, computed_field

from harness.records.json_value import JsonValue
from harness.records.record import Record


class OutputScore(Record):
    """What one scorer says of one call."""

    label: str
    """The scorer's naming key and value, shortened."""
    value: float = Field(ge=0, le=1)
    explanation: str
    details: JsonValue = None
    weight: float = 1.0
    threshold: float | None = None
    """The least that passes; without one the score only counts."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_enough(self) -> bool:
        """Whether it reaches its threshold."""
        return self.threshold is None or self.value >= self.threshold


def weighted_mean(scores: Sequence[OutputScore]) -> float | None:
    """Return the mean by weight, None without scores."""
    total = sum(score.weight for score in scores)
    return sum(score.value * score.weight for score in scores) / total if total else None
