"""Is the difference more than chance: paired tests, from scipy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from harness.records.comparison import Conclusion

SIGNIFICANCE = 0.05
_RESAMPLES = 2_000


class Interval(NamedTuple):
    """The bounds of a 95 % confidence interval."""

    low: float
    high: float


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the two-sided p-value of McNemar's exact test.

    It looks at discordant pairs alone: how often only the first side passed, and only the second.
    Without a difference each is as likely as the other (McNemar, Psychometrika 12, 1947).
    """
    # Takes half a second, and comparing definitions alone does not need it.
    from scipy.stats import binomtest  # type: ignore[import-untyped]

    discordant = only_first + only_second
    if not discordant:
        return 1.0
    return float(binomtest(only_second, discordant, 0.5).pvalue)


def bootstrap_interval(changes: Sequence[float]) -> Interval | None:
    """Return the 95 % interval of the mean of paired changes; None for fewer than two.

    Percentile bootstrap with a fixed seed: the same changes give the same interval.
    """
    if len(changes) < 2:
        return None
    if len(set(changes)) == 1:
        return Interval(changes[0], changes[0])
    import numpy as np
    from scipy.stats import bootstrap

    found = bootstrap(
        (np.asarray(changes, dtype=float),),
        np.mean,
        n_resamples=_RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def conclude(
    only_first: int, only_second: int, p_value: float, interval: Interval | None
) -> Conclusion:
    """Return what the pairs show; the test and the interval must not contradict each other."""
    if p_value > SIGNIFICANCE:
        return "no difference shown"
    if only_second > only_first and (interval is None or interval.high > 0):
        return "better"
    if only_first > only_second and (interval is None or interval.low < 0):
        return "worse"
    return "no difference shown"
