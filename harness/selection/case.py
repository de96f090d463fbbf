"""A file of cases: what users ask, and which tool is right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from harness.records.json_value import JsonValue
from harness.scenario.described import Described
from harness.scenario.expectation import NonEmpty


class SelectionCase(Described):
    """One request."""

    request: NonEmpty
    expect: NonEmpty | list[NonEmpty] | None
    """The right tool, several that are all right, or null when none fits."""
    forbidden: list[NonEmpty] = Field(default_factory=list)
    """Tools that must not be chosen."""
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    """What the call has to hold at least."""

    @property
    def expected(self) -> tuple[str, ...]:
        """The right tools; empty when none fits."""
        if self.expect is None:
            return ()
        return (self.expect,) if isinstance(self.expect, str) else tuple(self.expect)

    def renamed(self, names: Mapping[str, str]) -> SelectionCase:
        """Return the case for a server whose tools have other names, old name → new name."""
        expected = [names.get(name, name) for name in self.expected]
        forbidden = [names.get(name, name) for name in self.forbidden]
        return self.model_copy(update={"expect": expected or None, "forbidden": forbidden})

    @model_validator(mode="after")
    def _is_not_both(self) -> SelectionCase:
        both = set(self.expected) & set(self.forbidden)
        if both:
            raise ValueError(f"{min(both)!r} is expected and forbidden")
        return self


class SelectionFile(Described):
    """The whole file."""

    cases: Annotated[list[SelectionCase], Field(min_length=1)]
