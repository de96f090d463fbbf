"""From observations to the result: judge, group, show, count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.audit.composed import without_purposes
from harness.audit.coverage import coverage
from harness.audit.evidence import Shown, evidence
from harness.audit.found import Found, Verdict
from harness.audit.grouping import Group, grouped
from harness.audit.registry import Judge, judges
from harness.audit.reproduction import reproduce
from harness.audit.rules import rules
from harness.cassette.redact import Redactor
from harness.configuration import environment
from harness.records.audit import UNACCEPTED, AuditFinding, AuditResult, CoveredPlace, NotTested
from harness.runner.audit_options import AuditOptions
from harness.runner.audit_rules import audit_rules
from harness.runner.audit_secrets import secrets_of
from harness.runner.audit_session import AuditSession
from harness.runner.audit_shrinking import Shrinking
from harness.targets import UPSTREAM, uses


async def result_of(session: AuditSession) -> AuditResult:
    """Return what `session` has found; a few more calls look for smaller reproductions."""
    judged = list(_judged(session))
    verdicts = [*session.verdicts, *(verdict for _, verdict in judged)]
    verdicts = list(without_purposes(verdicts, session.observations, session.context))
    found = [item for item in verdicts if isinstance(item, Found)]
    notes = [item for item in verdicts if isinstance(item, NotTested)]
    notes = [*session.not_tested, *notes]
    groups = [item for item in grouped(found) if item.rule in session.options.rules]
    shown = await _shown_first(session, groups, judged)
    redactor = Redactor(secrets_of(session.target, environment()))
    findings = tuple(
        _finding(session, group, first, redactor)
        for group, first in zip(groups, shown, strict=True)
    )
    not_tested = tuple(dict.fromkeys(_told(note, redactor, _shown(session)) for note in notes))
    return AuditResult(
        target=session.target.name,
        seed=session.options.seed,
        findings=findings,
        coverage=tuple(_coverage(session)),
        not_tested=not_tested,
        rules=tuple(audit_rules(session, not_tested)),
        fail_on=session.options.fail_on,
        unserved=_unserved(session, not_tested),
        stopped=session.stopped,
        totals=_totals(session, findings),
    )


def _told(note: NotTested, redactor: Redactor, shown: Shown) -> NotTested:
    """Return `note`, whose reason may hold a text of the server, without what is secret."""
    return note.model_copy(update={"reason": shown(redactor.text(note.reason))})


def _unserved(session: AuditSession, not_tested: tuple[NotTested, ...]) -> str:
    """Return why no tool worked, where some were called and none did.

    Where the caller says how the server reaches its provider, a tool that asks it has to work.
    """
    tools = session.context.tools
    is_called = set(session.options.phases) - {"definitions"}
    is_told = uses(session.target, UPSTREAM)
    is_tried = any(
        tool.foreign is not None or (tool.base is not None and (tool.dialect or not is_told))
        for tool in tools
    )
    is_refused = any(tool.base is None for tool in tools)
    if not is_called or is_tried or not is_refused:
        return ""
    return next(note.reason for note in not_tested if note.what == UNACCEPTED)


def _judged(session: AuditSession) -> Iterator[tuple[Judge, Verdict]]:
    for name, judge in judges().items():
        if name == "definitions" and not has_definitions(session.options):
            continue
        context = session.context
        if name == "definitions" and session.uncalled:
            context = replace(context, tools=(*context.tools, *session.uncalled))
        for verdict in judge(session.observations, context):
            yield judge, verdict


def has_definitions(options: AuditOptions) -> bool:
    """Tell whether an audit judges what `tools/list` says."""
    return "definitions" in options.phases and not options.probe


async def _shown_first(
    session: AuditSession, groups: list[Group], judged: list[tuple[Judge, Verdict]]
) -> list[Found]:
    """Return for each group the breach that is shown: the one with the smallest arguments."""
    made_by = {id(verdict): judge for judge, verdict in judged}
    shrinking = Shrinking(session)
    shown = []
    for group in groups:
        judge = made_by.get(id(group.first))
        shown.append(group.first if judge is None else await shrinking.smallest(group, judge))
    return shown


def _finding(session: AuditSession, group: Group, first: Found, redactor: Redactor) -> AuditFinding:
    rule, options = rules()[group.rule], session.options
    shown = _shown(session)
    probe = first.observation.probe if first.observation is not None else None
    return AuditFinding(
        rule=group.rule,
        severity=rule.severity,
        message=shown(redactor.text(first.message)),
        tool=group.tool,
        pointer=first.pointer,
        source=rule.source,
        repair=rule.repair,
        evidence=evidence(first.observation, redactor, shown) if first.observation else None,
        reproduce=reproduce(
            options.start,
            seed=options.seed,
            max_examples=options.max_examples,
            probe=probe,
            area=group.rule.partition(".")[0],
        ),
        count=len(group.all),
    )


def _shown(session: AuditSession) -> Shown:
    base = session.link.lane.served_at
    if not base:
        return str
    address = base.removeprefix("http://")

    def shown(text: str) -> str:
        return text.replace(base, UPSTREAM).replace(address, UPSTREAM)

    return shown


def _coverage(session: AuditSession) -> Iterator[CoveredPlace]:
    yield from coverage(session.observations, session.context)


def _totals(session: AuditSession, findings: tuple[AuditFinding, ...]) -> dict[str, Any]:
    severities = Counter(finding.severity for finding in findings)
    return {
        "calls": sum(session.calls.values()),
        "phases": session.calls,
        "findings": {name: severities[name] for name in ("high", "medium", "low", "info")},
        "restarts": session.link.restarts,
    }
