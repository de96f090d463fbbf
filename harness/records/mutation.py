"""What mutation testing found: which defects of a server the scenarios notice."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, computed_field

from harness.records.record import Record

MutantStatus = Literal["killed", "survived", "no effect"]
"""`killed`: a scenario noticed; `survived`: none did; `no effect`: none could, because the mutant
changed nothing that any of them sees."""


class Mutant(Record):
    """A defect that is laid between client and target."""

    id: str
    """Area, kind, and where there are several of a kind which: `arguments.dropped:chat/stop`."""
    does: str
    """What goes wrong with it, in one sentence."""
    noticed_by: str
    """The expectations that fail with it."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def area(self) -> str:
        """The part of a server that has such defects."""
        return self.id.partition(".")[0]


class MutantResult(Record):
    """What became of one mutant."""

    mutant: Mutant
    status: MutantStatus
    killed_by: str | None = None
    """`scenario: expectation`, `scenario: cassette miss` or `scenario: error: …`."""
    why: str = ""
    """Why it had no effect."""
    calls: int = 0
    """How many calls of the scenarios it changes."""
    scenarios: int = 0
    """How many scenarios were run with it."""


class MutationTotals(Record):
    """Counts over all mutants, or over those of one area."""

    mutants: int = 0
    killed: int = 0
    survived: int = 0
    no_effect: int = 0

    @computed_field  # type: ignore[prop-decorator]
    @property
    def score(self) -> float | None:
        """Percent killed of those that had an effect; None where none had."""
        judged = self.killed + self.survived
        return 100 * self.killed / judged if judged else None


class MutationResult(Record):
    """All mutants of one target; the version is that of this JSON form."""

    version: Literal[1] = 1
    target: str
    scenarios: int
    """How many scenarios passed without any mutant and were run with them."""
    mutants: tuple[MutantResult, ...] = ()
    seconds: float = Field(default=0.0, ge=0)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def totals(self) -> MutationTotals:
        """Counts over all mutants."""
        return _count(self.mutants)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def areas(self) -> dict[str, MutationTotals]:
        """Counts by area."""
        names = dict.fromkeys(item.mutant.area for item in self.mutants)
        return {
            name: _count(tuple(item for item in self.mutants if item.mutant.area == name))
            for name in names
        }

    @computed_field  # type: ignore[prop-decorator]
    @property
    def score(self) -> float | None:
        """The mutation score in percent; None where no mutant had an effect."""
        return self.totals.score


def _count(items: tuple[MutantResult, ...]) -> MutationTotals:
    statuses = [item.status for item in items]
    return MutationTotals(
        mutants=len(statuses),
        killed=statuses.count("killed"),
        survived=statuses.count("survived"),
        no_effect=statuses.count("no effect"),
    )
