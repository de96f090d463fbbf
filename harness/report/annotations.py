"""Reports as GitHub workflow commands: a mark at the line of each scenario that does not pass.

The form is GitHub's: `::error file=…,line=…,title=…::message`, with `%`, line ends and, in
properties, `:` and `,` written as percent codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.records.finding import Severity
from harness.records.report import Check, Report
from harness.report.printable import printable, shortened

_COMMANDS: dict[Severity, str] = {
    "high": "error",
    "medium": "error",
    "low": "warning",
    "info": "notice",
}
_SHOWN = 4_000
"""Characters of a message; GitHub cuts what is longer."""
_LINES_OF_DETAILS = 20


def render_annotations(reports: Sequence[Report]) -> str:
    """Return one command a line for each check that failed or could not be judged."""
    lines = [line for report in reports for line in _lines(report)]
    return "".join(f"{line}\n" for line in lines)


def _lines(report: Report) -> Iterator[str]:
    for check in report.checks:
        if check.status in ("failed", "error"):
            yield f"::{_COMMANDS[check.severity]} {_properties(check)}::{_message(check)}"


def _properties(check: Check) -> str:
    found = {"file": check.file, "line": str(check.line or ""), "title": check.id}
    return ",".join(
        f"{name}={_property(shortened(value, 500))}" for name, value in found.items() if value
    )


def _message(check: Check) -> str:
    lines = [check.message or check.rule, *check.details[:_LINES_OF_DETAILS]]
    left = len(check.details) - _LINES_OF_DETAILS
    lines += [f"… {left} lines more"] if left > 0 else []
    lines += [f"repair: {check.repair}"] if check.repair else []
    text = shortened("\n".join(printable(shortened(line, _SHOWN)) for line in lines), _SHOWN)
    again = f"\nagain: {printable(shortened(check.reproduce, 1_000))}" if check.reproduce else ""
    return _data(text + again)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
