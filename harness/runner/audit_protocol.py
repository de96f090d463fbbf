"""The phase `protocol` of an audit: what holds for every server, whatever its tools do."""

from __future__ import annotations

from harness.audit.found import Verdict
from harness.errors import TargetError
from harness.records.audit import Observation
from harness.runner.audit_session import AuditSession
from harness.runner.protocol_arguments import (
    call_unknown_tools,
    call_without_object,
    send_huge_texts,
)
from harness.runner.protocol_calls import ProtocolCalls
from harness.runner.protocol_definitions import list_again
from harness.runner.protocol_eras import try_eras
from harness.runner.protocol_lines import speak_lines
from harness.runner.protocol_overlap import cancel_call, overlap_calls
from harness.runner.protocol_process import watch_process
from harness.runner.protocol_repeats import repeat_calls

STEPS = (
    repeat_calls,
    list_again,
    overlap_calls,
    call_unknown_tools,
    call_without_object,
    cancel_call,
    send_huge_texts,
    try_eras,
    speak_lines,
    watch_process,
)
"""In this order: what can break a server comes after what needs a whole one."""


async def protocol_phase(session: AuditSession) -> tuple[list[Observation], list[Verdict]]:
    """Return what the calls of the phase showed, and the verdicts that no single call shows."""
    calls = ProtocolCalls(session)
    for step in STEPS:
        try:
            await session.link.open()
            with session.link.stop.guarding():
                await step(calls)
        except TargetError as error:
            session.lose(error, ["protocol"])
            break
    return calls.observations, calls.verdicts
