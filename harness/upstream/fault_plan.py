"""Which fault happens to which request."""

from __future__ import annotations

import random
from collections.abc import Sequence

from harness.records.http import HttpRequest
from harness.upstream.faults import Fault


class FaultPlan:
    """Several faults over a run of requests; the same seed and requests give the same faults.

    Each fault counts the requests that match it, whatever the others do; of those that apply, the
    first in order happens. So `429; nth=1` and `503; nth=2` fail the first request with 429 and
    the second with 503, and `429; times=2` before `500` gives 429, 429, 500, 500, …
    """

    def __init__(self, faults: Sequence[Fault], seed: int = 0) -> None:
        self._counts = [_Counted(fault, f"{seed}/{n}") for n, fault in enumerate(faults)]

    def choose(self, request: HttpRequest, tool: str = "") -> Fault | None:
        """Return what happens to the next request, None for nothing.

        Args:
            request: as the provider would see it.
            tool: the tool whose call causes it, empty when that is not known.
        """
        applying = [item for item in self._counts if item.counts_and_applies(request, tool)]
        if not applying:
            return None
        applying[0].happened += 1
        return applying[0].fault


class _Counted:
    """A fault with the number of requests that matched it and how often it happened."""

    def __init__(self, fault: Fault, seed: str) -> None:
        self.fault = fault
        self.happened = 0
        self._seed = seed
        self._matched = 0

    def counts_and_applies(self, request: HttpRequest, tool: str) -> bool:
        when = self.fault.when
        if not when.matches(request, tool):
            return False
        self._matched += 1
        if when.limit is not None and self.happened >= when.limit:
            return False
        return self._matched >= (when.nth or 1) and self._is_drawn(when.rate)

    def _is_drawn(self, rate: float | None) -> bool:
        # A generator a request: the draw does not depend on which requests matched before.
        return rate is None or random.Random(f"{self._seed}/{self._matched}").random() < rate
