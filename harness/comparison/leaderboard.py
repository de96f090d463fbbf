"""Servers that do the same job in one table: what each check says of each tool, as 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.audit.rules import rules
from harness.records.audit import UNACCEPTED, AuditResult
from harness.records.comparison import Leaderboard, LeaderboardCell, LeaderboardRow
from harness.records.description_score import DescriptionScore
from harness.records.results import RunResult

AREAS = {
    "validation": ("validation", "invalid"),
    "error mapping": ("errors", "errors"),
    "output": ("output", "outputs"),
    "streaming": ("streaming", "streaming"),
}
"""Column → area of the audit's rules, and the phase that tests it."""
COLUMNS = ("description", *AREAS, "scenarios")
NOT_TESTED = LeaderboardCell(score=None, detail="–")


@dataclass(frozen=True)
class Contender:
    """All that is known of one side; None where it was not done."""

    name: str
    scores: Sequence[DescriptionScore]
    audit: AuditResult | None = None
    run: RunResult | None = None


def leaderboard(contenders: Sequence[Contender], notes: Sequence[str] = ()) -> Leaderboard:
    """Return the table; the tool with the best mean comes first, untested ones last."""
    rows = [_row(side, score) for side in contenders for score in side.scores]
    rows.sort(key=lambda row: (row.mean is None, -(row.mean or 0.0), row.side, row.tool))
    explained = (
        "description: TDQS, 1 to 5, and its tier; validation to streaming: the share of the "
        "audit's rules that no finding breaks; scenarios: the share of expectations that hold; "
        "mean: over all of these, the TDQS as a share of 5; –: not tested",
    )
    return Leaderboard(columns=COLUMNS, rows=tuple(rows), notes=(*explained, *notes))


def _row(side: Contender, score: DescriptionScore) -> LeaderboardRow:
    cells = {
        "description": LeaderboardCell(
            score=round(score.tdqs / 5, 4), detail=f"{score.tdqs:.1f} {score.tier}"
        )
    }
    for column, (area, phase) in AREAS.items():
        cells[column] = _audited(side.audit, score.name, area, phase)
    cells["scenarios"] = _held(side.run, score.name)
    tested = [cell.score for cell in cells.values() if cell.score is not None]
    mean = sum(tested) / len(tested) if tested else None
    return LeaderboardRow(side=side.name, tool=score.name, cells=cells, mean=mean)


def _audited(audit: AuditResult | None, tool: str, area: str, phase: str) -> LeaderboardCell:
    if audit is None or not audit.totals.get("phases", {}).get(phase):
        return NOT_TESTED
    if any(
        note.tool in ("", tool) and note.what in (phase, area, UNACCEPTED)
        for note in audit.not_tested
    ):
        return NOT_TESTED
    mine = {rule.id for rule in rules().values() if rule.id.startswith(f"{area}.")}
    broken = {
        finding.rule
        for finding in audit.findings
        if finding.is_defect and finding.rule in mine and finding.tool in ("", tool)
    }
    score = 1 - len(broken) / len(mine)
    told = f"{score:.2f}, {len(broken)} broken" if broken else f"{score:.2f}"
    return LeaderboardCell(score=score, detail=told, broken=tuple(sorted(broken)))


def _held(run: RunResult | None, tool: str) -> LeaderboardCell:
    if run is None:
        return NOT_TESTED
    results = [
        item
        for scenario in run.scenarios
        if scenario.error is None
        for step in scenario.steps
        if step.tool == tool
        for item in step.expectations
    ]
    total = sum(item.weight for item in results)
    if not total:
        return NOT_TESTED
    held = sum(item.weight for item in results if item.status == "passed") / total
    return LeaderboardCell(score=held, detail=f"{held:.2f} of {len(results)}")
