"""A provider that answers what it was asked by its sentinel, as late as one wants."""

from __future__ import annotations

from collections.abc import Callable

import anyio

from harness.audit.context import ToolFacts
from harness.audit.protocol.echo import echoed
from harness.records.audit import NotTested
from harness.records.http import HttpRequest, HttpResponse
from harness.runner.protocol_calls import ProtocolCalls
from harness.upstream.scripted_call import ScriptedCall, plain
from harness.upstream.wire_answer import WireAnswer

Answering = Callable[[HttpRequest], WireAnswer]
LOOK_SECONDS = 0.01


def echoing(delay: Callable[[HttpRequest], float]) -> Answering:
    """Return what answers a request after `delay` of it, in seconds."""

    def answer(request: HttpRequest) -> WireAnswer:
        wire = plain(echoed(request) or HttpResponse(status=404))
        return wire.model_copy(update={"delay": delay(request)})

    return answer


async def asked(call: ScriptedCall, times: int) -> None:
    """Wait until the provider was asked so many times; for ever, if it is not."""
    # The provider lives in a thread of its own, which can set no event of this loop.
    while len(call.interactions) < times:  # noqa: ASYNC110
        await anyio.sleep(LOOK_SECONDS)


def asking_tool(calls: ProtocolCalls, rule: str) -> ToolFacts | None:
    """Return the first tool that asks the audit's own provider; without one, note it for `rule`."""
    tool = next((tool for tool in calls.tools if tool.dialect is not None), None)
    if tool is not None and calls.session.context.sees_upstream:
        return tool
    reason = "no tool accepted a call that asks the audit's own provider"
    calls.verdicts.append(NotTested(tool="", what=rule, reason=reason))
    return None
