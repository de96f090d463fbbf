"""What `toolreel cassette` found out; each class that ends in `Result` is one JSON object.

Interactions count from 0, as in the messages about a cassette miss.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, computed_field

from harness.records.call import Difference
from harness.records.finding import SEVERITIES, Finding
from harness.records.json_value import JsonValue
from harness.records.record import Record


class Tokens(Record):
    """Token counts as the provider reports them, whatever it calls them."""

    prompt: int | None = None
    completion: int | None = None
    total: int | None = None


class Bodies(Record):
    """Bodies in readable form: JSON, a joined event stream, text, or a note about bytes."""

    request: JsonValue = None
    response: JsonValue = None


class ShownInteraction(Record):
    """One interaction, outlined."""

    number: int
    method: str
    url: str
    status: int | None = None
    failure: str | None = None
    origin: str | None = None
    provider: str
    model: str | None = None
    tool: str | None = None
    recorded: str | None = None
    fault: str | None = None
    tokens: Tokens | None = None
    text: str = ""
    """What the model said, streams joined; or the provider's error message."""
    tool_calls: tuple[str, ...] = ()
    """Names of the tools that the model asked for."""
    events: int | None = None
    """Frames of an event stream."""
    request_bytes: int = 0
    response_bytes: int = 0
    bodies: Bodies | None = None


class ShownCassette(Record):
    """One cassette, outlined."""

    file: str
    interactions: tuple[ShownInteraction, ...] = ()


class ShowResult(Record):
    """What `cassette show` shows."""

    version: Literal[1] = 1
    cassettes: tuple[ShownCassette, ...] = ()


class ComparedPair(Record):
    """Two interactions that belong together, or one that stands alone."""

    first: int | None
    second: int | None
    title: str
    differences: tuple[Difference, ...] = ()
    volatile: tuple[Difference, ...] = ()
    """Differences that any second recording would show as well."""


class DiffResult(Record):
    """What `cassette diff` found."""

    version: Literal[1] = 1
    first: str
    second: str
    pairs: tuple[ComparedPair, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_equal(self) -> bool:
        """Whether nothing but volatile values differs."""
        return all(
            pair.first is not None and pair.second is not None and not pair.differences
            for pair in self.pairs
        )


class Count(Record):
    """How many findings of each severity there are."""

    high: int = 0
    medium: int = 0
    low: int = 0
    info: int = 0


def count(findings: tuple[Finding, ...]) -> Count:
    """Return the findings counted by severity."""
    severities = [finding.severity for finding in findings]
    return Count(**{severity: severities.count(severity) for severity in SEVERITIES})


class LintResult(Record):
    """What `cassette lint` found."""

    version: Literal[1] = 1
    cassettes: int = 0
    interactions: int = 0
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be judged, and why."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def totals(self) -> Count:
        """The findings by severity."""
        return count(self.findings)


class RedactedPlace(Record):
    """A place that held a secret; the secret itself is not in it."""

    file: str
    interaction: int
    pointer: str
    rule: str


class RedactResult(Record):
    """What `cassette redact` replaced, or would replace."""

    version: Literal[1] = 1
    is_written: bool
    cassettes: int = 0
    places: tuple[RedactedPlace, ...] = ()


class Skipped(Record):
    """An interaction that was not asked again."""

    file: str
    interaction: int
    reason: str


class DriftResult(Record):
    """What `cassette drift` found."""

    version: Literal[1] = 1
    upstream: Literal["simulate", "live"]
    asked: int = 0
    skipped: tuple[Skipped, ...] = ()
    unreachable: tuple[Skipped, ...] = ()
    findings: tuple[Finding, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def totals(self) -> Count:
        """The findings by severity."""
        return count(self.findings)


class ImportedFile(Record):
    """How the import of one file ended."""

    file: str
    format: str | None = None
    cassette: str | None = None
    interactions: int = 0
    redacted: int = 0
    """Places at which something was redacted."""
    notes: tuple[str, ...] = ()
    refused: str | None = None
    """Why nothing was written."""


class ImportResult(Record):
    """What `cassette import` did."""

    version: Literal[1] = 1
    files: tuple[ImportedFile, ...] = Field(default=())
