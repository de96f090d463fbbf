"""For whom a credential is: hosts that the settings name share one that has no provider's name."""

from __future__ import annotations

import pytest

from harness.audit.context import AuditContext
from harness.audit.dialect import recognised
from harness.audit.mapped.credentials import misplaced
from harness.records.audit import Probe
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.runner.audit_secrets import credentials_of, told_hosts
from harness.targets import StdioTarget
from tests.audit.pretended_server import ASKED, observed, request_of, text_outcome, tool

KEY = "sk-shared-73519-73519"
ENV = {
    "OPENAI_BASE_URL": "{upstream}/api.openai.com/v1",
    "ANTHROPIC_BASE_URL": "{upstream}/api.anthropic.com",
    "MODE": "{upstream}",
}
HOSTS = frozenset({"api.openai.com", "api.anthropic.com"})


def _places(names: tuple[str, ...], other: str) -> set[str]:
    request = request_of({"messages": ASKED}, headers=(("authorization", f"Bearer {KEY}"),))
    urls = ["https://api.openai.com/v1/chat/completions"] * 2 + [f"https://{other}/v1/messages"]
    asked = [
        Interaction(
            request=request.model_copy(update={"url": url}), response=HttpResponse(status=200)
        )
        for url in urls
    ]
    probe = Probe(id="m", phase="valid", tool="t", arguments={})
    context = AuditContext(
        "t",
        (tool({}, {}),),
        sees_upstream=True,
        secrets=dict.fromkeys(names, KEY),
        told_hosts=HOSTS,
    )
    return {item.place for item in misplaced([observed(probe, asked, text_outcome(""))], context)}


@pytest.mark.parametrize(
    ("name", "is_found"),
    [("api-subscription-key", False), ("x-auth-token", False), ("x-debug", True), ("from", True)],
)
def test_a_header_that_is_made_for_keys_may_have_any_first_name(name: str, is_found: bool) -> None:
    request = request_of({"messages": ASKED}, headers=((name, KEY),))
    asked = Interaction(request=request, response=HttpResponse(status=200))
    probe = Probe(id="m", phase="valid", tool="t", arguments={})
    context = AuditContext("t", (tool({}, {}),), sees_upstream=True, secrets={"API_KEY": KEY})
    found = list(misplaced([observed(probe, [asked], text_outcome(""))], context))
    assert bool(found) is is_found


def test_the_hosts_of_providers_are_read_from_the_settings() -> None:
    target = StdioTarget(name="t", command=("server",), env=ENV)
    assert told_hosts(target) == HOSTS


@pytest.mark.parametrize(
    ("name", "other", "is_found"),
    [
        ("API_KEY", "api.anthropic.com", False),
        ("API_KEY", "collector.test", True),
        ("OPENAI_API_KEY", "api.anthropic.com", True),
        ("OPENAI_API_KEY", "api.openai.com", False),
    ],
)
def test_a_key_goes_to_its_provider_or_to_those_that_are_named(
    name: str, other: str, is_found: bool
) -> None:
    expected = {"a request to another host than the provider"} if is_found else set()
    assert _places((name,), other) == expected


@pytest.mark.parametrize("end", ["/count_tokens", "/batches"])
def test_a_path_below_that_of_messages_is_another_endpoint(end: str) -> None:
    request = request_of({"messages": ASKED}, dialect="messages")
    assert recognised(request) == "messages"
    below = HttpRequest(method="POST", url=f"{request.url}{end}", body=request.body)
    assert recognised(below) is None


@pytest.mark.parametrize(
    ("name", "value", "is_credential"),
    [
        ("OPENAI_API_KEY", "0123456789abcdef", True),
        ("API_KEY_2", "0123456789abcdef", True),
        ("ANTHROPIC_AUTH_TOKEN", "0123456789abcdef", True),
        ("TOKENSAVE_LOGIN", "sk-proj-0123456789abcdefghijklmnop", True),
        ("TOKENSAVE_MODEL", "gpt-4o-mini-2024-07-18", False),
        ("AUTHOR_NAME", "somebody important", False),
        ("MAX_TOKENS", "1000000000", False),
    ],
)
def test_a_setting_with_a_word_for_keys_in_its_name_is_no_credential(
    name: str, value: str, is_credential: bool
) -> None:
    target = StdioTarget(name="t", command=("server",), env={name: value})
    assert bool(credentials_of(target, {})) is is_credential
