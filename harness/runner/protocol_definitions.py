"""`tools/list` once more, after the calls."""

from __future__ import annotations

from harness.audit.protocol.definitions import listed_otherwise
from harness.audit.protocol.repeats import NOT_DETERMINISTIC
from harness.errors import TargetError
from harness.records.audit import NotTested
from harness.runner.protocol_calls import ProtocolCalls, held
from harness.upstream.scripted_call import ScriptedCall


async def list_again(calls: ProtocolCalls) -> None:
    """Ask for the definitions again on the same connection."""
    link = calls.session.link
    with held(link, ScriptedCall()):
        connection, before = await link.connected()
        try:
            after = await connection.list_tools()
        except TargetError as error:
            reason = f"tools/list is not answered again: {error}"
            calls.verdicts.append(NotTested(tool="", what=NOT_DETERMINISTIC, reason=reason))
            return
    calls.verdicts += listed_otherwise(before, after)
