"""Probes whose values are looked for in the request that the provider gets."""

from __future__ import annotations

from collections.abc import Iterator

from jsonpointer import JsonPointer

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.mapped.argument_places import argument_places
from harness.audit.mapped.candidates import Candidate, candidates
from harness.audit.mapped.further_fields import FIELD, further_field
from harness.audit.mapped.streamed_twin import twins
from harness.audit.mapped.together import together
from harness.audit.parameters import parameter_of
from harness.records.audit import Probe


def plan(tool: ToolFacts, context: AuditContext) -> Iterator[Probe]:
    """Yield a few calls for each argument, which differ from the accepted one in it alone.

    The aim is the argument's pointer. How an answer is to come, `stream` and the like, is the
    business of this phase only in that all else is to be asked the same.
    """
    if tool.base is None or tool.dialect is None:
        return
    for path in argument_places(tool.schema):
        parameter = parameter_of(path[-1])
        if parameter is not None and parameter.kind == "transport":
            continue
        pointer = JsonPointer.from_parts(path).path
        for candidate in candidates(tool, path):
            yield _probe(tool, pointer, candidate)
    further = further_field(tool)
    if further is not None:
        yield _probe(tool, JsonPointer.from_parts(FIELD).path, further)
    yield from together(tool)
    yield from twins(tool, context)


def _probe(tool: ToolFacts, pointer: str, candidate: Candidate) -> Probe:
    return Probe(
        id=f"mapping/{tool.name}{pointer}/{candidate.label}",
        phase="mapping",
        tool=tool.name,
        arguments=candidate.arguments,
        aim=pointer,
    )
