"""A call that the client takes back while the server's provider thinks, as the lines are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anyio

from harness.audit.context import ToolFacts
from harness.audit.protocol.echo import echoed
from harness.audit.protocol.pending import CANCELLED, judge_cancelled
from harness.raw_stdio import RawStdio
from harness.records.audit import NotTested
from harness.records.http import HttpRequest, HttpResponse
from harness.runner.protocol_calls import ProtocolCalls
from harness.upstream.scripted_call import ScriptedCall, plain
from harness.upstream.scripted_upstream import Lane
from harness.upstream.wire_answer import WireAnswer

THINKS_SECONDS = 1.0
"""How long the provider takes for its answer."""
SHARE = 0.8
"""Of the server's own time limit, where that is shorter."""
LOOK_SECONDS = 0.01
TOLD_SECONDS = 0.5
"""How long after the provider's answer the client's may come."""


async def take_back(
    calls: ProtocolCalls, raw: RawStdio, lane: Lane, envelope: Mapping[str, Any]
) -> None:
    """Cancel a call, ask for something else, and look whether the call is answered after that."""
    tool = next((tool for tool in calls.tools if tool.dialect is not None), None)
    if tool is None or raw.has_ended:
        reason = "no tool accepted a call that asks the audit's own provider"
        calls.verdicts.append(NotTested(tool="", what=CANCELLED, reason=reason))
        return
    limit = calls.session.context.limit
    thinks = min(THINKS_SECONDS, limit * SHARE) if limit else THINKS_SECONDS
    call = ScriptedCall(answer=_after(thinks))
    with lane.serving(call):
        asked = await _begun(calls, raw, call, tool, envelope)
        if not call.interactions:
            reason = "the provider was not asked in time"
            calls.verdicts.append(NotTested(tool=tool.name, what=CANCELLED, reason=reason))
            return
        before = len(raw.strays)
        why = {"requestId": asked, "reason": "toolreel", **envelope}
        await raw.tell("notifications/cancelled", why)
        is_heard = await raw.ask("tools/list", dict(envelope), seconds=calls.seconds) is not None
        heard = len(raw.strays)
        await raw.listen(thinks + TOLD_SECONDS)
    found = judge_cancelled(asked, raw.strays[before:heard], raw.strays[heard:])
    calls.verdicts += [found] if found is not None and is_heard else []


async def _begun(
    calls: ProtocolCalls,
    raw: RawStdio,
    call: ScriptedCall,
    tool: ToolFacts,
    envelope: Mapping[str, Any],
) -> int | str:
    """Begin a call and wait until its provider was asked; return the id of the request."""
    params = {"name": tool.name, "arguments": dict(tool.base or {}), **envelope}
    asked = await raw.begin("tools/call", params)
    with anyio.move_on_after(calls.seconds):
        # The provider lives in a thread of its own, which can set no event of this loop.
        while not call.interactions:  # noqa: ASYNC110
            await anyio.sleep(LOOK_SECONDS)
    return asked


def _after(seconds: float) -> Callable[[HttpRequest], WireAnswer]:
    def answer(request: HttpRequest) -> WireAnswer:
        wire = plain(echoed(request) or HttpResponse(status=404))
        return wire.model_copy(update={"delay": seconds})

    return answer
