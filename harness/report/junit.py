"""Reports as JUnit XML, as Jenkins reads it (schema `junit-10.xsd` of its xUnit plugin)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from junitparser.junitparser import FinalResult

from harness.records.report import Check, Report
from harness.report.check_counts import WORDS
from harness.report.printable import printable


def render_junit(reports: Sequence[Report]) -> str:
    """Return one XML document: a suite for each target or server, a case for each check."""
    document = JUnitXml("toolreel")
    for report in reports:
        groups: dict[str, list[Check]] = defaultdict(list)
        for check in report.checks:
            groups[check.group].append(check)
        for group, checks in groups.items():
            document.add_testsuite(_suite(f"{report.kind} {printable(group)}", checks))
    document.update_statistics()
    document._elem.attrib.pop("skipped", None)  # the schema has no place for it at the top
    text = document.tostring().decode("utf-8")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{text}\n"


def _suite(name: str, checks: Sequence[Check]) -> TestSuite:
    suite = TestSuite(name)
    for check in checks:
        suite.append(_case(check))
    suite.update_statistics()
    return suite


def _case(check: Check) -> TestCase:
    case = TestCase(printable(check.id), printable(check.group), round(check.seconds, 3))
    result = _result(check)
    if result is not None:
        case.result = result
    elif check.message or check.details:
        case.system_out = _text(check)
    return case


def _result(check: Check) -> FinalResult | None:
    message = printable(check.message)
    match check.status:
        case "failed":
            result: FinalResult = Failure(message, printable(check.rule))
        case "error":
            result = Error(message, printable(check.rule))
        case "noted" | "not_tested":
            # Neither passed nor failed: a known failure must not be shown green.
            result = Skipped(f"{WORDS[check.status]}: {message}", printable(check.rule))
        case "passed":
            return None
    result.text = _text(check)
    return result


def _text(check: Check) -> str:
    """Return everything that a reader needs: what, where, what differs, how to see it again."""
    place = f"{check.file}:{check.line}" if check.line is not None else check.file
    lines = [
        *([check.message] if check.message else []),
        *check.details,
        *([f"at: {place}"] if place else []),
        *([f"in: {check.pointer}"] if check.pointer else []),
        *([f"source: {check.source}"] if check.source else []),
        *([f"repair: {check.repair}"] if check.repair else []),
        *([f"again: {check.reproduce}"] if check.reproduce else []),
    ]
    return "\n".join(map(printable, lines))
