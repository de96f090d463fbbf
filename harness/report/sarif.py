"""Reports as SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from urllib.parse import quote

from sarif_pydantic import (
    ArtifactLocation,
    Invocation,
    Level,
    Location,
    LogicalLocation,
    Message,
    PhysicalLocation,
    Region,
    ReportingDescriptor,
    Result,
    Run,
    Sarif,
    Tool,
    ToolDriver,
)
from sarif_pydantic.sarif import Notification

from harness.records.finding import Severity
from harness.records.report import Check, CheckStatus, Report
from harness.report.printable import printable, shortened

SCHEMA = "https://json.schemastore.org/sarif-2.1.0-rtm.5.json"
_LEVELS: dict[Severity, Level] = {
    "high": Level.ERROR,
    "medium": Level.WARNING,
    "low": Level.NOTE,
    "info": Level.NOTE,
}
_RESULTS: dict[CheckStatus, str] = {"failed": "fail", "error": "open"}
"""Statuses that become results, and their kind (§3.27.9; `open`: the tool could not decide).

What passed is no result: GitHub shows every result as an alert, whatever its kind. What is only
told, or was not tested, becomes a notification about the run (§3.20.21)."""
_TOLD: tuple[CheckStatus, ...] = ("noted", "not_tested")
_SHOWN = 20_000
FINGERPRINT = "toolreelCheck/v1"
"""The check's rule, group and id, hashed: the same result in the next run, wherever its line is."""


def render_sarif(reports: Sequence[Report]) -> str:
    """Return one log with a run for each report."""
    log = Sarif(schema_uri=SCHEMA, runs=[_run(report) for report in reports])
    return log.model_dump_json(by_alias=True, exclude_none=True, indent=2) + "\n"


def _run(report: Report) -> Run:
    rules = _rules(report)
    index = {rule.id: at for at, rule in enumerate(rules)}
    driver = ToolDriver(
        name="toolreel",
        semantic_version=importlib.metadata.version("toolreel"),
        rules=rules,
    )
    told = [_notification(check) for check in report.checks if check.status in _TOLD]
    is_judged = all(check.status != "error" for check in report.checks)
    invocation = {"executionSuccessful": is_judged, "toolExecutionNotifications": told}
    return Run(
        tool=Tool(driver=driver),
        invocations=[Invocation.model_validate(invocation)],
        results=[
            _result(check, index[printable(check.rule)])
            for check in report.checks
            if check.status in _RESULTS
        ],
        properties={"kind": report.kind, "headline": printable(shortened(report.headline, _SHOWN))},
    )


def _rules(report: Report) -> list[ReportingDescriptor]:
    texts = {printable(rule.id): printable(rule.text) for rule in report.rules}
    repairs = {printable(check.rule): printable(check.repair) for check in reversed(report.checks)}
    named = dict.fromkeys(printable(check.rule) for check in report.checks)
    return [
        ReportingDescriptor(
            id=name,
            short_description=Message(text=texts.get(name) or name),
            help=Message(text="\n".join(filter(None, (texts.get(name), repairs[name]))) or name),
        )
        for name in named
    ]


def _result(check: Check, rule_index: int) -> Result:
    return Result(
        rule_id=printable(check.rule),
        rule_index=rule_index,
        kind=_RESULTS[check.status],
        level=_LEVELS[check.severity] if check.status == "failed" else Level.NONE,
        message=Message(text=shortened("\n".join(_message(check)), _SHOWN)),
        locations=[_location(check)],
        partial_fingerprints={FINGERPRINT: _fingerprint(check)},
    )


def _message(check: Check) -> Iterator[str]:
    yield printable(check.message) or printable(check.id)
    yield from map(printable, check.details)
    if check.reproduce:
        yield f"again: {printable(check.reproduce)}"


def _notification(check: Check) -> Notification:
    text = f"{check.status.replace('_', ' ')}: {printable(check.id)}: {printable(check.message)}"
    return Notification(level=Level.NOTE, message=Message(text=shortened(text, _SHOWN)))


def _location(check: Check) -> Location:
    """Return the file and line; code scanning refuses a result without, so a target stands in."""
    logical = LogicalLocation(
        name=printable(check.name),
        fully_qualified_name=printable(f"{check.group}/{check.name}{check.pointer}"),
        kind="member",
    )
    artifact = ArtifactLocation(uri=_path(check.file or check.group or "target"))
    if not check.file:
        artifact.description = Message(text="a target, which is no file")
    place = PhysicalLocation(artifact_location=artifact, region=Region(start_line=check.line or 1))
    return Location(physical_location=place, logical_locations=[logical])


def _path(text: str) -> str:
    return quote(PurePath(text).as_posix().encode("utf-8", errors="backslashreplace"))


def _fingerprint(check: Check) -> str:
    named = f"{check.rule}\n{check.group}\n{check.id}".encode("utf-8", errors="backslashreplace")
    return hashlib.sha256(named).hexdigest()
