"""What a check found: where, how bad, from which rule, and how to repair it."""

from __future__ import annotations

from typing import Literal, get_args

from harness.records.record import Record

Severity = Literal["high", "medium", "low", "info"]
"""`high`: wrong or dangerous; `medium`: will cause trouble; `low`: worth a look; `info`: normal."""
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""The worst first."""


class Finding(Record):
    """One place where a rule does not hold. It never quotes a secret."""

    rule: str
    severity: Severity
    message: str
    file: str = ""
    line: int | None = None
    """From 1; None when the place in the file is not known."""
    pointer: str = ""
    """RFC 6901, into the thing that was checked; empty for the whole of it."""
    source: str = ""
    """What the rule is founded on."""
    repair: str = ""
    """The command or the edit that repairs it."""

    @property
    def is_serious(self) -> bool:
        """Whether it fails a run: medium or above."""
        return self.severity in ("high", "medium")
