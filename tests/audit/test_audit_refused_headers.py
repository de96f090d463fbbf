"""Requests that a provider refuses for their headers, at its own host and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from harness.audit.context import AuditContext
from harness.audit.oracles.mapping import judge
from harness.records.audit import Probe
from harness.records.http import HttpRequest, HttpResponse, Interaction
from tests.audit.pretended_server import broken_rules, observed, text_outcome, tool

KEY = "sk-headers-51937"
JSON = ("content-type", "application/json; charset=utf-8")
BEARER = ("authorization", f"Bearer {KEY}")
BARE = ("authorization", KEY)
OWN = ("x-api-key", KEY)
VERSION = ("anthropic-version", "2023-06-01")
OPENAI = "https://api.openai.com/v1/chat/completions"
LEGACY = "https://api.x.ai/v1/completions"
ANTHROPIC = "https://api.anthropic.com/v1/messages"
LOCAL = "http://localhost:11434/v1/chat/completions"
GATEWAY = "https://llm.example/v1/messages"
UNKNOWN = "https://upstream.invalid/v1/chat/completions"
UNKNOWN_MESSAGES = "https://upstream.invalid/v1/messages"


def _causes(
    url: str,
    *headers: tuple[str, str],
    status: int = 200,
    times: int = 1,
    secrets: Mapping[str, str] = MappingProxyType({}),
    given: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, set[str]]:
    body = (
        b'{"messages": [], "prompt": "p"}'
        if url == LEGACY
        else b'{"messages": [], "max_tokens": 9}'
    )
    request = HttpRequest(method="POST", url=url, headers=headers, body=body)
    asked = [Interaction(request=request, response=HttpResponse(status=status, body=b"{}"))] * times
    probe = Probe(id="m", phase="valid", tool="t", arguments=dict(given))
    facts = tool({}, {})
    seen = observed(probe, asked, text_outcome("fine"))
    context = AuditContext("t", (facts,), sees_upstream=True, secrets=secrets)
    return broken_rules(list(judge([seen], context)))


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (OPENAI, (BEARER, JSON)),
        (OPENAI, (("authorization", f"bearer {KEY}"), JSON)),
        (OPENAI, (BEARER, ("api-key", KEY), JSON)),
        (OPENAI, (JSON,)),
        (OPENAI, (("authorization", "Bearer "), JSON)),
        (LEGACY, (BEARER, JSON)),
        (ANTHROPIC, (OWN, VERSION, JSON)),
        (ANTHROPIC, (BEARER, VERSION, JSON)),
        (ANTHROPIC, (VERSION, JSON)),
        (LOCAL, (BARE,)),
        (LOCAL, ()),
        (GATEWAY, (BARE, JSON)),
        (UNKNOWN, (BEARER, JSON)),
        (UNKNOWN, (("authorization", f"bearer {KEY}"),)),
        (UNKNOWN, (("authorization", "Basic dTpw"), JSON)),
        (UNKNOWN, (("authorization", f"Api-Key {KEY}"), JSON)),
        (UNKNOWN, (("api-key", KEY), JSON)),
        (UNKNOWN, (JSON,)),
        (UNKNOWN_MESSAGES, (OWN, VERSION, JSON)),
        (UNKNOWN_MESSAGES, (BEARER, VERSION, JSON)),
        ("https://upstream.invalid/serving/messages", (BEARER, JSON)),
    ],
)
def test_what_a_reference_demands_is_enough_and_other_hosts_demand_nothing(
    url: str, headers: tuple[tuple[str, str], ...]
) -> None:
    assert _causes(url, *headers) == {}


@pytest.mark.parametrize(
    ("url", "headers", "why"),
    [
        (OPENAI, (BARE, JSON), "Authorization is not `Bearer KEY`"),
        (OPENAI, (("authorization", f"Token {KEY}"), JSON), "Authorization is not `Bearer KEY`"),
        (
            OPENAI,
            (("authorization", f"Bearer Bearer {KEY}"), JSON),
            "Authorization is not `Bearer KEY`",
        ),
        (LEGACY, (BARE, JSON), "Authorization is not `Bearer KEY`"),
        (OPENAI, (OWN, JSON), "the credential stands in x-api-key, not in Authorization"),
        (OPENAI, (BEARER,), "its content-type is '', and the body is JSON"),
        (
            OPENAI,
            (BEARER, ("content-type", "text/plain")),
            "its content-type is 'text/plain', and the body is JSON",
        ),
        (ANTHROPIC, (OWN, JSON), "there is no anthropic-version"),
        (UNKNOWN_MESSAGES, (OWN, JSON), "there is no anthropic-version"),
        (UNKNOWN, (BARE, JSON), "Authorization is not `Bearer KEY`"),
        (UNKNOWN, (("authorization", f"bearer: {KEY}"), JSON), "Authorization is not `Bearer KEY`"),
        (UNKNOWN, (("authorization", f"Token {KEY}"), JSON), "Authorization is not `Bearer KEY`"),
        (
            UNKNOWN,
            (BEARER, ("content-type", "text/plain")),
            "its content-type is 'text/plain', and the body is JSON",
        ),
        (
            ANTHROPIC,
            (("x-api-key", f"Bearer {KEY}"), VERSION, JSON),
            "x-api-key is not a bare key",
        ),
        (
            ANTHROPIC,
            (("api-key", KEY), VERSION, JSON),
            "the credential stands in api-key, not in x-api-key or Authorization",
        ),
    ],
)
def test_what_the_provider_refuses_is_told_with_its_reason(
    url: str, headers: tuple[tuple[str, str], ...], why: str
) -> None:
    assert _causes(url, *headers) == {"mapping.request-refused": {why}}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_a_request_that_was_refused_is_not_sent_again(status: int) -> None:
    again = {"mapping.repeated-request": {"repeated after a refusal"}}
    assert _causes(OPENAI, BEARER, JSON, status=status, times=2) == again
    assert _causes(OPENAI, BEARER, JSON, status=status) == {}


@pytest.mark.parametrize(
    ("url", "name", "is_refused"),
    [
        (OPENAI, "OPENAI_API_KEY", True),
        (OPENAI, "API_KEY", True),
        (LEGACY, "GROK_TOKEN", True),
        (ANTHROPIC, "CLAUDE_KEY", True),
        (OPENAI, "GITHUB_TOKEN", False),
        (LOCAL, "OPENAI_API_KEY", False),
    ],
)
def test_a_key_for_the_provider_is_sent(url: str, name: str, is_refused: bool) -> None:
    found = _causes(url, VERSION, JSON, secrets={name: KEY})
    assert set(found) == ({"mapping.request-refused"} if is_refused else set())


def test_a_failure_that_may_pass_is_asked_again() -> None:
    assert _causes(OPENAI, BEARER, JSON, status=500, times=3) == {}


def test_the_form_of_a_credential_that_the_caller_gives_is_the_callers_affair() -> None:
    words = ("authorization", "Bearer two words")
    assert _causes(OPENAI, words, JSON, given={"api_key": "two words"}) == {}
    assert _causes(OPENAI, words, JSON, given={"api_key": "others"}) != {}
    assert _causes(OPENAI, words, JSON, given={"api_key": "İ two"}) == {}
    assert _causes(OPENAI, words, JSON, given={"prompt": "İ two"}) != {}
