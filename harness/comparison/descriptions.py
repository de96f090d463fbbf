"""What a new wording did to the scores of a definition, dimension by dimension, and why."""

from __future__ import annotations

from harness.records.comparison import DescriptionChange, DimensionChange
from harness.records.description_score import DescriptionScore, DimensionScore


def compare_descriptions(
    before: DescriptionScore, after: DescriptionScore
) -> DescriptionChange | None:
    """Return how the scores moved, None when they and the cost stayed."""
    dimensions = {
        name: _dimension(item, after.dimensions[name])
        for name, item in before.dimensions.items()
        if item.score != after.dimensions[name].score
    }
    if not dimensions and before.tdqs == after.tdqs and before.tokens == after.tokens:
        return None
    return DescriptionChange(
        tdqs_before=before.tdqs,
        tdqs_after=after.tdqs,
        tier_before=before.tier,
        tier_after=after.tier,
        tokens_before=before.tokens,
        tokens_after=after.tokens,
        dimensions=dimensions,
    )


def _dimension(before: DimensionScore, after: DimensionScore) -> DimensionChange:
    said_before, said_after = ([rule.message for rule in side.rules] for side in (before, after))
    return DimensionChange(
        before=before.score,
        after=after.score,
        gained=tuple(text for text in said_after if text not in said_before),
        lost=tuple(text for text in said_before if text not in said_after),
    )
