"""A tool that is asked how the provider is may tell its failure in a result, and no other may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.context import AuditContext
from harness.audit.oracles.errors import judge
from harness.audit.phases.errors import plan
from harness.audit.told.reported_state import REPORTS_STATE
from harness.records.audit import NotTested
from harness.records.http import Interaction
from harness.upstream.scripted_call import ScriptedCall
from tests.audit.pretended_server import broken_rules, observed, request_of, text_outcome, tool

TEXT = {"type": "string"}
PLACE = {"instance": TEXT}
FOUND = {"errors.failure-as-success", "errors.outlasts"}


def status_told(exchange: Interaction) -> str:
    if exchange.response is None or exchange.failure:
        return "status: error, the gateway is unreachable"
    return f"Gateway responding (HTTP {exchange.response.status})"


def invalid(exchange: Interaction) -> str:
    return '{"all_valid": false, "default": {"valid": false}}'


def _judged(
    description: str, properties: dict[str, Any], tell: Callable[[Interaction], str]
) -> list[Any]:
    facts = tool(properties, dict.fromkeys(properties, "hello there"))
    facts = type(facts)({**facts.definition, "description": description}, "chat", facts.base)
    seen = []
    for probe in plan(facts, AuditContext("t", (facts,), sees_upstream=True, limit=5)):
        call = ScriptedCall(plan=probe.upstream)
        said = [{"role": "user", "content": str(probe.arguments.get("topic", "ping"))}]
        call.decide(request_of({"model": "m", "messages": said}))
        seen.append(observed(probe, call.interactions, text_outcome(tell(call.interactions[-1]))))
    return list(judge(seen, AuditContext("t", (facts,), sees_upstream=True, limit=5)))


@pytest.mark.parametrize(
    ("description", "properties", "tell", "rules"),
    [
        ("Get the gateway's status and health information", PLACE, status_told, set()),
        ("Checks whether the provider is reachable", {}, status_told, set()),
        ("Validate configuration by testing provider connections", {}, invalid, set()),
        ("Validate configuration", {}, invalid, FOUND),
        ("Get status information", {}, lambda exchange: "status: ok", FOUND),
        ("Get status information", {"prompt": TEXT}, status_told, FOUND),
        ("Get status information", {"topic": TEXT}, status_told, FOUND),
        ("Picks a word of the day", {}, status_told, FOUND),
    ],
)
def test_a_failure_is_the_result_of_a_tool_that_reports_on_the_provider(
    description: str,
    properties: dict[str, Any],
    tell: Callable[[Interaction], str],
    rules: set[str],
) -> None:
    verdicts = _judged(description, properties, tell)
    assert set(broken_rules(verdicts)) == rules
    notes = {one.reason for one in verdicts if isinstance(one, NotTested)}
    assert (REPORTS_STATE in notes) is (not rules)
