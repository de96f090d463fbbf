"""Making the calls of the protocol phase on the audit's own link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.found import Verdict
from harness.audit.protocol import aims
from harness.connection import Answer, Connection
from harness.records.audit import Observation, Probe, UpstreamPlan
from harness.records.call import ArgumentsOrigin, ToolCall
from harness.records.http import Interaction
from harness.records.json_value import JsonValue
from harness.runner.audit_link import BROKEN, AuditLink
from harness.runner.audit_session import AuditSession
from harness.targets import InProcessTarget
from harness.upstream.holding import holding
from harness.upstream.scripted_call import ScriptedCall
from harness.upstream.scripted_door import ScriptedHolder
from harness.upstream.socket_guard import guarded

MOST_TOOLS = 4
"""Tools of one server that are tried; the others share its transport and dispatch."""

Ask = Callable[[Connection], Any]


class ProtocolCalls:
    """The observations and verdicts of one protocol phase, and how its calls are made."""

    def __init__(self, session: AuditSession) -> None:
        self.session = session
        self.observations: list[Observation] = []
        self.verdicts: list[Verdict] = []

    @property
    def tools(self) -> list[ToolFacts]:
        """The tools that accepted a call."""
        return [tool for tool in self.session.context.tools if tool.base is not None][:MOST_TOOLS]

    @property
    def seconds(self) -> float:
        """How long a call may take."""
        return self.session.context.seconds

    def probe(
        self,
        name: str,
        tool: str,
        arguments: JsonValue,
        aim: str,
        upstream: UpstreamPlan | None = None,
    ) -> Probe:
        """Return a probe of this phase."""
        return Probe(
            id=f"protocol/{name}",
            phase="protocol",
            tool=tool,
            arguments=arguments,
            upstream=upstream or UpstreamPlan(),
            aim=aim,
        )

    async def make(self, probe: Probe, *, shown: JsonValue = None) -> Observation:
        """Make an ordinary call; `shown` stands for arguments that are too large to keep."""
        tool = self.session.context.tool(probe.tool)
        # The call after a cancelled one is itself the question whether the server serves.
        base = tool.base if tool is not None and probe.aim != aims.CANCELLED else None
        seen, _ = await self.session.link.observe(probe, base=base, seconds=self.seconds)
        if shown is not None:
            # Every oracle looks through what is kept.
            call = seen.call.model_copy(update={"arguments": shown, "interactions": None})
            probe = probe.model_copy(update={"arguments": shown})
            seen = seen.model_copy(update={"call": call, "probe": probe})
        self.observations.append(seen)
        self.session.progress.advance()
        return seen

    async def make_by(self, probe: Probe, ask: Ask) -> Observation:
        """Let `ask` make the call of `probe` on the connection; look whether the server serves."""
        call = ScriptedCall(plan=probe.upstream, tool=probe.tool, seed=self.session.options.seed)
        link = self.session.link
        with held(link, call):
            connection, _ = await link.connected()
            answer = await ask(connection)
        is_serving = await self.is_serving()
        if answer.outcome.plane in BROKEN or is_serving is False:
            link.restarts += 1
            await link.pool.drop(link.target)
        seen = self.seen(probe, answer, tuple(call.interactions), is_serving=is_serving)
        self.observations.append(seen)
        self.session.progress.advance()
        return seen

    async def is_serving(self) -> bool | None:
        """Tell whether an ordinary call succeeds; None when no tool ever accepted one."""
        if not self.tools:
            return None
        tool = self.tools[0]
        call = ScriptedCall(tool=tool.name, seed=self.session.options.seed)
        link = self.session.link
        answer = await link.ask(tool.name, tool.base or {}, call, seconds=self.seconds)
        return answer.outcome.plane == "result"

    def seen(
        self,
        probe: Probe,
        answer: Answer,
        interactions: tuple[Interaction, ...],
        *,
        is_serving: bool | None = None,
    ) -> Observation:
        """Return the observation of a call that this phase made itself."""
        link = self.session.link
        call = ToolCall(
            id=probe.id,
            target=link.target.name,
            tool=probe.tool,
            arguments=probe.arguments,
            origin=ArgumentsOrigin(kind="generated", mode="protocol", seed=link.seed),
            outcome=answer.outcome,
            logs=tuple(answer.logs),
            interactions=interactions if link.sees_upstream else None,
            protocol=link.protocol,
            seconds=answer.seconds,
        )
        return Observation(probe=probe, call=call, is_serving=is_serving)


@contextmanager
def held(link: AuditLink, call: ScriptedCall) -> Iterator[None]:
    """Let all that the server asks its provider in this block belong to `call`.

    Raises:
        Exception: the audit's own answer could not be made.
    """
    with ExitStack() as stack:
        stack.enter_context(link.lane.serving(call))
        if isinstance(link.target, InProcessTarget):
            stack.enter_context(holding(ScriptedHolder(link.provider, link.lane, call)))
            stack.enter_context(guarded(link.target.name))
        yield
    if call.broken is not None:
        raise call.broken
