"""Results and reports for the page's tests."""

from __future__ import annotations

from collections.abc import Callable

from harness.records.audit import AuditFinding, AuditResult, CoveredPlace, NotTested
from harness.records.call import ArgumentsOrigin, Difference, Log, Miss, Outcome, Progress, ToolCall
from harness.records.comparison import (
    CaseChange,
    Comparison,
    DescriptionChange,
    DimensionChange,
    Leaderboard,
    LeaderboardCell,
    LeaderboardRow,
    PairedStatistics,
    ResultChange,
    SchemaChange,
    SelectionComparison,
    ToolComparison,
    Witness,
)
from harness.records.description_score import (
    CoherenceScore,
    DescriptionJudgement,
    DescriptionScore,
    DescriptionScores,
    DescriptionSignals,
    DimensionScore,
    FiredRule,
    JudgeAgreement,
    JudgedDimension,
    JudgedTool,
    ServerDescriptionScore,
    ShadowCandidate,
    Span,
)
from harness.records.finding import Finding
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.records.output_score import OutputScore
from harness.records.report import Badge, Check, Report, ReportKind, ReportTable
from harness.records.results import ExpectationResult, RunResult, ScenarioResult, StepResult
from harness.report.page import PageSource


def report(kind: ReportKind, text: str = "words", *, is_passed: bool = False) -> Report:
    """Return a report whose every field says `text`."""
    check = Check(
        id=text, rule=text, group=text, name=text, status="failed", message=text, details=(text,),
        file=text, line=3, pointer=text, source=text, repair=text, reproduce=text,
    )  # fmt: skip
    return Report(
        kind=kind,
        title=text,
        headline=text,
        is_passed=is_passed,
        checks=(check, check.model_copy(update={"status": "not_tested"})),
        tables=(ReportTable(title=text, columns=(text,), rows=((text,),)),),
        notes=(text,),
        badge=Badge(label=text, message=text, color=text),
        seconds=1.5,
    )


def request(text: str = "words") -> HttpRequest:
    return HttpRequest(
        method="POST",
        url=f"https://api.x.ai/v1/{text}",
        headers=(("x-note", text), (text, "value")),
        body=f'{{"prompt": "{text}"}}'.encode("utf-8", "surrogatepass"),
    )


def interaction(text: str = "words") -> Interaction:
    pieces = [f"data: {text} {number}\n\n".encode("utf-8", "surrogatepass") for number in range(3)]
    return Interaction(
        request=request(text),
        response=HttpResponse(
            status=200, reason=text, headers=((text, text),), body=b"".join(pieces)
        ),
        failure="truncated",
        seconds=0.5,
        chunks=tuple((0.1 * (at + 1), len(piece)) for at, piece in enumerate(pieces)),
        metadata={"fault": text, text: text},
    )


def difference(text: str = "words") -> Difference:
    return Difference(pointer=f"/{text}", change="changed", recorded=text, actual={text: text})


def call(text: str = "words", number: int = 0) -> ToolCall:
    return ToolCall(
        id=f"{text}#{number}",
        target=text,
        tool=text,
        arguments={text: [text, number]},
        origin=ArgumentsOrigin(kind="scenario", scenario=text, step=1, mode=text, keyword=text),
        outcome=Outcome(
            plane="tool_error",
            content=[{"type": "text", "text": text}, {"type": text, "data": text}],
            structured={text: text},
            meta={text: text},
            code=-32000,
            message=text,
            data=text,
        ),
        progress=(Progress(progress=1, total=text, message=text),),
        logs=(Log(level=text, logger=text, data=text),),
        interactions=(interaction(text),),
        misses=(
            Miss(
                request=request(text), cassette=text, reason="no_match", nearest=2,
                differences=(difference(text),),
            ),
        ),
        protocol=text,
        seconds=0.25,
    )  # fmt: skip


def scenario(text: str = "words", *, number: int = 0, passes: bool = False) -> ScenarioResult:
    status = "passed" if passes else "failed"
    step = StepResult(
        tool=text,
        call=call(text, number),
        expectations=(
            ExpectationResult(
                label=text, status=status, message=text, weight=2, differences=(difference(text),)
            ),
        ),
        scores=(
            OutputScore(
                label=text, value=0.5, explanation=text, details=text, weight=2,
                threshold=0.1 if passes else 0.9,
            ),
        ),
        message="" if passes else text,
    )  # fmt: skip
    return ScenarioResult(
        name=text, target=text, file=text, line=7, steps=(step, step), reproduce=text,
        notes=(text,), seconds=0.5,
    )  # fmt: skip


def run(text: str = "words") -> RunResult:
    """Return a run of one failing, one broken and one passing scenario."""
    broken = scenario(text).model_copy(update={"error": text, "error_kind": "cassette"})
    return RunResult(
        scenarios=(scenario(text), broken, scenario(text, passes=True)), interrupted=True
    )


def audit(text: str = "words") -> AuditResult:
    exchange = {
        "request": {"method": text, "headers": {text: text}, "body": text},
        "response": {"status": 200, "body": f'{{"said": "{text}"}}'},
    }
    evidence = {
        "probe": text,
        "request": {"tool": text, "arguments": {text: text}},
        "answer": {"plane": text, "content": [{"type": "text", "text": text}], "meta": {text: 1}},
        "upstream": [exchange, text],
    }
    finding = AuditFinding(
        rule=text, severity="high", message=text, file=text, line=3, pointer=text, source=text,
        repair=text, tool=text, evidence=evidence, reproduce=text, count=4,
    )  # fmt: skip
    return AuditResult(
        target=text,
        seed=7,
        unserved=text,
        findings=(
            finding.model_copy(update={"severity": "info", "evidence": text}),
            finding,
        ),
        coverage=(
            CoveredPlace(tool=text, keyword=text, pointer=text, accepted=True, rejected=True),
            CoveredPlace(tool=text, keyword="maximum", pointer="/a", accepted=True, rejected=False),
        ),
        not_tested=(NotTested(tool=text, what=text, reason=text),),
        totals={"calls": 12, "phases": {text: 3}},
    )


DIMENSIONS = (
    "purpose", "usage_guidelines", "behavior", "parameters", "conciseness", "completeness",
)  # fmt: skip


def scores(text: str = "words") -> DescriptionScores:
    description = f"Reads {text} and more."
    whole = Span(start=0, end=len(description), text=description)
    part = Span(start=6, end=6 + len(text), text=text)
    rules = (
        FiredRule(id=text, effect="=4", message=text, span=whole),
        FiredRule(id=text, effect="+1", message=text, span=part),
        FiredRule(id=text, effect="-1", message=text),
    )
    dimension = DimensionScore(score=2, rules=rules, advice=(text,))
    tool = DescriptionScore(
        name=text,
        description=description,
        dimensions=dict.fromkeys(DIMENSIONS, dimension),
        tdqs=2.4,
        tier="C",
        smells=(text,),
        flags=(text,),
        findings=(Finding(rule=text, severity="high", message=text, repair=text),),
        tokens=90,
        signals=DescriptionSignals(
            parameters=3, required=1, coverage=50, strict_coverage=40, is_annotated=True,
            has_output_schema=False,
        ),
        low_confidence=True,
    )  # fmt: skip
    judged = JudgedTool(
        name=text,
        dimensions={
            name: JudgedDimension(scores=(2, 3), median_low=2, spread=1) for name in (text,)
        },
        tdqs=2.2,
        tier="C",
    )
    return DescriptionScores(
        rubric=text,
        method=text,
        server=ServerDescriptionScore(
            name=text, tools=1, tdqs=2.4, tier="C", quality=2.1, coherence=3.1, mean=2.2,
            minimum=2.3, tokens=90,
            coherence_dimensions={text: CoherenceScore(score=2, reason=text)},
            shadow_candidates=(ShadowCandidate(tool=text, cheaper=text),),
        ),
        tools=(tool,),
        judge=DescriptionJudgement(
            model=text, rubric=text, runs=2, origin=text, tools=(judged,),
            agreement={text: JudgeAgreement(exact=0.5, within_one=1, mean_difference=-0.5)},
        ),
    )  # fmt: skip


def comparison(text: str = "words") -> Comparison:
    lost, gained = (
        Witness(value={text: text}, accepted_by=side, reason=text, pointer=text)
        for side in ("baseline", "candidate")
    )
    change = SchemaChange(relation="incomparable", lost=lost, gained=gained, notes=(text,))
    tool = ToolComparison(
        name=text,
        change="renamed",
        new_name=text,
        input_change=change,
        output_change=change,
        description=DescriptionChange(
            tdqs_before=3.1, tdqs_after=2.9, tier_before=text, tier_after=text, tokens_before=8,
            tokens_after=9,
            dimensions={text: DimensionChange(before=3, after=2, gained=(text,), lost=(text,))},
        ),
        text=(
            Difference(
                pointer="/description", change="changed", recorded=f"Reads {text} here.",
                actual=f"Writes {text} here.",
            ),
            Difference(pointer=f"/{text}", change="added", actual={text: text}),
        ),
        results=(
            ResultChange(
                scenario=text, step=1, kind="output", message=text, differences=(difference(text),)
            ),
        ),
    )  # fmt: skip
    return Comparison(
        baseline=text, candidate=text, verdict="breaking", reasons=(text,), tools=(tool,),
        tools_compared=2, notes=(text,),
        selection=SelectionComparison(
            selector=text, origin=text, cases=9, baseline_accuracy=0.9, candidate_accuracy=0.8,
            baseline_forbidden=0, candidate_forbidden=1, only_baseline_right=2,
            only_candidate_right=1, p_value=0.5, low=-0.3, high=0.2, conclusion="worse",
            changes=(
                CaseChange(
                    request=text, expected=(text,), kind="now wrong", before=text, after=None,
                    is_forbidden=True, line=4,
                ),
            ),
        ),
        statistics=PairedStatistics(
            pairs=9, scenarios=3, baseline_score=0.9, candidate_score=0.8, only_baseline_passed=2,
            only_candidate_passed=1, p_value=0.25, low=-0.2, high=0.1, conclusion="worse",
        ),
    )  # fmt: skip


def leaderboard(text: str = "words") -> Leaderboard:
    cell = LeaderboardCell(score=0.5, detail=text, broken=(text,))
    none = LeaderboardCell(score=None, detail=text)
    row = LeaderboardRow(side=text, tool=text, cells={text: cell}, mean=0.5)
    untested = LeaderboardRow(side=text, tool=text, cells={text: none}, mean=None)
    return Leaderboard(columns=(text,), rows=(row, untested), notes=(text,))


MAKERS: dict[ReportKind, Callable[[str], PageSource]] = {
    "run": run,
    "audit": audit,
    "score": scores,
    "comparison": comparison,
    "leaderboard": leaderboard,
}
"""For each kind a result whose every text is the given one."""
