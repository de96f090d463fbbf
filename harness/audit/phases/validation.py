"""Probes that try what the input schema says: valid arguments, every bound, every violation."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.refusals.planned import planned_cases
from harness.records.audit import Probe


def plan(tool: ToolFacts, context: AuditContext) -> Iterator[Probe]:
    """Yield the probes of the phases valid, boundary and invalid.

    They ask the provider for its plain answer. Nothing is yielded when nothing can be made for
    the input schema; the oracle says why.
    """
    for planned in planned_cases(tool, context):
        yield Probe(
            id=planned.id,
            phase=planned.phase,
            tool=tool.name,
            arguments=copy.deepcopy(planned.case.arguments),
            violation=planned.violation,
        )
