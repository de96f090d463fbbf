"""Which module plans which phases, and which modules judge."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Verdict
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
"""Module of `harness.audit.phases` → the phases that it plans."""
JUDGES = ("definitions", "validation", "mapping", "errors", "outputs", "streaming", "protocol")
"""Modules of `harness.audit.oracles`, in the order of the areas."""


def planners() -> dict[str, Plan]:
    """Return the planners by the names of their modules."""
    found = ((name, _module(f"harness.audit.phases.{name}")) for name in PLANNED)
    return {name: module.plan for name, module in found if module is not None}


def judges() -> dict[str, Judge]:
    """Return the oracles by the names of their modules."""
    found = ((name, _module(f"harness.audit.oracles.{name}")) for name in JUDGES)
    return {name: module.judge for name, module in found if module is not None}


def _module(name: str) -> ModuleType | None:
    try:
        if importlib.util.find_spec(name) is None:
            return None
    except ModuleNotFoundError:
        return None
    return importlib.import_module(name)
