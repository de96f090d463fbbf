"""Lines that no client library sends: a server has to answer them as JSON-RPC and MCP say."""

from __future__ import annotations

from harness.audit.found import Found
from harness.audit.protocol import lines
from harness.raw_stdio import RawStdio
from harness.runner.protocol_calls import ProtocolCalls
from harness.runner.protocol_process import (
    CRASH,
    START_SECONDS,
    envelope_of,
    note_no_process,
    opening,
    started,
)
from harness.targets import StdioTarget
from harness.upstream.scripted_call import ScriptedCall


async def speak_lines(calls: ProtocolCalls) -> None:
    """Start the server once more, and say what clients do not: in the older era if it has that."""
    target = calls.session.target
    if not isinstance(target, StdioTarget):
        note_no_process(calls, (*lines.RULES, *(f"{CRASH}: {what}" for what in lines.BAD_LINES)))
        return
    async with started(calls, target) as (raw, _, lane):
        with lane.serving(ScriptedCall()):
            await _speak(calls, raw)


async def _speak(calls: ProtocolCalls, raw: RawStdio) -> None:
    answer = await raw.ask("initialize", opening(), seconds=START_SECONDS)
    if answer is None and raw.is_renumbered:
        renumbered = lines.judge_id(raw.asked, None, raw.strays)
        calls.verdicts += [renumbered] if renumbered else []
        return
    is_open = answer is not None and "result" in answer
    before = len(raw.strays)
    if is_open:
        await raw.tell(lines.INITIALIZED)
    meta = {} if is_open else envelope_of(calls)
    if raw.has_ended or not (is_open or meta):
        return  # the eras are judged elsewhere
    seconds = calls.seconds
    usual = await raw.ask("tools/list", meta, seconds=seconds)
    if usual is None:
        return
    found = [lines.judge_notification(lines.INITIALIZED, raw.strays[before:], raw.used)]
    named = await raw.ask("tools/list", meta, seconds=seconds, name=lines.TEXT_ID)
    found.append(lines.judge_id(lines.TEXT_ID, named, raw.strays))
    found.append(lines.judge_method(await raw.ask(lines.NO_SUCH_METHOD, meta, seconds=seconds)))
    if is_open and not raw.has_ended:
        found.append(lines.judge_ping(await raw.ask("ping", {}, seconds=seconds)))
    if not raw.has_ended:
        found.append(await _notify(calls, raw, meta))
    for what, line in lines.BAD_LINES.items():
        if not raw.has_ended:
            await raw.say(line)
            await _ask_after(what, calls, raw, meta)
    if is_open and not raw.has_ended:
        again = await raw.ask("initialize", opening(lines.NO_SUCH_VERSION), seconds=seconds)
        found.append(lines.judge_version(again))
    calls.verdicts += [item for item in found if item is not None]


async def _notify(calls: ProtocolCalls, raw: RawStdio, meta: object) -> Found | None:
    """Send a notification that nobody knows; return whether that is answered."""
    before = len(raw.strays)
    await raw.tell(lines.NO_SUCH_NOTIFICATION)
    await _ask_after(f"the notification {lines.NO_SUCH_NOTIFICATION}", calls, raw, meta)
    return lines.judge_notification(lines.NO_SUCH_NOTIFICATION, raw.strays[before:], raw.used)


async def _ask_after(what: str, calls: ProtocolCalls, raw: RawStdio, meta: object) -> None:
    """Make a request after `what`, which may stay without an answer; the request may not."""
    if await raw.ask("tools/list", meta, seconds=calls.seconds) is None:
        end = "the server ended" if raw.has_ended else "the server answers no more"
        calls.verdicts.append(Found(CRASH, f"after {what} {end}", cause=what))
