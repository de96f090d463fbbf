"""Calls at the same time, and calls that the client gives up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import anyio

from harness.audit.context import ToolFacts
from harness.audit.protocol import aims
from harness.audit.protocol.echo import asked_in
from harness.audit.protocol.overlaps import MIXED, patience, step
from harness.audit.protocol.pending import Wait, judge_waits
from harness.audit.protocol.places import answer_to, holds, sentinel, text_places, with_text
from harness.connection import Answer
from harness.records.audit import NotTested
from harness.records.http import HttpRequest
from harness.runner.protocol_calls import ProtocolCalls, held
from harness.runner.protocol_echoes import Answering, asked, asking_tool, echoing
from harness.upstream.scripted_call import ScriptedCall
from harness.upstream.wire_answer import WireAnswer

AT_ONCE = 8
LATE_SECONDS = 1.0
"""When the provider would have answered a call that is cancelled."""
CANCELLATION = "protocol.cancellation-broken"


class Place(NamedTuple):
    """Where a tool takes a sentinel that its provider sees and answers visibly."""

    tool: ToolFacts
    pointer: str
    seconds: float
    """How long such a call takes alone."""


async def overlap_calls(calls: ProtocolCalls) -> None:
    """Call all tools at once, each call with a sentinel of its own."""
    places = [place for tool in calls.tools if (place := await _place(calls, tool)) is not None]
    if not places:
        reason = (
            "no tool was seen to pass a text on to its provider and to return the answer"
            if calls.session.context.sees_upstream
            else "the provider's side is not seen"
        )
        calls.verdicts.append(NotTested(tool="", what=MIXED, reason=reason))
        return
    chosen = [places[number % len(places)] for number in range(AT_ONCE)]
    waits: list[Wait] = []
    alone = max(place.seconds for place in places)
    call = ScriptedCall(answer=_noting(waits, echoing(_delays(AT_ONCE, step(alone)))))
    found: dict[int, Answer] = {}
    link = calls.session.link
    seconds = patience(calls.seconds, alone, AT_ONCE)

    async def one(number: int, place: Place) -> None:
        arguments = with_text(place.tool.base or {}, place.pointer, sentinel("overlap", number))
        found[number] = await connection.call(
            place.tool.name, arguments, wants_progress=False, seconds=seconds
        )

    with held(link, call):
        connection, _ = await link.connected()
        async with anyio.create_task_group() as tasks:
            for number, place in enumerate(chosen):
                tasks.start_soon(one, number, place)
    for number, place in enumerate(chosen):
        text = sentinel("overlap", number)
        probe = calls.probe(
            f"{place.tool.name}/overlap/{number}",
            place.tool.name,
            with_text(place.tool.base or {}, place.pointer, text),
            aims.OVERLAPPING,
        )
        own = tuple(item for item in call.interactions if asked_in(item.request) == text)
        calls.observations.append(calls.seen(probe, found[number], own))
    serial = judge_waits(waits) if len(waits) == AT_ONCE else None
    calls.verdicts += [serial] if serial is not None else []
    if any(answer.outcome.plane in ("timeout", "transport_error") for answer in found.values()):
        link.restarts += 1
        await link.pool.drop(link.target)


async def cancel_call(calls: ProtocolCalls) -> None:
    """Give a call up while its provider thinks, then make an ordinary one."""
    tool = asking_tool(calls, CANCELLATION)
    if tool is None:
        return
    if not await _given_up(calls, tool):
        reason = "the call was over before it could be cancelled"
        calls.verdicts.append(NotTested(tool=tool.name, what=CANCELLATION, reason=reason))
        return
    probe = calls.probe(f"{tool.name}/cancelled", tool.name, dict(tool.base or {}), aims.CANCELLED)
    await calls.make(probe)


async def _given_up(calls: ProtocolCalls, tool: ToolFacts) -> bool:
    """Cancel a call as soon as its provider was asked; tell whether there was time to do so."""
    late = ScriptedCall(answer=echoing(lambda request: LATE_SECONDS))
    is_over = False

    async with anyio.create_task_group() as tasks:

        async def ask() -> None:
            nonlocal is_over
            await calls.session.link.ask(tool.name, tool.base or {}, late, seconds=calls.seconds)
            is_over = True
            tasks.cancel_scope.cancel()

        tasks.start_soon(ask)
        await asked(late, 1)
        tasks.cancel_scope.cancel()
    return not is_over


async def _place(calls: ProtocolCalls, tool: ToolFacts) -> Place | None:
    """Return where `tool` takes a sentinel, found out by a call for each text."""
    if tool.dialect is None or not calls.session.context.sees_upstream:
        return None
    for number, pointer in enumerate(text_places(tool)[:3]):
        text = sentinel("place", number)
        call = ScriptedCall(answer=echoing(lambda request: 0.0))
        answer = await calls.session.link.ask(
            tool.name, with_text(tool.base or {}, pointer, text), call, seconds=calls.seconds
        )
        outcome = answer.outcome
        if outcome.plane == "result" and holds(outcome.model_dump(mode="json"), answer_to(text)):
            return Place(tool, pointer, answer.seconds)
    return None


def _delays(number: int, step_seconds: float) -> Callable[[HttpRequest], float]:
    waits = {sentinel("overlap", place): step_seconds * (number - place) for place in range(number)}
    return lambda request: waits.get(asked_in(request), 0.0)


def _noting(waits: list[Wait], make: Answering) -> Answering:
    def answer(request: HttpRequest) -> WireAnswer:
        wire, now = make(request), time.monotonic()
        waits.append(Wait(now, now + wire.delay))
        return wire

    return answer
