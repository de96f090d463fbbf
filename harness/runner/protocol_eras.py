"""Both eras of the protocol: a revision that the server offers must work."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.first_arguments import first_arguments
from harness.audit.found import Found
from harness.connect import connect_leniently
from harness.connection import Connection
from harness.errors import TargetError
from harness.records.audit import NotTested
from harness.records.call import Outcome
from harness.runner.protocol_calls import ProtocolCalls, held
from harness.targets import Era
from harness.upstream.scripted_call import ScriptedCall

REFUSED = "protocol.era-refused"
ERAS: tuple[Era, ...] = ("auto", "handshake")
"""`auto` opens the modern era where the server offers it."""
MOST_TRIES = 3


@dataclass(frozen=True)
class Tried:
    """What one era gave."""

    era: Era
    revision: str
    """Empty when the server does not offer the era."""
    failure: str = ""
    """Why nothing works in it; empty when a call succeeded."""


async def try_eras(calls: ProtocolCalls) -> None:
    """Open a link in each era that the server offers, list its tools there, and call one."""
    if not calls.session.context.tools:
        reason = "the server lists no tools"
        calls.verdicts.append(NotTested(tool="", what=REFUSED, reason=reason))
        return
    tried = [await _tried(calls, era) for era in ERAS]
    offered = {item.revision: item for item in tried if item.revision}
    if all(item.failure for item in offered.values()):
        reason = "no call succeeded in any era"
        calls.verdicts.append(NotTested(tool="", what=REFUSED, reason=reason))
        return
    for item in offered.values():
        if item.failure:
            message = f"the server offers revision {item.revision}, but {item.failure} in it"
            calls.verdicts.append(Found(REFUSED, message, cause=item.revision))
    if len(offered) == 1:
        reason = f"the server offers only the era of revision {next(iter(offered))}"
        calls.verdicts.append(NotTested(tool="", what=f"{REFUSED}: the other era", reason=reason))


async def _tried(calls: ProtocolCalls, era: Era) -> Tried:
    session = calls.session
    link, call = session.link, ScriptedCall(seed=session.options.seed)
    try:
        with held(link, call):
            async with connect_leniently(
                session.target, era=era, upstream=link.lane.base, root=session.options.root
            ) as connection:
                failure = await _failure(calls, connection)
                return Tried(era, connection.protocol, failure)
    except TargetError as error:
        return Tried(era, "", str(error))


async def _failure(calls: ProtocolCalls, connection: Connection) -> str:
    """Return what does not work on an open link, or nothing."""
    try:
        await connection.list_tools()
    except TargetError as error:
        return f"tools/list fails: {str(error)[:200]}"
    last: Outcome | None = None
    for tool in calls.tools[:1] or calls.session.context.tools[:1]:
        for arguments in _arguments(tool, calls.session.options.seed):
            answer = await connection.call(
                tool.name, arguments, wants_progress=False, seconds=calls.seconds
            )
            last = answer.outcome
            if last.plane == "result":
                return ""
    if last is None:
        return "no arguments can be made for its tools"
    return f"a call that another revision accepts ends in {last.plane}: {last.text[:120]}"


def _arguments(tool: ToolFacts, seed: int) -> list[Mapping[str, Any]]:
    if tool.base is not None:
        return [tool.base]
    return list(itertools.islice(first_arguments(tool.definition, seed), MOST_TRIES))
