"""Requests that Anthropic refuses for their bodies, at its own host and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.audit.context import AuditContext
from harness.audit.oracles.mapping import judge
from harness.records.audit import Probe
from harness.records.http import HttpRequest, HttpResponse, Interaction
from tests.audit.pretended_server import ASKED, broken_rules, observed, text_outcome, tool

ANTHROPIC = "https://api.anthropic.com/v1/messages"
GATEWAY = "https://llm.example/v1/messages"
HEADERS = (
    ("x-api-key", "sk-ant-73519"),
    ("authorization", "Bearer sk-ant-73519"),
    ("anthropic-version", "2023-06-01"),
    ("content-type", "application/json"),
)
RIGHT = {"model": "m", "max_tokens": 4096, "messages": ASKED}
SYSTEM = [{"role": "system", "content": "a rule"}, *ASKED]


def thinking(tokens: int) -> dict[str, Any]:
    return {**RIGHT, "thinking": {"type": "enabled", "budget_tokens": tokens}}


def _causes(body: Any, url: str = ANTHROPIC, **given: Any) -> set[str]:
    request = HttpRequest(method="POST", url=url, headers=HEADERS, body=json.dumps(body).encode())
    asked = [Interaction(request=request, response=HttpResponse(status=200, body=b"{}"))]
    probe = Probe(id="m", phase="valid", tool="t", arguments=given)
    seen = observed(probe, asked, text_outcome("fine"))
    context = AuditContext("t", (tool({}, {}),), sees_upstream=True)
    return broken_rules(list(judge([seen], context))).get("mapping.request-refused", set())


@pytest.mark.parametrize(
    "body",
    [
        RIGHT,
        thinking(1024),
        {**RIGHT, "thinking": {"type": "disabled"}},
        {**RIGHT, "system": "a rule"},
        {**RIGHT, "metadata": {"user_id": "u"}},
    ],
)
def test_a_body_as_the_reference_demands_it_is_fine(body: dict[str, Any]) -> None:
    assert _causes(body) == set()


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ({"model": "m", "messages": ASKED}, "it has no max_tokens"),
        (
            {**RIGHT, "messages": SYSTEM},
            "it has a message of the role 'system', which Anthropic does not know",
        ),
        (thinking(500), "its thinking budget is below 1024 tokens"),
        (thinking(4096), "its thinking budget is not below max_tokens"),
    ],
)
def test_a_body_that_is_refused_whatever_is_asked_is_found(body: Any, cause: str) -> None:
    assert _causes(body) == {cause}
    assert _causes(body, GATEWAY) == set()


def test_other_paths_take_other_bodies() -> None:
    counting = {"model": "m", "messages": ASKED}
    assert _causes(counting, f"{ANTHROPIC}/count_tokens") == set()


@pytest.mark.parametrize(
    ("path", "key"), [("chat/completions", "messages"), ("completions", "prompt")]
)
def test_each_endpoint_of_openai_wants_what_is_asked_under_its_own_key(path: str, key: str) -> None:
    url = f"https://api.openai.com/v1/{path}"
    wrong = "prompt" if key == "messages" else "messages"
    said = {"messages": ASKED, "prompt": "hi"}
    assert f"it has no {key}" not in _causes({"model": "m", key: said[key]}, url)
    assert f"it has no {key}" in _causes({"model": "m", wrong: said[wrong]}, url)
    other = url.replace("api.openai.com", "llm.example")
    assert f"it has no {key}" not in _causes({"model": "m", wrong: said[wrong]}, other)


def test_what_the_caller_gave_is_refused_to_the_caller() -> None:
    assert _causes({**RIGHT, "messages": SYSTEM}, messages=SYSTEM) == set()
    assert _causes(thinking(4096), max_tokens=4096) == set()
    assert _causes(thinking(500), thinking_budget=500) == set()
    assert _causes(thinking(500), effort="low") != set()


def test_metadata_that_anthropic_does_not_know_is_refused_unless_the_caller_gave_it() -> None:
    body = {**RIGHT, "metadata": {"user": "u"}}
    assert any("'user'" in why for why in _causes(body))
    assert _causes(body, metadata={"user": "u"}) == set()
