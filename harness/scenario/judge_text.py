"""Judging what the caller sees: the plane, the text, progress, and secrets in any of it."""

from __future__ import annotations

import itertools
import json
import re

from harness.cassette.redact import KEY_SHAPE, PLACEHOLDER
from harness.records.call import ToolCall
from harness.scenario.document import document_of
from harness.scenario.expectation import (
    CodeExpected,
    NoSecrets,
    PlaneExpected,
    ProgressSent,
    ProgressShape,
    TextContains,
    TextLacks,
    TextMatches,
)
from harness.scenario.verdict import HELD, Verdict, broken, excerpt


def judge_plane(expected: PlaneExpected, call: ToolCall) -> Verdict:
    """The outcome is on an expected plane."""
    planes = expected.plane if isinstance(expected.plane, list) else [expected.plane]
    actual = call.outcome.plane
    if actual in planes:
        return HELD
    return broken(f"plane is {actual}, not {' or '.join(planes)}: {excerpt(call.outcome.text)}")


def judge_code(expected: CodeExpected, call: ToolCall) -> Verdict:
    """The JSON-RPC error has the expected code."""
    if call.outcome.code == expected.code:
        return HELD
    return broken(f"code is {call.outcome.code}, not {expected.code} (plane {call.outcome.plane})")


def judge_contains(expected: TextContains, call: ToolCall) -> Verdict:
    """Every expected text is in the text."""
    missing = [part for part in _each(expected.text_contains) if part not in call.outcome.text]
    if not missing:
        return HELD
    return broken(f"{missing[0]!r} is not in the text: {excerpt(call.outcome.text)}")


def judge_lacks(expected: TextLacks, call: ToolCall) -> Verdict:
    """No unwanted text is in the text."""
    present = [part for part in _each(expected.text_lacks) if part in call.outcome.text]
    if not present:
        return HELD
    return broken(f"{present[0]!r} is in the text: {excerpt(call.outcome.text)}")


def judge_matches(expected: TextMatches, call: ToolCall) -> Verdict:
    """The text matches the expected regular expression."""
    if re.search(expected.text_matches, call.outcome.text):
        return HELD
    return broken(f"/{expected.text_matches}/ does not match: {excerpt(call.outcome.text)}")


def judge_progress(expected: ProgressSent, call: ToolCall) -> Verdict:
    """The progress notifications are as many as expected, and each is further than the last.

    MCP 2025-11-25 and 2026-07-28, progress: the value must increase with each notification.
    """
    wanted = expected.progress
    shape = ProgressShape(count=wanted) if isinstance(wanted, int) else wanted
    values = [item.progress for item in call.progress]
    if any(after <= before for before, after in itertools.pairwise(values)):
        return broken(f"progress does not increase with each notification: {values}")
    wrong = _wrong_count(shape, len(values)) or _wrong_text(shape, call)
    return broken(wrong) if wrong else HELD


def _wrong_count(shape: ProgressShape, count: int) -> str | None:
    for wanted, is_wrong, relation in (
        (shape.count, shape.count != count, "not"),
        (shape.min, count < (shape.min or 0), "fewer than"),
        (shape.max, count > (shape.max or 0), "more than"),
    ):
        if wanted is not None and is_wrong:
            return f"{count} progress notifications, {relation} {wanted}"
    return None


def _wrong_text(shape: ProgressShape, call: ToolCall) -> str | None:
    joined = "".join(item.message or "" for item in call.progress)
    wanted = shape.joined
    if shape.joined_at is not None:
        found = document_of(call, "document", shape.joined_at)
        if isinstance(found, Verdict):
            return found.message
        wanted = str(found.value)
    if wanted is None or joined == wanted:
        return None
    return f"progress messages give {excerpt(joined)!r}, not {excerpt(wanted)!r}"


def judge_no_secrets(_: NoSecrets, call: ToolCall) -> Verdict:
    """No output holds a secret: not the answer, not a notification.

    The record was redacted when it was made, so a leak of a known secret shows as its placeholder.
    """
    outputs = {
        "the answer": call.outcome.model_dump(),
        "a progress notification": [item.model_dump() for item in call.progress],
        "a log notification": [item.model_dump() for item in call.logs],
    }
    for name, output in outputs.items():
        text = json.dumps(output, ensure_ascii=False)
        leak = PLACEHOLDER.search(text) or KEY_SHAPE.search(text)
        if leak:
            return broken(f"{name} holds a secret: {leak[0][:40]}")
    return HELD


def _each(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]
