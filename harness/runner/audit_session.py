"""What the parts of one audit share."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Verdict
from harness.records.audit import NotTested, Observation
from harness.runner.audit_link import AuditLink, open_link
from harness.runner.audit_options import AuditOptions
from harness.runner.audit_stop import Stopped
from harness.targets import UPSTREAM, InProcessTarget, Target, uses
from harness.upstream.scripted_upstream import ScriptedUpstream


class ShowsProgress(Protocol):
    """What is told how far an audit is."""

    def begin(self, phase: str, total: int) -> None:
        """Show that `phase` begins, with so many calls."""

    def advance(self) -> None:
        """Show that one call more was made."""


@dataclass
class AuditSession:
    """One audit under way: the server, its provider, and what was seen until now."""

    target: Target
    options: AuditOptions
    progress: ShowsProgress
    provider: ScriptedUpstream
    link: AuditLink
    context: AuditContext
    may_overlap: bool = False
    """Whether a request is known by its call when calls overlap on links of their own."""
    limit: float | None = None
    """How long the server lets one request take, in seconds; None when that is not known."""
    learned: list[Observation] = field(default_factory=list)
    """The first accepted call of each tool."""
    observations: list[Observation] = field(default_factory=list)
    uncalled: tuple[ToolFacts, ...] = ()
    """Tools whose definitions are judged, and that are not called."""
    verdicts: list[Verdict] = field(default_factory=list)
    """What was judged while the calls were made; the oracles come later."""
    not_tested: list[NotTested] = field(default_factory=list)
    lost: str = ""
    """Why no more calls can be made, where the server could not be started anew."""
    calls: dict[str, int] = field(default_factory=dict)
    """How many calls each phase took."""

    def open_link(self) -> AbstractAsyncContextManager[AuditLink]:
        """Return a further link to the server, a process of its own when it is one."""
        is_shared = isinstance(self.target, InProcessTarget) or not uses(self.target, UPSTREAM)
        return open_link(
            self.target,
            self.provider,
            era=self.options.era,
            root=self.options.root,
            seed=self.options.seed,
            lane=self.link.lane if is_shared else None,
            stop=self.link.stop,
            is_further=True,
        )

    def lose(self, error: BaseException, phases: Iterable[str]) -> None:
        """Note that the server is gone, and which phases were not made, or not to their end."""
        self.lost = loss(error)
        self.skip(phases)

    @property
    def stopped(self) -> str:
        """Why not all calls were made, or nothing."""
        ended = self.link.stop.reason
        return self.lost or (loss(Stopped(ended)) if ended else "")

    def skip(self, phases: Iterable[str], error: BaseException | None = None) -> None:
        """Note phases that were not made, or not to their end, as the server was gone."""
        reason = self.lost if error is None else loss(error)
        self.not_tested += [
            NotTested(tool="", what=phase, reason=reason) for phase in dict.fromkeys(phases)
        ]


def loss(error: BaseException) -> str:
    """Return why calls are not made, of an error or a group of them."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    why = "" if isinstance(error, Stopped) else "the server could not be started anew: "
    return f"not all calls were made: {why}{error}"
