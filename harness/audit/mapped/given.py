"""One argument of one call, and what the provider was asked with it and without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.dialect import Dialect
from harness.audit.mapped.argument_places import Path, part_at, value_at
from harness.audit.mapped.requests import asked
from harness.audit.parameters import Parameter, parameter_of
from harness.records.audit import Observation


@dataclass(frozen=True)
class Given:
    """One argument of one call, beside the call without it."""

    tool: ToolFacts
    dialect: Dialect
    path: Path
    seen: Observation
    base: Observation

    @property
    def value(self) -> Any:
        """The value of the argument."""
        return value_at(self.seen.call.arguments, self.path)

    @property
    def part(self) -> Mapping[str, Any]:
        """The schema of the argument."""
        return part_at(self.tool.schema, self.path)

    @property
    def parameter(self) -> Parameter | None:
        """The providers' parameter that its name stands for."""
        return parameter_of(self.path[-1])

    @property
    def body(self) -> Mapping[str, Any]:
        """What the provider was asked."""
        return asked(self.seen) or {}

    @property
    def without(self) -> Mapping[str, Any]:
        """What it is asked by the base arguments."""
        return asked(self.base) or {}
