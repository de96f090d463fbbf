"""Audits and scores as the fixtures give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.errors import UsageError
from harness.pytest_plugin.opened import simulated_clients
from harness.pytest_plugin.shared_session import SharedSession
from harness.pytest_plugin.short_traceback import without_own_frames
from harness.records.audit import AuditResult
from harness.records.description_score import DescriptionScores


class _NoProgress:
    def begin(self, phase: str, total: int) -> None:
        """Show nothing: a test has its own report."""

    def advance(self) -> None:
        """Show nothing."""


def audits(shared: SharedSession) -> Callable[..., AuditResult]:
    """Return what audits a target and gives all that was found."""
    from harness.audit.reproduction import target_words
    from harness.runner.audit import run_audit
    from harness.runner.audit_options import AuditOptions, chosen_phases, chosen_rules

    @without_own_frames
    def audit(
        target: str,
        *,
        env: Mapping[str, str] | None = None,
        phases: Sequence[str] = (),
        checks: Sequence[str] = (),
        exclude_checks: Sequence[str] = (),
        seed: int = 0,
        max_examples: int = 100,
    ) -> AuditResult:
        options = AuditOptions(
            root=shared.configuration.root,
            start=target_words((target,), url=None, env=env or {}),
            seed=seed,
            max_examples=max_examples,
            phases=chosen_phases(phases),
            rules=chosen_rules(checks, exclude_checks),
        )
        found = shared.target(target, env or {})
        result: AuditResult = shared.run(run_audit, found, options, _NoProgress())
        if result.unserved and not result.findings:
            raise UsageError(f"{target}: no tool could be tried: {result.unserved}")
        return result

    return audit


def scores(shared: SharedSession) -> Callable[..., DescriptionScores]:
    """Return what scores definitions, or the tools that a target lists."""
    from harness.runner.score_servers import score_large

    connect = simulated_clients(shared)

    @without_own_frames
    def score(tools: str | Sequence[Mapping[str, Any]]) -> DescriptionScores:
        if isinstance(tools, str):
            definitions = list(connect(tools).tools.values())
            return score_large(tools, definitions, workers=1)
        return score_large("tools", list(tools), workers=1)

    return score
