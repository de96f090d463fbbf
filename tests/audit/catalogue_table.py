"""Which rules each defect of the catalogue breaks, and which phases show it.

The servers know nothing of the rules, so the table stands here.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.audit.catalogue_areas import AREAS

JUDGING = ("valid", "boundary", "invalid")
AREA_PHASES: dict[str, tuple[str, ...]] = {
    "definitions": ("definitions",),
    "validation": JUDGING,
    "mapping": ("mapping",),
    "errors": ("errors",),
    "output": ("outputs",),
    "streaming": ("streaming",),
    "protocol": ("protocol",),
}
"""The phases that are run for a defect of an area."""


class Row(NamedTuple):
    """What one defect must raise, no more and no less."""

    rules: frozenset[str]
    phases: tuple[str, ...]
    needs_process: bool = False
    """Whether it shows over stdio only."""


def _row(name: str, *rules: str, phases: tuple[str, ...] = (), process: bool = False) -> Row:
    return Row(frozenset(rules), phases or AREA_PHASES[name.partition("-")[0]], process)


EXPECTED: dict[str, Row] = {
    **{
        f"{area}-{name}": _row(area, *(f"{area}.{rule}" for rule in rules.split()))
        for area, rows in AREAS.items()
        for name, rules in rows.items()
    },
    "errors-stack-in-refusal": _row("errors", "errors.internals-leaked", phases=("invalid",)),
    "errors-path-in-refusal": _row("errors", "errors.internals-leaked", phases=("invalid",)),
    "mapping-refusals-sent-again": _row("mapping", "mapping.repeated-request", phases=("errors",)),
    "definitions-hint-as-text": _row("definitions", "definitions.fields-invalid", process=True),
    "definitions-hint-as-number": _row("definitions", "definitions.fields-invalid", process=True),
    "definitions-title-null": _row("definitions", "definitions.fields-invalid", process=True),
    "definitions-title-as-number": _row("definitions", "definitions.fields-invalid", process=True),
    "definitions-schema-without-type": _row(
        "definitions", "definitions.schema-invalid", process=True
    ),
    "protocol-banner-on-stdout": _row("protocol", "protocol.stdout-noise", process=True),
    "protocol-noise-on-stdout": _row("protocol", "protocol.stdout-noise", process=True),
    "protocol-text-id-numbered": _row("protocol", "protocol.id-changed", process=True),
    "protocol-number-id-as-text": _row("protocol", "protocol.id-changed", process=True),
    "protocol-any-method": _row("protocol", "protocol.unknown-method-accepted", process=True),
    "protocol-ping-dropped": _row("protocol", "protocol.ping-unanswered", process=True),
    "protocol-all-cancelled": _row("protocol", "protocol.cancellation-broken", process=True),
    "protocol-ends-when-cancelled": _row("protocol", "protocol.cancellation-broken", process=True),
    "protocol-opening-answered": _row("protocol", "protocol.notification-answered", process=True),
    "protocol-notification-refused": _row(
        "protocol", "protocol.notification-answered", process=True
    ),
    "protocol-progress-stays": _row("protocol", "protocol.progress-wrong", process=True),
    "protocol-progress-unasked": _row("protocol", "protocol.progress-wrong", process=True),
    "protocol-version-echoed": _row("protocol", "protocol.version-echoed", process=True),
    "protocol-bad-line-exits": _row("protocol", "protocol.bad-arguments-crash", process=True),
    "protocol-process-stays": _row("protocol", "protocol.shutdown-unclean", process=True),
}
"""Name of the defect → its row."""

STYLE_PHASES: dict[str, tuple[str, ...]] = {
    "annotated": ("definitions",),
    "errors-as-json-rpc": ("invalid", "errors"),
    "streams-refused": ("valid", "streaming"),
    "no-stream-argument": ("outputs", "streaming"),
    "text-only": ("outputs",),
    "structured": ("outputs",),
    "terse": ("invalid", "errors"),
    "open-passing-on": ("invalid",),
    "open-ignoring": ("invalid", "mapping"),
    "own-defaults": ("mapping",),
    "renamed-parameters": ("valid", "mapping"),
    "own-retries": ("errors",),
    "streams-inside": ("outputs", "errors"),
    "own-envelope": ("outputs",),
    "schema-with-references": ("definitions", "invalid"),
    "keys-stripped": ("invalid",),
    "two-tools": ("outputs",),
    "openai-client": ("mapping", "outputs", "errors"),
    "anthropic-client": ("mapping", "outputs"),
    "messages-text": ("outputs",),
    "reviewing": ("valid", "mapping", "outputs"),
    "one-at-a-time": ("protocol",),
    "cancellations-ignored": ("protocol",),
}
"""Style → the phases in which it differs from the reference, for the short form; all for others."""

DISCOURAGED: dict[str, frozenset[str]] = {
    "errors-as-json-rpc": frozenset({"validation.json-rpc", "errors.json-rpc"}),
    "one-at-a-time": frozenset({"protocol.one-at-a-time"}),
    "cancellations-ignored": frozenset({"protocol.cancelled-answered"}),
    "keys-stripped": frozenset({"validation.unknown-stripped"}),
    "decorated": frozenset({"errors.page-passed-on", "errors.secret-passed-on"}),
    "openai-client": frozenset(
        {"errors.page-passed-on", "errors.secret-passed-on", "errors.outlasts"}
    ),
}
"""Styles that are merely discouraged, or as the official clients make them → the rules of severity
`info` that say so."""

PROCESS_STYLES = frozenset({"cancellations-ignored"})
"""Styles that show over stdio only."""


def one_for_each_rule() -> list[str]:
    """Return the first defect of each rule that shows in process, in the order of the table."""
    seen: set[str] = set()
    found = []
    for name, row in EXPECTED.items():
        if not row.needs_process and row.rules - seen:
            found.append(name)
            seen |= row.rules
    return found
