"""Faults over cassettes: what happens to the recorded answers that a plan chooses."""

from __future__ import annotations

from harness.cassette.recorded_answer import RecordedAnswer
from harness.records.http import HttpResponse
from harness.upstream.cassette_upstream import CassetteUpstream
from harness.upstream.fault_plan import FaultPlan
from harness.upstream.holding import Asked, Live
from harness.upstream.miss_reply import is_miss
from harness.upstream.simulated_upstream import Planned
from harness.upstream.simulators.registry import PROVIDERS
from harness.upstream.wire_answer import faulty

# Kinds that nothing of the right answer is left of, beside statuses.
_WITHOUT_ANSWER = frozenset(
    {
        "timeout",
        "refused",
        "reset",
        "not-json",
        "other-json",
        "no-choices",
        "error-in-200",
        "redirect-loop",
    }
)


class FaultyUpstream:
    """Answers from cassettes, with whatever the plan does to it.

    A fault that leaves nothing of the right answer plays none: the next request has it. A miss
    stays a miss.
    """

    def __init__(self, upstream: CassetteUpstream, plan: FaultPlan) -> None:
        self.pace = upstream.pace
        self._upstream, self._plan = upstream, plan

    def decide(self, asked: Asked) -> RecordedAnswer | Planned | Live:
        """Return what was recorded, or what the fault makes of it."""
        request = asked.whole()
        fault = self._plan.choose(request)
        if fault is None:
            return self._upstream.decide(asked)
        provider = PROVIDERS.get(request.origin)
        if fault.status is not None or fault.kind in _WITHOUT_ANSWER:
            return Planned(faulty(fault, request, HttpResponse(status=200), provider), fault)
        answer = self._upstream.decide(asked)
        if isinstance(answer, Live) or answer.status is None or is_miss(answer):
            return answer
        return Planned(faulty(fault, request, _response(answer), provider), fault)


def _response(answer: RecordedAnswer) -> HttpResponse:
    assert answer.status is not None
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers
    )
    return HttpResponse(status=answer.status, headers=headers, body=answer.body)
