"""What every result looks like to a report: checks with their places, tables and a headline.

Runs, audits, scores and comparisons differ; JUnit, SARIF, Markdown, annotations, the badge and the
page do not: they read this record only, and the page opens the calls of a run beside it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from harness.records.finding import Severity
from harness.records.record import Record

ReportKind = Literal["run", "audit", "score", "comparison", "leaderboard"]
"""Which command made the result."""
CheckStatus = Literal["passed", "failed", "error", "noted", "not_tested"]
"""`error`: nothing can be said, a prerequisite was missing; `noted`: told, and no defect;
`not_tested`: did not run, with the reason. Only `passed` is shown as passed."""


class Check(Record):
    """One thing that was looked at, whether it held or not."""

    id: str
    """The same in every run that looks at the same thing: `grok/greets`,
    `validation.coerced@create_completion/temperature`."""
    rule: str
    """What must hold, stable over versions: `scenario.expectation`, `validation.coerced`."""
    group: str
    """The target or server."""
    name: str
    """The scenario or tool."""
    status: CheckStatus
    severity: Severity = "high"
    message: str = ""
    """One line: what is wrong, or why nothing can be said; empty when it holds."""
    details: tuple[str, ...] = ()
    """Plain lines: what differs, evidence, advice."""
    file: str = ""
    line: int | None = None
    """From 1."""
    pointer: str = ""
    """RFC 6901, into the thing that was checked."""
    source: str = ""
    """What the rule is founded on."""
    repair: str = ""
    reproduce: str = ""
    """One command line that shows it again."""
    seconds: float = Field(default=0.0, ge=0)


class RuleText(Record):
    """What a rule says, for readers who meet its id only."""

    id: str
    text: str
    """One sentence."""


class ReportTable(Record):
    """A small table for people: cells are plain text."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Badge(Record):
    """What a badge says, in the words of shields.io's endpoint schema."""

    label: str
    message: str
    color: str
    """A named colour of shields.io: `brightgreen`, `yellow`, `red`."""


class Report(Record):
    """One result, ready for any form."""

    version: Literal[1] = 1
    kind: ReportKind
    title: str
    """What was looked at: `grok, gateway`, `before.json → after.json`."""
    headline: str
    """The result in one line."""
    is_passed: bool
    """Whether the command that made the result exits with 0."""
    checks: tuple[Check, ...] = ()
    rules: tuple[RuleText, ...] = ()
    """A sentence for each rule that the checks name."""
    tables: tuple[ReportTable, ...] = ()
    notes: tuple[str, ...] = ()
    badge: Badge
    seconds: float = Field(default=0.0, ge=0)
