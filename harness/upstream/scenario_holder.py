"""The upstream of a scenario as a holder of the HTTP clients in this process."""

from __future__ import annotations

from functools import partial

from harness.cassette.recorded_answer import RecordedAnswer, answer_of
from harness.loopback import is_loopback
from harness.records.http import HttpRequest, Interaction
from harness.upstream.exchange import Forward, Play, Reply, Upstream
from harness.upstream.holding import Asked, Ended, Holder, Live
from harness.upstream.standin_address import at_origin


class ScenarioHolder:
    """Loopback is left alone: the harness's own links run over it."""

    is_open = True
    may_go_live = True

    def __init__(self, upstream: Upstream, standin: str = "") -> None:
        self.outer: Holder | None = None
        self.pace = upstream.pace
        self._upstream = upstream
        # What is recorded goes through the stand-in, as it does for every other server.
        self.stands_in_at = f"{standin}/" if standin and upstream.is_replayed else ""

    def leaves_alone(self, library: str, host: str) -> bool:
        """Tell whether `host` is this machine."""
        return is_loopback(host)

    def decide(self, asked: Asked) -> RecordedAnswer | Live | None:
        """Ask the upstream."""
        request = asked.whole()
        if self.stands_in_at and request.url.startswith(self.stands_in_at):
            request = at_origin(request)
        decision = self._upstream.decide(request)
        if isinstance(decision, Play):
            return answer_of(decision.interaction)
        return Live(partial(self._keep, decision, request), decision)

    def _keep(self, forward: Forward, request: HttpRequest, ended: Ended) -> Interaction:
        # How a body that came in one piece was cut says nothing.
        chunks = ended.chunks if len(ended.chunks) > 1 else ()
        reply = Reply(ended.response, ended.failure, ended.seconds, chunks)
        return self._upstream.record(forward, request, reply)
