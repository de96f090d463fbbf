"""A link to the server under audit with a provider of its own, so that it is known who asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio

from harness.audit.refusals.pace import asked_to_wait, tells_rest, told_wait
from harness.connect import connect_leniently
from harness.connection import Answer, Connection, patched_environ
from harness.connection_pool import ConnectionPool
from harness.errors import TargetError
from harness.records.audit import Observation, Probe, UpstreamPlan
from harness.records.call import ArgumentsOrigin, ToolCall
from harness.runner.audit_stop import AuditStop
from harness.targets import UPSTREAM, Era, InProcessTarget, Target, is_upstream_held, uses
from harness.upstream.holding import holding
from harness.upstream.scripted_call import ScriptedCall
from harness.upstream.scripted_door import ScriptedHolder
from harness.upstream.scripted_upstream import Lane, ScriptedUpstream
from harness.upstream.socket_guard import guarded

BROKEN = ("timeout", "transport_error")
"""Planes after which the link is opened anew: a late answer must not reach the next call."""
LEAST_WAIT, MOST_WAITED = 0.05, 20.0
"""Seconds between two tries of a call that a server refuses for its pace, and for all of them."""

MOST_STUCK = 3
"""Ordinary calls without an answer, each after a failure, after which it is known: a server that
serves no more is started anew and not asked again whether it serves."""

PAUSES = (0.1, 0.5, 2.0)
"""Seconds before each further try to start a server anew."""

RESTS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Seconds between the tries of a server that says it rests after failures: a minute in all, for
which circuit breakers are usually open."""

LEFT_BEHIND = "wrong-content-length"
"""A fault that may leave bytes on a connection, which spoil the next answer on it and no other."""


@dataclass
class AuditLink:
    """One link and the lane that the server's requests come in at; calls go one by one."""

    target: Target
    pool: ConnectionPool
    lane: Lane
    provider: ScriptedUpstream
    seed: int
    sees_upstream: bool
    stop: AuditStop
    is_further: bool = False
    """Whether the audit has reached the server before, by another link."""
    calls: int = 0
    restarts: int = 0
    stuck: Counter[str] = field(default_factory=Counter)
    """How often a tool was silent in the ordinary call after a failure."""
    recovers: bool | None = None
    """Whether it serves again by itself when it has rested; None until it says that it rests."""
    noise: list[str] = field(default_factory=list)
    """What stood on the process's stdout besides the protocol until the last answer."""
    renumbered: list[str] = field(default_factory=list)
    """Ids that came back as texts until then."""
    waited: float = 0.0
    """Seconds in which nothing was called, since the server asked for that."""
    protocol: str = ""
    """The revision that was negotiated."""
    tools: list[dict[str, Any]] = field(default_factory=list)
    instructions: str = ""
    """What the server says about itself as a whole."""

    async def open(self) -> None:
        """Connect, or connect anew.

        Raises:
            TargetError: the server cannot be reached.
        """
        start = ScriptedCall()
        with self.stop.guarding(), self.lane.serving(start), self._held(start):
            connection, self.tools = await self.connected()
            self.protocol = connection.protocol
            self.instructions = connection.client.instructions or ""

    async def connected(self) -> tuple[Connection, list[dict[str, Any]]]:
        """Return the connection and its tool definitions.

        A server that was reached before is given a few tries to start anew.

        Raises:
            TargetError: the server cannot be reached.
        """
        for pause in PAUSES if self.protocol or self.is_further else ():
            try:
                return await self.pool.get(self.target)
            except TargetError:
                await anyio.sleep(pause)
                self.pool.forget_failure(self.target)
        return await self.pool.get(self.target)

    async def ask(
        self, tool: str, arguments: Mapping[str, Any], call: ScriptedCall, *, seconds: float
    ) -> Answer:
        """Call `tool` while the provider does what `call` says; `call` keeps what it was asked."""
        self.calls += 1
        with self.stop.guarding(), self.lane.serving(call), self._held(call):
            connection, _ = await self.connected()
            self.protocol = connection.protocol
            answer = await connection.call(tool, arguments, wants_progress=False, seconds=seconds)
            self.noise += connection.take_stray()
            self.renumbered += connection.take_renumbered()
        if call.broken is not None:
            raise call.broken
        return answer

    async def observe(
        self, probe: Probe, *, base: Mapping[str, Any] | None, seconds: float
    ) -> tuple[Observation, ScriptedCall]:
        """Make the call of `probe`; return what came of it and what the provider saw.

        After a fault, and after a call without an answer, an ordinary call with the arguments
        `base` tells whether the server still serves. Where it does not, it is started anew.
        """
        answer, call = await self._asked(probe, seconds)
        noise, self.noise = tuple(self.noise), []
        renumbered, self.renumbered = tuple(self.renumbered), []
        is_broken = answer.outcome.plane in BROKEN
        is_serving = None
        is_known = self.stuck[probe.tool] >= MOST_STUCK
        is_asked = bool(probe.upstream.fault or is_broken) and not is_known
        if base is not None and is_asked:
            is_serving = await self._is_serving(probe.tool, base, seconds)
            if is_serving is False and probe.upstream.fault.startswith(LEFT_BEHIND):
                is_serving = await self._is_serving(probe.tool, base, seconds)
        is_lost = base is not None and is_asked and not is_serving
        if is_broken or is_lost or (is_known and probe.upstream.fault):
            self.restarts += 1
            await self.pool.drop(self.target)
        return Observation(
            probe=probe,
            call=self._record(probe, answer, call),
            sent=call.sent,
            is_serving=is_serving,
            noise=noise,
            renumbered=renumbered,
        ), call

    async def _asked(self, probe: Probe, seconds: float) -> tuple[Answer, ScriptedCall]:
        """Make the call of `probe`, once more after each wait that the server asks for."""
        while True:
            call = ScriptedCall(plan=probe.upstream, tool=probe.tool, seed=self.seed)
            answer = await self.ask(probe.tool, probe.arguments, call, seconds=seconds)
            wait = None if call.interactions else asked_to_wait(answer.outcome)
            if wait is None or self.waited + wait > MOST_WAITED:
                return answer, call
            wait = max(wait, LEAST_WAIT)
            self.waited += wait
            with self.stop.guarding():
                await anyio.sleep(wait)

    async def _is_serving(
        self, tool: str, arguments: Mapping[str, Any], seconds: float
    ) -> bool | None:
        """Tell whether an ordinary call succeeds; None when the server says that it rests."""
        answer, rests = await self._ordinary(tool, arguments, seconds)
        if rests:
            if self.recovers is None:
                self.recovers = await self._recovers(tool, arguments, answer, seconds)
            return None if self.recovers else False
        self.stuck[tool] += answer.outcome.plane == "timeout"
        return answer.outcome.plane == "result"

    async def _recovers(
        self, tool: str, arguments: Mapping[str, Any], resting: Answer, seconds: float
    ) -> bool:
        """Tell whether a server that rests serves again; one that rests for longer may."""
        if (told_wait(resting.outcome.text) or 0.0) > sum(RESTS):
            return True
        for pause in RESTS:
            with self.stop.guarding():
                await anyio.sleep(pause)
            _, rests = await self._ordinary(tool, arguments, seconds)
            if not rests:
                return True
        return False

    async def _ordinary(
        self, tool: str, arguments: Mapping[str, Any], seconds: float
    ) -> tuple[Answer, bool]:
        """Make an ordinary call; return its answer, and whether the server says that it rests."""
        call = ScriptedCall(UpstreamPlan(), tool, self.seed)
        answer = await self.ask(tool, arguments, call, seconds=seconds)
        return answer, not call.interactions and tells_rest(answer.outcome)

    def _record(self, probe: Probe, answer: Answer, call: ScriptedCall) -> ToolCall:
        return ToolCall(
            id=probe.id,
            target=self.target.name,
            tool=probe.tool,
            arguments=probe.arguments,
            origin=_origin(probe, self.seed),
            outcome=answer.outcome,
            logs=tuple(answer.logs),
            interactions=tuple(call.interactions) if self.sees_upstream else None,
            protocol=self.protocol,
            seconds=answer.seconds,
        )

    @contextmanager
    def _held(self, call: ScriptedCall) -> Iterator[None]:
        if not isinstance(self.target, InProcessTarget):
            yield
            return
        with holding(ScriptedHolder(self.provider, self.lane, call)), guarded(self.target.name):
            yield


@asynccontextmanager
async def open_link(
    target: Target,
    provider: ScriptedUpstream,
    *,
    era: Era,
    root: Path,
    seed: int,
    lane: Lane | None = None,
    sees_upstream: bool | None = None,
    stop: AuditStop,
    is_further: bool = False,
) -> AsyncIterator[AuditLink]:
    """Yield an open link to `target`, whose `{upstream}` is a lane of `provider`.

    `lane` is one that other links have as well: those of a server in process share one environment,
    and the door knows the calls apart. `sees_upstream` tells whether the server asks at the lane
    when its description does not say so, `is_further` that another link has reached it.

    Raises:
        TargetError: the server cannot be reached.
        UsageError: `module:attribute` names no MCP server.
    """
    lane = lane or provider.open_lane()
    if sees_upstream is None:
        sees_upstream = is_upstream_held(target)
    env = target.env if isinstance(target, InProcessTarget) else {}
    base = lane.base if uses(target, UPSTREAM) else None
    filled = {key: value.replace(UPSTREAM, base or "") for key, value in env.items()}
    # Around all calls, so that overlapping ones do not take each other's variables away.
    with patched_environ(filled):
        async with ConnectionPool(
            era=era, upstream=base, root=root, connect=connect_leniently
        ) as pool:
            link = AuditLink(target, pool, lane, provider, seed, sees_upstream, stop, is_further)
            await link.open()
            yield link


def _origin(probe: Probe, seed: int) -> ArgumentsOrigin:
    wrong = probe.violation
    return ArgumentsOrigin(
        kind="generated",
        mode=probe.phase,
        keyword=wrong.keyword if wrong else None,
        pointer=wrong.pointer if wrong else None,
        seed=seed,
    )
