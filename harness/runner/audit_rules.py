"""What an audit can say of each rule as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.audit.rules import AREA_PHASES, Rule, rules
from harness.records.audit import AuditRule, NotTested
from harness.runner.audit_session import AuditSession


def audit_rules(session: AuditSession, not_tested: Sequence[NotTested]) -> Iterator[AuditRule]:
    """Yield the chosen rules in their order."""
    for rule in rules().values():
        if rule.id in session.options.rules:
            yield AuditRule(
                id=rule.id,
                is_judged=_is_judged(session, rule, not_tested),
                title=rule.title,
                severity=rule.severity,
                source=rule.source,
            )


def _is_judged(session: AuditSession, rule: Rule, not_tested: Sequence[NotTested]) -> bool:
    phases = AREA_PHASES[_area(rule)]
    are_calls_made = any(session.calls.get(phase) for phase in phases)
    return (
        not session.options.probe
        and set(phases) <= set(session.options.phases)
        and (are_calls_made or phases == ("definitions",))
        and not any(_leaves_open(note, rule) for note in not_tested)
    )


def _leaves_open(note: NotTested, rule: Rule) -> bool:
    """Tell whether a note is about this rule, or about its whole area or a phase of it."""
    named = {part.strip().partition(":")[0] for part in note.what.split(",")}
    return bool(named & {rule.id, _area(rule), *AREA_PHASES[_area(rule)]})


def _area(rule: Rule) -> str:
    return rule.id.partition(".")[0]
