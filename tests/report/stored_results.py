"""One small result of each kind, with something that holds and something of all that does not."""

from __future__ import annotations

from harness.records.audit import (
    AuditFinding,
    AuditResult,
    AuditRule,
    CoveredPlace,
    NotTested,
)
from harness.records.baseline import BaselineOutcome
from harness.records.call import ArgumentsOrigin, Difference, Outcome, ToolCall
from harness.records.comparison import (
    CaseChange,
    Comparison,
    DescriptionChange,
    DimensionChange,
    Leaderboard,
    LeaderboardCell,
    LeaderboardRow,
    SchemaChange,
    SelectionComparison,
    ToolComparison,
    Witness,
)
from harness.records.description_score import (
    CoherenceScore,
    DescriptionScore,
    DescriptionScores,
    DescriptionSignals,
    DimensionScore,
    FiredRule,
    ServerDescriptionScore,
    ShadowCandidate,
    Span,
    Tier,
)
from harness.records.finding import Finding
from harness.records.output_score import OutputScore
from harness.records.report import ReportKind
from harness.records.results import ExpectationResult, RunResult, ScenarioResult, StepResult
from harness.records.stored_result import StoredResult

FILE = "scenarios/greetings.yaml"


def _call(number: int, text: str) -> ToolCall:
    return ToolCall(
        id=f"call-{number}",
        target="grok",
        tool="create_chat_completion",
        arguments={"model": "grok-3", "messages": [{"role": "user", "content": "Greet"}]},
        origin=ArgumentsOrigin(kind="scenario", scenario="greets", step=0),
        outcome=Outcome(plane="result", content=[{"type": "text", "text": text}]),
        protocol="2026-07-28",
        seconds=0.25,
    )


def _scenario(name: str, line: int, *steps: StepResult, seconds: float) -> ScenarioResult:
    return ScenarioResult(
        name=name,
        target="grok",
        file=FILE,
        line=line,
        steps=steps,
        reproduce=f"toolreel run {FILE}::{name}",
        seconds=seconds,
    )


def _step(*expectations: ExpectationResult, scores: tuple[OutputScore, ...] = ()) -> StepResult:
    return StepResult(
        tool="create_chat_completion",
        call=_call(1, "Hello, world"),
        expectations=expectations,
        scores=scores,
    )


HELD = ExpectationResult(label="plane: result", status="passed")


def run_result() -> RunResult:
    """Return a run: one passes, one fails by differences, one by score, one is known, one error."""
    differs = ExpectationResult(
        label="json: {choices: …}",
        status="failed",
        message="2 places differ",
        differences=(
            Difference(pointer="/choices/0", change="changed", recorded="Hello", actual="Good-bye"),
            Difference(pointer="/usage", change="removed", recorded={"total_tokens": 7}),
        ),
    )
    wrong = ExpectationResult(
        label="text_contains: sun", status="failed", message="'sun' is not in the text: Hello"
    )
    low = OutputScore(label="similar: Hello", value=0.25, explanation="1 of 4 words", threshold=0.8)
    missing = _scenario("is-not-recorded", 40, seconds=0.01).model_copy(
        update={
            "error": "cassettes/grok/is-not-recorded.yaml has no answer for POST https://api.x.ai\n"
            "  to record it: toolreel run --record-mode all --upstream simulate",
            "error_kind": "cassette",
        }
    )
    noted = _scenario("greets", 3, _step(HELD), seconds=0.5)
    return RunResult(
        scenarios=(
            noted.model_copy(update={"notes": ("the cassette has one interaction more",)}),
            _scenario("differs", 12, _step(HELD, differs), seconds=0.25),
            _scenario("scores-low", 21, _step(HELD, scores=(low,)), seconds=0.125),
            _scenario("known-to-fail", 30, _step(wrong), seconds=0.0625),
            missing,
        ),
        baseline=BaselineOutcome(
            file="known.json",
            known=("grok/known-to-fail step 1: text_contains: sun",),
            mended=("grok/greets step 1: plane: result",),
        ),
        seconds=1.0,
    )


def audit_result() -> AuditResult:
    """Return an audit: two defects, one of them known, one remark, one gap, one rule that holds."""
    source = "MCP 2025-11-25, server/tools"
    return AuditResult(
        target="grok",
        seed=0,
        findings=(
            AuditFinding(
                rule="validation.coerced",
                severity="medium",
                tool="create_completion",
                pointer="/temperature",
                message="the text '0.5' was taken for a number",
                source=source,
                repair="refuse it, or publish the types that you accept",
                reproduce="toolreel audit grok --seed 0 --probe invalid/create_completion/7",
                evidence={"request": {"temperature": "0.5"}, "answer": {"plane": "result"}},
                count=3,
            ),
            AuditFinding(
                rule="errors.status-lost",
                severity="medium",
                tool="create_completion",
                message="429 is not in the text",
                source=source,
                repair="put the status into the error text",
                reproduce="toolreel audit grok --seed 0 --probe errors/create_completion/2",
            ),
            AuditFinding(
                rule="validation.json-rpc",
                severity="info",
                tool="create_completion",
                message="invalid arguments are told as a JSON-RPC error",
                source="SEP-1303",
                repair="return a result with isError",
                reproduce="toolreel audit grok --seed 0 --probe invalid/create_completion/1",
            ),
        ),
        coverage=(
            CoveredPlace(
                tool="create_completion",
                keyword="maximum",
                pointer="/properties/temperature/maximum",
                accepted=True,
                rejected=True,
            ),
        ),
        not_tested=(
            NotTested(
                tool="create_completion",
                what="streaming",
                reason="its ordinary call asked no provider that the audit knows",
            ),
        ),
        rules=(
            AuditRule(
                id="definitions.name-illegal",
                is_judged=True,
                title="a tool name has forbidden characters or length",
                severity="medium",
                source="SEP-986: tool names",
            ),
            AuditRule(
                id="validation.coerced",
                is_judged=True,
                title="a value of the wrong type is silently converted",
                severity="medium",
                source=source,
            ),
            AuditRule(
                id="streaming.broken",
                is_judged=False,
                title="stream: true neither works nor is refused",
                severity="high",
                source="the providers' API references",
            ),
        ),
        baseline=BaselineOutcome(
            file="known.json", known=("errors.status-lost@create_completion",)
        ),
        totals={
            "calls": 42,
            "phases": {"first": 1, "invalid": 41},
            "findings": {"high": 0, "medium": 2, "low": 0, "info": 1},
            "restarts": 0,
            "seconds": 2.5,
        },
    )


def _dimension(score: int) -> DimensionScore:
    if score == 5:
        return DimensionScore(score=5)
    return DimensionScore(
        score=score,
        rules=(
            FiredRule(
                id="purpose.verb",
                effect=f"={score}",
                message="says what it does",
                span=Span(start=0, end=6, text="Create"),
            ),
        ),
        advice=("Say what sets it apart.", "Name the nearest tool."),
    )


def _tool(name: str, score: int, tdqs: float, tier: Tier, *findings: Finding) -> DescriptionScore:
    names = (
        "purpose", "usage_guidelines", "behavior", "parameters", "conciseness", "completeness",
    )  # fmt: skip
    scores = dict.fromkeys(names, 5) | {"usage_guidelines": score}
    return DescriptionScore(
        name=name,
        dimensions={key: _dimension(value) for key, value in scores.items()},
        tdqs=tdqs,
        tier=tier,
        smells=("usage_guidelines",) if score < 3 else (),
        findings=findings,
        tokens=120,
        signals=DescriptionSignals(
            parameters=2,
            required=1,
            coverage=100,
            strict_coverage=100,
            is_annotated=True,
            has_output_schema=False,
        ),
    )


def score_result() -> DescriptionScores:
    """Return scores: one tool is good, one is under the limit and poisoned."""
    poison = Finding(
        rule="description.instructs-model",
        severity="high",
        message="gives the model instructions that are not about this tool",
        pointer="/description",
        source="OWASP MCP03",
        repair="take the sentence out",
    )
    return DescriptionScores(
        rubric="TDQS 1.2",
        server=ServerDescriptionScore(
            name="grok",
            tools=2,
            tdqs=3.4,
            tier="B",
            quality=3.1,
            coherence=4.0,
            mean=3.6,
            minimum=2.4,
            coherence_dimensions={"disambiguation": CoherenceScore(score=5, reason="0 of 2 close")},
            shadow_candidates=(ShadowCandidate(tool="create_chat_completion", cheaper="complete"),),
            tokens=240,
        ),
        tools=(
            _tool("create_chat_completion", 4, 4.8, "A"),
            _tool("complete", 1, 2.4, "C", poison),
        ),
        fail_under=3.0,
    )


def comparison_result() -> Comparison:
    """Return a comparison that breaks: one tool takes less, one only reads better."""
    lost = Witness(
        value={"model": "grok-3"},
        accepted_by="baseline",
        reason="'messages' is a required property",
    )
    moved = DescriptionChange(
        tdqs_before=3.0,
        tdqs_after=3.6,
        tier_before="B",
        tier_after="A",
        tokens_before=100,
        tokens_after=130,
        dimensions={"purpose": DimensionChange(before=3, after=5, gained=("says what it does",))},
    )
    reason = "create_chat_completion refuses arguments that it took"
    return Comparison(
        baseline="before.json",
        candidate="after.json",
        verdict="breaking",
        reasons=(reason,),
        tools=(
            ToolComparison(
                name="create_chat_completion",
                input_change=SchemaChange(relation="breaking", lost=lost),
                verdict="breaking",
                reasons=(reason,),
            ),
            ToolComparison(name="complete", description=moved),
        ),
        tools_compared=3,
        selection=SelectionComparison(
            selector="lexical",
            cases=4,
            baseline_accuracy=0.5,
            candidate_accuracy=0.25,
            baseline_forbidden=0,
            candidate_forbidden=1,
            only_baseline_right=1,
            only_candidate_right=0,
            p_value=1.0,
            conclusion="no difference shown",
            changes=(
                CaseChange(
                    request="finish my sentence",
                    expected=("complete",),
                    kind="now wrong",
                    before="complete",
                    after="create_chat_completion",
                    is_forbidden=True,
                ),
            ),
        ),
    )


def leaderboard_result() -> Leaderboard:
    """Return a table of two servers, one of them not tested."""
    cells = {"description": LeaderboardCell(score=0.7, detail="3.5 A", broken=("errors.hangs",))}
    nothing = {"description": LeaderboardCell(score=None, detail="–")}
    return Leaderboard(
        columns=("description",),
        rows=(
            LeaderboardRow(side="grok", tool="complete", cells=cells, mean=0.7),
            LeaderboardRow(side="gateway", tool="chat", cells=nothing, mean=None),
        ),
        notes=("–: not tested",),
    )


def results() -> dict[ReportKind, StoredResult]:
    """Return all of them by kind."""
    return {
        "run": run_result(),
        "audit": audit_result(),
        "score": score_result(),
        "comparison": comparison_result(),
        "leaderboard": leaderboard_result(),
    }
