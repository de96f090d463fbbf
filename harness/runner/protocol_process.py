"""A server's process of its own: what stands on its stdout, and how it ends."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from mcp_types import (
    CLIENT_CAPABILITIES_META_KEY,
    CLIENT_INFO_META_KEY,
    PROTOCOL_VERSION_META_KEY,
)
from mcp_types.version import LATEST_HANDSHAKE_VERSION, MODERN_PROTOCOL_VERSIONS

from harness import server_process
from harness.audit.found import Found
from harness.audit.protocol import aims
from harness.audit.protocol.lines import judge_id
from harness.audit.protocol.noise import RULE as NOISE
from harness.audit.protocol.noise import judge_noise
from harness.audit.protocol.pending import CANCELLED
from harness.audit.protocol.progress import RULE as PROGRESS
from harness.raw_stdio import RawStdio
from harness.records.audit import NotTested, UpstreamPlan
from harness.runner.protocol_calls import ProtocolCalls
from harness.runner.protocol_cancelled import take_back
from harness.runner.protocol_progress import call_each
from harness.server_process import ServerProcess
from harness.targets import UPSTREAM, StdioTarget, substitute
from harness.upstream.scripted_call import ScriptedCall
from harness.upstream.scripted_upstream import Lane

SHUTDOWN = "protocol.shutdown-unclean"
CRASH = "protocol.bad-arguments-crash"
EARLY = "a call before initialize"
START_SECONDS = 30.0
END_SECONDS = 8.0
"""How long a process may take to end by itself; HTTP clients keep idle connections for 5 s."""
TERM_SECONDS = 2.0
SLOW_SECONDS = 10.0
"""How much longer a process may take before it is told to end: it is slow, and ends by itself."""
CLIENT = {"name": "toolreel", "version": "1"}
FAULT = "400"
"""A failure that no client tries again."""


async def watch_process(calls: ProtocolCalls) -> None:
    """Start the server once more and talk to it as the lines are, until it ends."""
    target = calls.session.target
    if not isinstance(target, StdioTarget):
        note_no_process(calls, (NOISE, SHUTDOWN, PROGRESS, CANCELLED, f"{CRASH}: {EARLY}"))
        return
    async with started(calls, target) as (raw, process, lane):
        with lane.serving(ScriptedCall()):
            await _talk(calls, raw)
            if raw.is_renumbered:
                renumbered = judge_id(raw.asked, None, raw.strays)
                calls.verdicts += [renumbered] if renumbered else []
        await take_back(calls, raw, lane, envelope_of(calls))
        with lane.serving(ScriptedCall(plan=UpstreamPlan(fault=FAULT))):
            await _fail(calls, raw)
        await _end(calls, raw, process)
    noise = judge_noise(raw.noise)
    if noise is not None and not _is_noisy(calls):
        calls.verdicts.append(noise)


def _is_noisy(calls: ProtocolCalls) -> bool:
    """Whether an oracle tells of the noise, with the call that it came at."""
    return any(item.noise for item in (*calls.session.observations, *calls.observations))


def note_no_process(calls: ProtocolCalls, rules: Sequence[str]) -> None:
    """Note that `rules` need a process that speaks stdio."""
    kind = calls.session.target.kind
    what = "runs in this process" if kind == "in_process" else "is reached over HTTP"
    reason = f"it needs a process that speaks stdio; the server {what}"
    calls.verdicts += [NotTested(tool="", what=rule, reason=reason) for rule in rules]


@asynccontextmanager
async def started(
    calls: ProtocolCalls, target: StdioTarget
) -> AsyncIterator[tuple[RawStdio, ServerProcess, Lane]]:
    """Yield the lines of a process of the server's, the process, and its provider's lane."""
    lane = calls.session.provider.open_lane()
    filled = substitute(target, {UPSTREAM: lane.base})
    assert isinstance(filled, StdioTarget)
    root = calls.session.options.root
    folder = root / filled.cwd if filled.cwd else root
    async with server_process.start(
        filled.command, env=filled.env, cwd=folder, piped=True
    ) as process:
        yield RawStdio(process), process, lane


async def _talk(calls: ProtocolCalls, raw: RawStdio) -> None:
    """Open the session as its era does, and make calls of each tool."""
    meta = envelope_of(calls)
    if not meta:
        await _open(calls, raw)
    await raw.ask("tools/list", meta, seconds=START_SECONDS)
    await call_each(calls, raw, meta)


async def _open(calls: ProtocolCalls, raw: RawStdio) -> None:
    """Call a tool first, whatever that gives, then shake hands.

    Revision 2025-11-25, basic/lifecycle: a client SHOULD NOT send requests before the answer to
    `initialize`. A server may refuse such a call or answer it, as the TypeScript SDK does; but it
    is a request, and the handshake must work after it.
    """
    tools = calls.tools or list(calls.session.context.tools[:1])
    for tool in tools[:1]:
        params = {"name": tool.name, "arguments": dict(tool.base or {})}
        await raw.ask("tools/call", params, seconds=START_SECONDS)
    answer = await raw.ask("initialize", opening(), seconds=calls.seconds)
    if answer is None:
        what = "the server ended" if raw.has_ended else "initialize gets no answer"
        calls.verdicts.append(Found(CRASH, f"after {EARLY} {what}", cause=EARLY))
    await raw.tell("notifications/initialized")


def opening(version: str = LATEST_HANDSHAKE_VERSION) -> dict[str, Any]:
    """Return the parameters of `initialize`."""
    return {"protocolVersion": version, "capabilities": {}, "clientInfo": CLIENT}


async def _fail(calls: ProtocolCalls, raw: RawStdio) -> None:
    """Go where failures are logged: the provider's, an unknown tool's, an argument's."""
    meta = envelope_of(calls)
    for tool in calls.tools[:1]:
        failing = {"name": tool.name, "arguments": dict(tool.base or {}), **meta}
        await raw.ask("tools/call", failing, seconds=calls.seconds)
        await raw.ask(
            "tools/call", {"name": tool.name, "arguments": {}, **meta}, seconds=calls.seconds
        )
    unknown = {"name": aims.NO_SUCH_TOOL, "arguments": {}, **meta}
    await raw.ask("tools/call", unknown, seconds=calls.seconds)


async def _end(calls: ProtocolCalls, raw: RawStdio, process: ServerProcess) -> None:
    if process.returncode is not None or raw.has_ended:
        reason = "the process ended while it was called"
        calls.verdicts.append(NotTested(tool="", what=SHUTDOWN, reason=reason))
        return
    await raw.close(seconds=END_SECONDS)
    if await process.has_ended(TERM_SECONDS + SLOW_SECONDS):
        return
    with suppress(ProcessLookupError):
        os.killpg(process.process.pid, signal.SIGTERM)
    after = "" if await process.has_ended(TERM_SECONDS) else ", and not after SIGTERM either"
    message = (
        f"the process does not end within {END_SECONDS + TERM_SECONDS + SLOW_SECONDS:g} s after "
        f"its stdin was closed{after}"
    )
    calls.verdicts.append(Found(SHUTDOWN, message))


def envelope_of(calls: ProtocolCalls) -> Mapping[str, Any]:
    """Return the envelope of revision 2026-07-28; nothing in an older one, which shakes hands."""
    revision = calls.session.context.revision
    if revision not in MODERN_PROTOCOL_VERSIONS:
        return {}
    envelope = {
        PROTOCOL_VERSION_META_KEY: revision,
        CLIENT_INFO_META_KEY: CLIENT,
        CLIENT_CAPABILITIES_META_KEY: {},
    }
    return {"_meta": envelope}
