"""What an audit asks of a server, what it saw, and what it found."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from harness.records.baseline import BaselineOutcome, numbered
from harness.records.call import ToolCall
from harness.records.finding import Finding, Severity
from harness.records.json_value import JsonValue
from harness.records.record import Record

Phase = Literal[
    "definitions", "valid", "boundary", "invalid", "mapping", "errors", "outputs", "streaming",
    "protocol",
]  # fmt: skip
"""What a probe is for, in the order in which the phases run."""


class Violation(Record):
    """The one thing that is wrong with a probe's arguments."""

    keyword: str
    """The schema keyword that rejects them, `maximum`; `json` for what JSON has no form for."""
    pointer: str
    """RFC 6901, into the arguments: the value that is wrong, or would be if it were there."""
    was: JsonValue = None
    now: JsonValue = None


class UpstreamPlan(Record):
    """What the provider does while a probe's call runs."""

    script: str = "text"
    """Which answer it gives, by its name in `harness.audit.scripts`."""
    fault: str = ""
    """What goes wrong with that answer, in the language of `harness.upstream.faults`."""
    framing: str = ""
    """In which form that answer is sent, by its name in `harness.upstream.framings`; empty for the
    usual one. A fault is not framed."""


class Probe(Record):
    """One call that the audit makes. The same seed makes the same probes."""

    id: str
    phase: Phase
    tool: str
    arguments: JsonValue
    violation: Violation | None = None
    """None for arguments that the schema accepts."""
    upstream: UpstreamPlan = Field(default_factory=UpstreamPlan)
    aim: str = ""
    """What the probe looks at, for the oracle that reads it: `temperature`, `429 with retry-after`.
    Probes with one aim and id stem belong together."""


class Observation(Record):
    """A probe and what came of it.

    `call` is as the server made it, not redacted: findings are, when they are made.
    """

    probe: Probe
    call: ToolCall
    sent: JsonValue = None
    """What the provider's scripted answer says, in words of no dialect (`harness.audit.scripts`);
    None when the provider was not asked."""
    is_serving: bool | None = None
    """Whether an ordinary call succeeded right after it; None when nobody tried."""
    noise: tuple[str, ...] = ()
    """Lines that are no message and stood on the process's stdout until the answer had come."""
    renumbered: tuple[str, ...] = ()
    """Ids of responses until then that were numbers in their requests, and are texts."""


class AuditFinding(Finding):
    """A defect of a server, or (`info`) what a revision merely discourages."""

    tool: str = ""
    evidence: JsonValue = None
    """`{"request": …, "answer": …, "upstream": […]}` without secrets."""
    reproduce: str = ""
    """One command line that shows it."""
    count: int = 1
    """How many probes met the same cause."""

    @property
    def is_defect(self) -> bool:
        """Whether it speaks against the server."""
        return self.severity != "info"


class CoveredPlace(Record):
    """Whether both sides of one keyword at one place of a schema were tried."""

    tool: str
    keyword: str
    pointer: str
    """RFC 6901, into the input schema."""
    accepted: bool
    """An argument on the side that the keyword accepts was sent."""
    rejected: bool


UNACCEPTED = "every phase that starts from an accepted call"
"""What is not tested of a tool of which no ordinary call succeeded."""


class NotTested(Record):
    """A check that did not run, and why; never shown as passed."""

    tool: str
    what: str
    """A phase, a rule or a keyword with its pointer."""
    reason: str


class AuditRule(Record):
    """A rule that the audit was asked to judge."""

    id: str
    is_judged: bool
    """All of its phases ran and made calls, and nothing about it was left open: without a finding
    it holds."""
    title: str
    """What is wrong when it does not hold."""
    severity: Severity
    source: str = ""


class AuditResult(Record):
    """All that one audit has to say; `audit --format json` is this record."""

    version: Literal[1] = 1
    target: str
    seed: int
    findings: tuple[AuditFinding, ...]
    coverage: tuple[CoveredPlace, ...]
    not_tested: tuple[NotTested, ...]
    rules: tuple[AuditRule, ...] = ()
    """All that were chosen."""
    fail_on: Severity = "low"
    """The mildest finding that fails the audit."""
    baseline: BaselineOutcome | None = None
    unserved: str = ""
    """Why nothing was seen to work: no tool that was called accepted an ordinary call, as without
    a key or with another name for the provider's address. Such an audit is no pass."""
    stopped: str = ""
    """Why not all calls were made, as after Ctrl-C; what the rest would show is not known."""
    totals: dict[str, Any]
    """`calls`, `seconds`, findings by severity, calls by phase."""

    @property
    def finding_ids(self) -> tuple[str, ...]:
        """An id for each finding, in their order: `validation.coerced@create/temperature`."""
        return numbered(f"{item.rule}@{item.tool}{item.pointer}" for item in self.findings)
