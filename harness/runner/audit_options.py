"""What an audit may choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from harness.audit.rules import rules
from harness.errors import UsageError, did_you_mean
from harness.records.audit import Phase
from harness.records.finding import Severity
from harness.targets import Era

PHASES: tuple[Phase, ...] = get_args(Phase)


@dataclass(frozen=True, kw_only=True)
class AuditOptions:
    """Choices of one audit; `start` is what names the target in a command line."""

    root: Path
    start: str
    seed: int = 0
    max_examples: int = 100
    phases: tuple[Phase, ...] = PHASES
    rules: frozenset[str] = field(default_factory=lambda: frozenset(rules()))
    """The rules that are judged."""
    fail_on: Severity = "low"
    """The mildest finding that fails the audit."""
    probe: str = ""
    """The id of the one probe to run again; empty for all."""
    tools: tuple[str, ...] = ()
    """The tools that are audited, whatever they do; all that seem harmless without names."""
    excluded_tools: tuple[str, ...] = ()
    era: Era = "auto"
    time_limit: float | None = None
    """Seconds after which no more calls are made; None for as long as it takes."""
    upstream_port: int = 0
    """Where a server that is already running asks its provider; 0 when it is started here."""


def chosen_rules(checks: Sequence[str], excluded: Sequence[str]) -> frozenset[str]:
    """Return the ids that are named (all without `checks`) and not excluded.

    A name is the id of a rule or an area, which stands for all its rules.

    Raises:
        UsageError: a name is neither; names the nearest.
    """
    named = _expanded(checks, "--checks") if checks else frozenset(rules())
    return named - _expanded(excluded, "--exclude-checks")


def chosen_phases(names: Sequence[str]) -> tuple[Phase, ...]:
    """Return the named phases in the order in which they run; all without names.

    Raises:
        UsageError: a name is no phase; names the nearest.
    """
    for name in names:
        if name not in PHASES:
            known = ", ".join(PHASES)
            raise UsageError(f"--phases: no phase {name!r}{did_you_mean(name, PHASES)} ({known})")
    return tuple(phase for phase in PHASES if phase in names) if names else PHASES


def _expanded(names: Sequence[str], option: str) -> frozenset[str]:
    found: set[str] = set()
    areas = {rule.partition(".")[0] for rule in rules()}
    for name in names:
        if name not in rules() and name not in areas:
            hint = did_you_mean(name, [*areas, *rules()])
            raise UsageError(
                f"{option}: no rule or area {name!r}{hint} (areas: {', '.join(sorted(areas))})"
            )
        found |= {rule for rule in rules() if name in (rule, rule.partition(".")[0])}
    return frozenset(found)
