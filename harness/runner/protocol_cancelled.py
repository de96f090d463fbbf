"""A call that the client takes back while the server's provider thinks, as the lines are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anyio

from harness.audit.found import Found
from harness.audit.protocol.pending import BROKEN, CANCELLED, judge_cancelled, judge_other
from harness.raw_stdio import RawStdio
from harness.records.audit import NotTested
from harness.runner.protocol_calls import ProtocolCalls
from harness.runner.protocol_echoes import asked, asking_tool, echoing
from harness.upstream.scripted_call import ScriptedCall
from harness.upstream.scripted_upstream import Lane

THINKS_SECONDS = 1.0
"""How long the provider takes for its answer."""
SHARE = 0.8
"""Of the server's own time limit, where that is shorter."""
ASKED_SECONDS = 2.0
"""How long a server may take until it asks its provider."""
TOLD_SECONDS = 0.5
"""How long after the provider's answer the client's may come."""


async def take_back(
    calls: ProtocolCalls, raw: RawStdio, lane: Lane, envelope: Mapping[str, Any]
) -> None:
    """Cancel one of two calls, ask for something else, and look what comes of the two."""
    tool = asking_tool(calls, CANCELLED)
    if tool is None:
        return
    if raw.has_ended:
        reason = "the process ended while it was called"
        calls.verdicts.append(NotTested(tool=tool.name, what=CANCELLED, reason=reason))
        return
    limit = calls.session.context.limit
    thinks = min(THINKS_SECONDS, limit * SHARE) if limit else THINKS_SECONDS
    params = {"name": tool.name, "arguments": dict(tool.base or {}), **envelope}
    call = ScriptedCall(answer=echoing(lambda request: thinks))
    before = len(raw.strays)
    with lane.serving(call):
        other, given_up = [await _begun(raw, call, params, thinks) for _ in range(2)]
        if len(call.interactions) < 2:
            reason = "the provider was not asked in time"
            calls.verdicts.append(NotTested(tool=tool.name, what=CANCELLED, reason=reason))
            await _heard(raw, other, before, calls.seconds)
            return
        why = {"requestId": given_up, "reason": "toolreel", **envelope}
        await raw.tell("notifications/cancelled", why)
        is_heard = await raw.ask("tools/list", dict(envelope), seconds=calls.seconds) is not None
        heard = len(raw.strays)
        await raw.listen(thinks + TOLD_SECONDS)
        await _heard(raw, other, before, calls.seconds)
    if raw.has_ended:
        message = f"the process ends when one of two calls of {tool.name} is cancelled"
        words = f"; the last line of its stderr: {raw.last_words}" if raw.last_words else ""
        calls.verdicts.append(Found(BROKEN, f"{message}{words}"[:400]))
    elif is_heard:
        found = (
            judge_cancelled(given_up, raw.strays[before:heard], raw.strays[heard:]),
            judge_other(other, raw.strays[before:]),
        )
        calls.verdicts += [item for item in found if item is not None]


async def _begun(
    raw: RawStdio, call: ScriptedCall, params: Mapping[str, Any], thinks: float
) -> int | str:
    """Begin a call and wait until its provider was asked; return the id of the request."""
    due = len(call.interactions) + 1
    number = await raw.begin("tools/call", params)
    with anyio.move_on_after(thinks + ASKED_SECONDS):
        await asked(call, due)
    return number


async def _heard(raw: RawStdio, number: int | str, since: int, seconds: float) -> None:
    """Listen until a request is answered, at most `seconds`."""
    with anyio.move_on_after(seconds):
        while not (raw.has_ended or any(one.get("id") == number for one in raw.strays[since:])):
            await raw.listen(TOLD_SECONDS)
