"""Results and reports for the page's tests."""

from __future__ import annotations

from harness.records.call import ArgumentsOrigin, Difference, Log, Miss, Outcome, Progress, ToolCall
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.records.output_score import OutputScore
from harness.records.report import Badge, Check, Report, ReportKind, ReportTable
from harness.records.results import ExpectationResult, RunResult, ScenarioResult, StepResult


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
        body=f'{{"prompt": "{text}"}}'.encode(),
    )


def interaction(text: str = "words") -> Interaction:
    pieces = [f"data: {text} {number}\n\n".encode() for number in range(3)]
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
