"""What `tools/list` says as it came, before a client library converts it."""

from __future__ import annotations

from harness.audit.listed_fields import RULE, invalid_fields
from harness.errors import TargetError
from harness.records.audit import NotTested
from harness.runner.audit_session import AuditSession
from harness.runner.protocol_calls import held
from harness.upstream.scripted_call import ScriptedCall


async def judge_listing(session: AuditSession) -> None:
    """List the tools once more, and judge the types of what is said of the chosen ones."""
    link = session.link
    chosen = {tool.name for tool in (*session.context.tools, *session.uncalled)}
    with held(link, ScriptedCall()):
        try:
            connection, _ = await link.connected()
            listed = await connection.raw_tools()
        except TargetError as error:
            session.not_tested.append(NotTested(tool="", what=RULE, reason=str(error)))
            return
    for tool in listed:
        if tool["name"] in chosen:
            session.verdicts += invalid_fields(tool, connection.protocol)
