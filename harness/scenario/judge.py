"""Judging a call by any expectation: pure, from the record alone, so a stored call does as well."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from harness.records.call import ToolCall
from harness.records.results import ExpectationResult
from harness.scenario.expectation import KINDS, Expectation
from harness.scenario.judge_document import judge_pointer, judge_schema, judge_subset
from harness.scenario.judge_text import (
    judge_code,
    judge_contains,
    judge_lacks,
    judge_matches,
    judge_no_secrets,
    judge_plane,
    judge_progress,
)
from harness.scenario.judge_upstream import judge_request, judge_upstream_calls
from harness.scenario.verdict import Verdict

LABEL_LENGTH = 72

JUDGES: dict[str, Callable[[Any, ToolCall], Verdict]] = {
    "plane": judge_plane,
    "code": judge_code,
    "text_contains": judge_contains,
    "text_lacks": judge_lacks,
    "text_matches": judge_matches,
    "pointer": judge_pointer,
    "subset": judge_subset,
    "json_schema": judge_schema,
    "upstream_request": judge_request,
    "upstream_calls": judge_upstream_calls,
    "progress": judge_progress,
    "no_secrets": judge_no_secrets,
}
"""The key that names an expectation → the function that judges it; as complete as `KINDS`."""

_NAMES = {kind: name for name, kind in KINDS.items()}


def judge(expectation: Expectation, call: ToolCall) -> ExpectationResult:
    """Return whether `expectation` holds for `call`, and if not, why."""
    verdict = JUDGES[_NAMES[type(expectation)]](expectation, call)
    return ExpectationResult(
        label=label(expectation),
        status="passed" if verdict.held else "failed",
        message=verdict.message,
        weight=expectation.weight,
        differences=verdict.differences,
    )


def label(expectation: Expectation) -> str:
    """Return the expectation as one short line: what was written, without the weight."""
    written = expectation.model_dump(by_alias=True, exclude_unset=True, exclude={"weight"})
    parts = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in written.items()]
    text = ", ".join(parts)
    return text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1]}…"
