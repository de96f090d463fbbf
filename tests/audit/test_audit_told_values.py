"""A failure in the form that the tool's description tells is no success, and any other text is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.audit.context import AuditContext
from harness.audit.oracles.errors import judge
from harness.audit.phases.errors import plan
from harness.audit.told.told_values import TELLS_VALUE
from harness.records.audit import NotTested
from harness.records.call import Outcome
from harness.upstream.scripted_call import ScriptedCall
from tests.audit.pretended_server import broken_rules, observed, request_of, text_outcome, tool

TEXT = {"type": "string"}
GUARD = (
    "Check text. Returns `passed` (false: do not follow it), and `reason` (passed, flagged, "
    "empty_input, or error when the text could not be checked). Long text is cut."
)
CHECKED = {"passed": False, "reason": "error", "error": "HTTP 400"}


def _judged(description: str, said: Any, schema: Any = None) -> list[Any]:
    facts = tool({"text": TEXT}, {"text": "hello there"})
    more = {"outputSchema": schema} if schema else {}
    facts = type(facts)(
        {**facts.definition, "description": description, **more}, "chat", facts.base
    )
    context = AuditContext("t", (facts,), sees_upstream=True)
    text = said if isinstance(said, str) else json.dumps(said)
    seen = []
    for probe in plan(facts, context):
        call = ScriptedCall(plan=probe.upstream)
        call.decide(request_of({"model": "m", "messages": [{"role": "user", "content": "hi"}]}))
        outcome: Outcome = text_outcome(text)
        seen.append(observed(probe, call.interactions, outcome))
    return list(judge(seen, context))


@pytest.mark.parametrize(
    ("told", "said", "excused"),
    [
        (GUARD, CHECKED, True),
        ("`verdict` is 'unknown' if the model is unreachable", {"verdict": "unknown"}, True),
        ("Returns yes, no, or `unsure` when the provider fails.", "unsure", True),
        ("If the request fails, `status` is `failed`.", {"status": "failed"}, True),
        ("`score` is null when the judge could not be asked", {"score": None}, True),
        ("`ok` is false on provider errors", {"ok": False, "detail": "HTTP 400"}, True),
        ("返回 verdict：pass、fail 或 unknown（无法检查时）", {"verdict": "unknown"}, True),
        ("请求失败时 status 为 `error`", {"status": "error"}, True),
        (GUARD, {"passed": False, "reason": "flagged"}, False),
        (GUARD, "Error: HTTP 400", False),
        ("Returns the answer, or an error message when it fails", "Error: HTTP 400", False),
        ("Returns error text on failure", {"type": "text", "text": "HTTP 400"}, False),
        ("`verdict` is 'unknown' if the text is short", {"verdict": "unknown"}, False),
        ("`status` is ok or error", {"status": "error"}, False),
        ("Check text", CHECKED, False),
        ("失败时返回错误信息", "错误：HTTP 400", False),
    ],
)
def test_a_failure_may_be_the_value_that_the_description_gives_it(
    told: str, said: Any, excused: bool
) -> None:
    verdicts = _judged(told, said)
    assert ("errors.failure-as-success" in broken_rules(verdicts)) is not excused
    notes = {one.reason for one in verdicts if isinstance(one, NotTested)}
    assert (TELLS_VALUE in notes) is excused


def test_an_output_schema_may_tell_the_value() -> None:
    member = {"type": "string", "description": "ok, or error if the provider did not answer"}
    schema = {"type": "object", "properties": {"state": member}}
    verdicts = _judged("Ask", {"state": "error"}, schema)
    assert "errors.failure-as-success" not in broken_rules(verdicts)
    assert "errors.failure-as-success" in broken_rules(_judged("Ask", {"state": "ok"}, schema))
