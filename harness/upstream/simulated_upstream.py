"""The simulators as an upstream, with faults."""

from __future__ import annotations

from typing import NamedTuple

from harness.upstream.fault_plan import FaultPlan
from harness.upstream.faults import Fault
from harness.upstream.holding import Asked
from harness.upstream.wire_answer import WireAnswer, simulated


class Planned(NamedTuple):
    """An answer that was made up for one request; `fault` is what was done to it."""

    wire: WireAnswer
    fault: Fault | None


class SimulatedUpstream:
    """Answers as the simulated providers do."""

    pace = 0.0

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = plan

    def decide(self, asked: Asked) -> Planned:
        """Return the answer of the simulator, with whatever the plan does to it."""
        request = asked.whole()
        fault = self._plan.choose(request)
        return Planned(simulated(request, fault), fault)
