"""Answers that come as a stream, whole ones beside them, and streams that break."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.features import asking, for_script, start
from harness.audit.phases.outputs import FRAMED, SEVERAL
from harness.audit.scripts import script, script_names
from harness.records.audit import Probe, UpstreamPlan
from harness.upstream.framings import STREAMED as FORMS

STREAMED = (
    "text", "other-text", "empty-text", "long-text", "surrounded-text", "line-ends",
    "unicode-right-to-left", "unicode-emoji", "unicode-combining", "unicode-controls",
    "unicode-scripts", "json-inside", "events-inside", "tool-call", "tool-calls",
    "tool-call-with-text", "tool-call-nested", "tool-call-empty", "tool-call-numbers",
    "finish-length", "reasoning", "refusal", "usage-details",
)  # fmt: skip
"""Scripts that are told both ways."""
BREAKS = (
    "truncated; ending=complete", "truncated; ending=closed", "reset-mid-body", "stream-error",
    "stream-error; then=done", "truncated-character; ending=complete",
    "truncated; ending=complete; at=frame", "truncated; ending=complete; at=inside",
)  # fmt: skip
"""Faults after which a part of the answer is missing. One leaves whole events only, so nothing but
the missing end tells it; one comes to a good end, and an event before it cannot be read."""
CUT_BETWEEN_CHOICES = "truncated; ending=complete; at=choice"
"""One of several choices has ended, the others have not."""
WHOLE, STREAM, BROKEN, FRAMING = "whole", "streamed", "broken", "framed"
AIM = "what comes back of a stream"
"""One aim for all: a streamed answer is judged by the whole ones."""


def plan(tool: ToolFacts, context: AuditContext) -> Iterator[Probe]:
    """Yield pairs, the same answer whole and streamed, then other forms, then the broken streams.

    Nothing for a tool whose schema has no argument that asks for a stream: nobody can. One that
    streams unasked has no whole answers beside them.
    """
    base = start(tool, context)
    if base is None or tool.dialect is None:
        return
    if asking(tool, base, "stream") is None:
        if tool.is_streaming:
            yield _probe(tool, FRAMED, FRAMED, STREAM, base)
            yield from _framed(tool, base)
            yield from _broken(tool, base)
        return
    for name in script_names(tool.dialect):
        if name in STREAMED:
            yield from _pair(tool, name, name, for_script(script(name), tool, base))
    if tool.dialect != "messages":
        yield from _pair(tool, SEVERAL, "other-text", asking(tool, base, "choices"))
    yield from _framed(tool, asking(tool, base, "stream"))
    yield from _broken(tool, base)


def _framed(tool: ToolFacts, streamed: dict[str, Any] | None) -> Iterator[Probe]:
    for framing in FORMS:
        label = f"{FRAMED}; {framing}"
        yield _probe(tool, FRAMED, label, FRAMING, streamed, framing=framing)


def _broken(tool: ToolFacts, base: dict[str, Any]) -> Iterator[Probe]:
    assert tool.dialect is not None
    for name in ("text", "tool-call"):
        arguments = (
            for_script(script(name), tool, base) if name in script_names(tool.dialect) else None
        )
        unasked = arguments if tool.is_streaming else None
        streamed = arguments and (asking(tool, arguments, "stream") or unasked)
        for fault in BREAKS if streamed else ():
            yield _probe(tool, name, f"{name}: {fault}", BROKEN, streamed, fault)
    several = asking(tool, base, "choices") if tool.dialect != "messages" else None
    streamed = several and asking(tool, several, "stream")
    if streamed:
        label = f"{SEVERAL}: {CUT_BETWEEN_CHOICES}"
        yield _probe(tool, "other-text", label, BROKEN, streamed, CUT_BETWEEN_CHOICES)


def _pair(
    tool: ToolFacts, label: str, name: str, arguments: dict[str, Any] | None
) -> Iterator[Probe]:
    streamed = arguments and asking(tool, arguments, "stream")
    if arguments and streamed:
        if script(name).has_details:
            streamed = asking(tool, streamed, "usage") or streamed
        yield _probe(tool, name, label, WHOLE, arguments)
        yield _probe(tool, name, label, STREAM, streamed)


def _probe(
    tool: ToolFacts,
    name: str,
    label: str,
    way: str,
    arguments: Any,
    fault: str = "",
    framing: str = "",
) -> Probe:
    return Probe(
        id=f"{_stem(tool.name)}{label}:{way}",
        phase="streaming",
        tool=tool.name,
        arguments=arguments,
        upstream=UpstreamPlan(script=name, fault=fault, framing=framing),
        aim=AIM,
    )


def label_of(probe: Probe) -> tuple[str, str]:
    """Return what a probe of this phase is about, and in which way it is told."""
    label, _, way = probe.id.removeprefix(_stem(probe.tool)).rpartition(":")
    return label, way


def is_whole(probe: Probe) -> bool:
    """Tell whether a probe of the phases outputs and streaming asks for no stream."""
    return probe.phase == "outputs" or (probe.phase == "streaming" and label_of(probe)[1] == WHOLE)


def _stem(tool: str) -> str:
    return f"streaming:{tool}:"
