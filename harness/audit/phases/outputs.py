"""Ordinary answers of the provider, one call each: what does the caller get of them?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.features import asking, for_script, start
from harness.audit.scripts import script, script_names
from harness.records.audit import Probe, UpstreamPlan
from harness.upstream.framings import WHOLE

SEVERAL = "several-choices"
_SEVERAL_SCRIPT = "other-text"
SEVERAL_PROBABLE = "several-logprobs"
"""Several choices, each with its probabilities."""
FRAMED = "unicode-emoji"
"""The script that is sent in other forms, too: most of its characters have several bytes."""
AIM = "what comes back"
"""One aim for all: what comes back of one answer is judged by what comes back of the others."""


def plan(tool: ToolFacts, context: AuditContext) -> Iterator[Probe]:
    """Yield a probe for each script that the provider could answer this tool with.

    What a caller has to ask for (tools, several choices, probabilities) is asked for where the
    tool's schema lets callers, and left out where it does not.
    """
    base = start(tool, context)
    if base is None or tool.dialect is None:
        return
    for name in script_names(tool.dialect):
        arguments = for_script(script(name), tool, base)
        if arguments is not None:
            yield _probe(tool, name, name, arguments)
    arguments = asking(tool, base, "choices") if tool.dialect != "messages" else None
    if arguments is not None:
        yield _probe(tool, SEVERAL, _SEVERAL_SCRIPT, arguments)
        probable = asking(tool, arguments, "logprobs")
        if probable is not None:
            yield _probe(tool, SEVERAL_PROBABLE, "logprobs", probable)
    for framing in WHOLE if not tool.is_streaming else ():
        yield _probe(tool, f"{FRAMED}; {framing}", FRAMED, base, framing)


def _probe(
    tool: ToolFacts, label: str, name: str, arguments: dict[str, Any], framing: str = ""
) -> Probe:
    return Probe(
        id=f"{_stem(tool.name)}{label}",
        phase="outputs",
        tool=tool.name,
        arguments=arguments,
        upstream=UpstreamPlan(script=name, framing=framing),
        aim=AIM,
    )


def label_of(probe: Probe) -> str:
    """Return what a probe of this phase is about: its script, or `SEVERAL`."""
    return probe.id.removeprefix(_stem(probe.tool))


def _stem(tool: str) -> str:
    return f"outputs:{tool}:"
