"""Calls that no correct client makes: unknown tools, arguments that are none, a huge text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from harness.audit.protocol import aims
from harness.audit.protocol.places import takes_length, text_places, with_text
from harness.raw_call import NOT_GIVEN, raw_call
from harness.records.audit import NotTested
from harness.runner.audit_link import BROKEN
from harness.runner.protocol_calls import ProtocolCalls

RAW: Mapping[str, Any] = {
    aims.MISSING: NOT_GIVEN,
    aims.NULL: None,
    aims.ARRAY: ["toolreel"],
    aims.TEXT: "toolreel",
}
SIZES = {"100 kB": 100_000, "1 MB": 1_000_000, "10 MB": 10_000_000}
"""Those that the schema takes are sent. The largest is just below the 10 MiB that stdio servers of
the TypeScript SDK (1.32) take."""


async def call_unknown_tools(calls: ProtocolCalls) -> None:
    """Call what `tools/list` does not name, with arguments that a listed tool accepts."""
    listed = {tool.name for tool in calls.session.context.tools}
    base = calls.tools[0].base if calls.tools else {}
    near = {f"{tool.name}_v0" for tool in calls.tools[:1]}
    for name in (aims.NO_SUCH_TOOL, *near):
        if name not in listed:
            probe = calls.probe(f"unknown/{name}", name, dict(base or {}), aims.UNKNOWN_TOOL)

            async def ask(connection: Any, tool: str = name, given: Any = base) -> Any:
                return await connection.call(
                    tool, given or {}, wants_progress=False, seconds=calls.seconds
                )

            await calls.make_by(probe, ask)


async def call_without_object(calls: ProtocolCalls) -> None:
    """Call a tool without arguments, and with some that are no object."""
    tools = calls.tools or list(calls.session.context.tools[:1])
    for tool in tools[:1]:
        for aim, value in RAW.items():
            shown = None if value is NOT_GIVEN else value
            probe = calls.probe(f"{tool.name}/{aim}", tool.name, shown, aim)
            ask = partial(raw_call, tool=tool.name, arguments=value, seconds=calls.seconds)
            seen = await calls.make_by(probe, ask)
            if seen.call.outcome.plane in BROKEN:
                break  # the others wait as long and say no more


async def send_huge_texts(calls: ProtocolCalls) -> None:
    """Send a text of each size wherever the first tool that takes it has one."""
    for tool in calls.tools:
        for pointer in text_places(tool)[:1]:
            sizes = {
                label: size for label, size in SIZES.items() if takes_length(tool, pointer, size)
            }
            for label, size in sizes.items():
                arguments = with_text(tool.base or {}, pointer, "x" * size)
                shown = with_text(tool.base or {}, pointer, f"x… ({label} of x)")
                aim = f"{aims.HUGE}: {label}"
                probe = calls.probe(f"{tool.name}/huge/{label}", tool.name, arguments, aim)
                seen = await calls.make(probe, shown=shown)
                if seen.call.outcome.plane in BROKEN:
                    return
            if sizes:
                return
    reason = f"no tool that accepted a call takes a text of {next(iter(SIZES))}"
    calls.verdicts.append(NotTested(tool="", what="protocol.huge-input", reason=reason))
