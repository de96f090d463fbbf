"""Which rules each defect of the catalogue breaks, and which phases show it.

The servers know nothing of the rules, so the table stands here.
"""

from __future__ import annotations

from typing import NamedTuple

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


def _rows(area: str, rows: dict[str, str]) -> dict[str, Row]:
    """Return rows of defects that break rules of their own area, named without it."""
    return {
        f"{area}-{name}": _row(area, *(f"{area}.{rule}" for rule in rules.split()))
        for name, rules in rows.items()
    }


EXPECTED: dict[str, Row] = {
    **_rows(
        "definitions",
        {
            "unknown-type": "schema-invalid",
            "bound-as-text": "schema-invalid",
            "pattern-broken": "schema-invalid",
            "required-forbidden": "schema-unsatisfiable",
            "bounds-crossed": "schema-unsatisfiable",
            "same-name": "name-duplicate",
            "name-with-blank": "name-illegal",
            "name-too-long": "name-illegal",
            "default-beyond": "default-invalid",
            "tool-unknown": "tool-missing",
            "tool-fails-inside": "tool-missing",
            "closed-world": "annotations-contradict",
            "read-only-destructive": "annotations-contradict",
        },
    ),
    **_rows(
        "validation",
        {
            "bound-excluded": "valid-rejected",
            "enum-member-refused": "valid-rejected",
            "stop-list-refused": "valid-rejected",
            "parts-refused": "valid-rejected",
            "empty-text-refused": "valid-rejected",
            "choices-refused": "valid-rejected",
            "range-open": "invalid-accepted",
            "role-open": "invalid-accepted",
            "type-open": "invalid-accepted",
            "items-open": "invalid-accepted",
            "length-open": "invalid-accepted",
            "pattern-open": "invalid-accepted",
            "content-optional": "invalid-accepted",
            "unknown-passed": "invalid-accepted",
            "nothing-checked": "invalid-accepted",
            "number-from-text": "coerced",
            "fraction-cut": "coerced",
            "truth-from-text": "coerced",
            "null-dropped": "coerced",
            "unknown-dropped": "unknown-dropped",
            "unknown-dropped-inside": "unknown-dropped",
            "judged-late": "rejected-late",
            "refused-as-success": "rejected-as-success",
            "refused-without-name": "unnamed",
            "refused-by-tool-name": "unnamed",
            "missing-crashes": "crash",
            "type-crashes": "crash",
            "refusal-never-comes": "crash",
        },
    ),
    **_rows(
        "mapping",
        {
            "temperature-dropped": "argument-dropped",
            "stop-dropped": "argument-dropped",
            "seed-dropped": "argument-dropped",
            "tools-dropped": "argument-dropped",
            "response-format-dropped": "argument-dropped",
            "user-and-metadata-dropped": "argument-dropped",
            "zero-dropped": "argument-dropped",
            "author-name-dropped": "argument-changed",
            "tool-call-id-dropped": "argument-changed",
            "asked-tool-calls-dropped": "argument-changed",
            "temperature-clamped": "argument-changed",
            "top-p-rounded": "argument-changed",
            "seed-through-float": "argument-changed",
            "stop-first-only": "argument-changed",
            "stop-as-list-sorted": "argument-changed",
            "text-trimmed": "argument-changed",
            "text-ascii": "argument-changed",
            "text-cut": "argument-changed",
            "text-filled-in": "argument-changed",
            "text-unescaped": "argument-changed",
            "text-as-number": "argument-changed",
            "text-null-lost": "argument-changed",
            "parts-flattened": "argument-changed",
            "system-merged": "argument-changed",
            "order-reversed": "argument-changed",
            "history-cut": "argument-changed",
            "role-rewritten": "argument-changed",
            "model-lowercase": "argument-changed",
            "temperature-invented": "invented",
            "limit-invented": "invented",
            "storage-invented": "invented",
            "user-invented": "invented",
            "system-invented": "invented",
            "asked-twice": "repeated-request",
            "key-without-scheme": "request-refused",
            "key-in-wrong-header": "request-refused",
            "key-unsent": "request-refused",
            "label-wrong": "request-refused",
            "key-in-url": "credential-misplaced",
            "key-in-body": "credential-misplaced",
            "key-in-other-header": "credential-misplaced",
        },
    ),
    **_rows(
        "errors",
        {
            "all-as-success": "failure-as-success",
            "limits-as-success": "failure-as-success",
            "network-as-success": "failure-as-success",
            "timeout-as-empty-answer": "failure-as-success",
            "in-200-as-success": "failure-as-success",
            "any-status-as-success": "failure-as-success",
            "page-as-answer": "failure-as-success",
            "any-json-as-empty-answer": "failure-as-success",
            "no-choices-as-success": "failure-as-success",
            "status-lost": "status-lost",
            "message-lost": "message-lost",
            "wait-lost": "retry-lost",
            "told-alike": "status-lost message-lost retry-lost retryable-unclear network-unclear",
            "network-as-provider": "network-unclear",
            "network-untold": "network-unclear",
            "key-leaked": "secret-leaked",
            "headers-leaked": "secret-leaked",
            "key-cut-and-leaked": "secret-leaked",
            "stack-leaked": "internals-leaked",
            "path-leaked": "internals-leaked",
            "no-time-limit": "hangs",
            "retries-never-end": "hangs",
            "given-up": "not-serving",
            "breaker-stays-open": "not-serving",
        },
    ),
    **_rows(
        "output",
        {
            "null-content-fails": "valid-failed",
            "empty-content-fails": "valid-failed",
            "unknown-reason-fails": "valid-failed",
            "text-trimmed": "text-changed",
            "text-cut": "text-changed",
            "text-escaped": "text-changed",
            "text-ascii": "text-changed",
            "fences-removed": "text-changed",
            "tool-calls-lost": "tool-calls-lost",
            "second-tool-call-lost": "tool-calls-lost",
            "tool-arguments-lost": "tool-calls-lost",
            "choices-lost": "choices-lost",
            "only-first-text": "tool-calls-lost choices-lost",
            "usage-recounted": "field-changed",
            "finish-reason-rewritten": "field-changed",
            "reasoning-lost": "field-changed",
            "cached-count-lost": "field-changed",
            "reasoning-count-lost": "field-changed",
            "alias-echoed": "field-changed",
            "whole-numbers-as-floats": "number-changed",
            "small-numbers-rounded": "number-changed",
            "structure-incomplete": "schema-broken",
            "structure-missing": "schema-broken",
            "structure-differs": "structured-disagrees",
            "cut-answer-as-error": "is-error-wrong",
            "always-error": "is-error-wrong",
            "chunks-decoded-apart": "text-changed",
            "charset-unknown": "valid-failed",
            "coding-unread": "valid-failed",
            "first-block-only": "text-changed",
            "last-block-only": "text-changed",
            "blocks-reversed": "text-changed",
            "last-choice-told": "text-changed",
            "last-reason-told": "field-changed",
            "reason-member-rewritten": "field-changed",
            "reason-told-in-prose": "field-changed",
        },
    ),
    **_rows(
        "streaming",
        {
            "unread": "broken",
            "raw-events": "broken",
            "backwards": "differs",
            "first-delta-lost": "differs",
            "first-usage-kept": "differs",
            "call-numbers-rounded": "differs",
            "first-choice-only": "differs",
            "blanks-lost": "differs",
            "tool-calls-lost": "differs",
            "cut-as-success": "cut-as-success",
            "error-event-as-success": "cut-as-success",
            "end-unseen": "cut-as-success",
            "broken-event-skipped": "cut-as-success",
            "finish-lost": "differs",
            "any-break-as-success": "cut-as-success",
            "chunks-decoded-apart": "differs",
            "lines-cut-at-chunks": "broken",
            "chunk-taken-for-event": "broken",
            "blank-wanted": "broken",
            "line-feeds-only": "broken",
            "ids-unknown": "broken",
            "comment-taken-for-data": "broken",
            "coding-unread": "broken",
            "ignored": "ignored",
        },
    ),
    **_rows(
        "protocol",
        {
            "any-tool": "unknown-tool-accepted",
            "exit-without-arguments": "bad-arguments-crash",
            "silent-without-arguments": "bad-arguments-crash",
            "handshake-refused": "era-refused",
            "modern-refused": "era-refused",
            "request-shared": "concurrent-mixed",
            "answer-shared": "concurrent-mixed",
            "turn-kept-after-cancel": "cancellation-broken",
            "answer-numbered": "not-deterministic",
            "answer-signed": "not-deterministic",
            "definitions-counted": "not-deterministic",
            "conversation-kept": "state-kept",
            "options-kept": "state-kept",
            "answer-kept": "state-kept",
            "huge-input-exits": "huge-input",
            "huge-input-stalls": "huge-input",
        },
    ),
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
}
"""Style → the phases in which it differs from the reference, for the short form; all for others."""

DISCOURAGED: dict[str, frozenset[str]] = {
    "errors-as-json-rpc": frozenset({"validation.json-rpc", "errors.json-rpc"}),
    "keys-stripped": frozenset({"validation.unknown-stripped"}),
    "decorated": frozenset({"errors.page-passed-on", "errors.secret-passed-on"}),
    "openai-client": frozenset(
        {"errors.page-passed-on", "errors.secret-passed-on", "errors.outlasts"}
    ),
}
"""Styles that are merely discouraged, or as the official clients make them → the rules of severity
`info` that say so."""


def one_for_each_rule() -> list[str]:
    """Return the first defect of each rule that shows in process, in the order of the table."""
    seen: set[str] = set()
    found = []
    for name, row in EXPECTED.items():
        if not row.needs_process and row.rules - seen:
            found.append(name)
            seen |= row.rules
    return found
