"""A call of each tool as the lines are, without a progress token and with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.features import asking
from harness.audit.protocol.progress import RULE, judge_progress
from harness.raw_stdio import RawStdio
from harness.records.audit import NotTested
from harness.runner.protocol_calls import ProtocolCalls


async def call_each(calls: ProtocolCalls, raw: RawStdio, envelope: Mapping[str, Any]) -> None:
    """Make the calls and judge the progress that comes; stop where the ids are not given back."""
    if not calls.tools:
        reason = "no ordinary call of any tool succeeded"
        calls.verdicts.append(NotTested(tool="", what=RULE, reason=reason))
    tokens: list[str] = []
    for is_wanted in (False, True):
        for number, (tool, arguments) in enumerate(_calls(calls)):
            token = f"toolreel-{number}" if is_wanted else None
            params = {"name": tool, "arguments": arguments, **_with(envelope, token)}
            before = len(raw.notifications)
            await raw.ask("tools/call", params, seconds=calls.seconds)
            if raw.is_renumbered or raw.has_ended:
                return
            found = judge_progress(tool, token, raw.notifications[before:], tokens)
            calls.verdicts += [found] if found else []
            tokens += [token] if token else []


def _calls(calls: ProtocolCalls) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield an ordinary call of each tool, and one that asks for a stream where there is one."""
    for tool in calls.tools:
        base = dict(tool.base or {})
        yield tool.name, base
        streamed = asking(tool, base, "stream")
        if streamed is not None:
            yield tool.name, streamed


def _with(envelope: Mapping[str, Any], token: str | None) -> Mapping[str, Any]:
    if token is None:
        return envelope
    return {"_meta": {**envelope.get("_meta", {}), "progressToken": token}}
