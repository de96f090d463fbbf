"""What a project needs to run, and whether it is there."""

from __future__ import annotations

from typing import Literal

from pydantic import computed_field

from harness.records.record import Record


class Prerequisite(Record):
    """One thing that something else needs."""

    name: str
    """`target grok`, `cassette grok/greets`."""
    status: Literal["there", "missing", "optional"]
    """`optional`: missing, and needed for what it says only."""
    detail: str
    repair: str = ""
    """The command or the edit that brings it."""


_PROVIDER_OF = "provider of "


def provider_of(target: str) -> str:
    """Return the name of the prerequisite that a target's provider is seen."""
    return f"{_PROVIDER_OF}{target}"


class Diagnosis(Record):
    """All that `toolreel doctor` has to say."""

    version: Literal[1] = 1
    prerequisites: tuple[Prerequisite, ...]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def missing(self) -> int:
        """How many are missing, without the optional ones."""
        return sum(item.status == "missing" for item in self.prerequisites)

    @property
    def unseen(self) -> tuple[str, ...]:
        """The targets whose provider is not seen, so that their tests hold one side only."""
        names = (item.name for item in self.prerequisites if item.status != "there")
        return tuple(name[len(_PROVIDER_OF) :] for name in names if name.startswith(_PROVIDER_OF))
