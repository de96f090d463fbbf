"""Which module plans which phases, and which modules judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Verdict
from harness.audit.oracles import (
    definitions,
    errors,
    mapping,
    outputs,
    protocol,
    streaming,
    validation,
)
from harness.audit.phases import errors as failing
from harness.audit.phases import mapping as mapped
from harness.audit.phases import outputs as answered
from harness.audit.phases import streaming as streamed
from harness.audit.phases import validation as validated
from harness.records.audit import Observation, Phase, Probe

Plan = Callable[[ToolFacts, AuditContext], Iterator[Probe]]
Judge = Callable[[Sequence[Observation], AuditContext], Iterator[Verdict]]

PLANNED: dict[str, tuple[Phase, ...]] = {
    "validation": ("valid", "boundary", "invalid"),
    "mapping": ("mapping",),
    "errors": ("errors",),
    "outputs": ("outputs",),
    "streaming": ("streaming",),
}
"""Name of a planner → the phases that it plans."""


def planners() -> dict[str, Plan]:
    """Return the planners by name, in the order of their phases."""
    return {
        "validation": validated.plan,
        "mapping": mapped.plan,
        "errors": failing.plan,
        "outputs": answered.plan,
        "streaming": streamed.plan,
    }


def judges() -> dict[str, Judge]:
    """Return the oracles by name, in the order of the areas."""
    return {
        "definitions": definitions.judge,
        "validation": validation.judge,
        "mapping": mapping.judge,
        "errors": errors.judge,
        "outputs": outputs.judge,
        "streaming": streaming.judge,
        "protocol": protocol.judge,
    }
