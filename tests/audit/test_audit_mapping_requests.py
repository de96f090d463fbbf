"""How often a call asks its provider, and where its key goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.audit.context import AuditContext
from harness.audit.mapped.credentials import GOOGLE, misplaced
from harness.audit.oracles.mapping import judge
from harness.records.audit import Probe
from harness.records.http import HttpRequest, HttpResponse, Interaction
from tests.audit.pretended_server import (
    HEADERS,
    KEY,
    broken_rules,
    mapped,
    observed,
    prompted,
    request_of,
    text_outcome,
    tool,
)

TEXT = {"type": "string"}
MESSAGES = {"type": "array", "items": {"type": "object"}, "minItems": 1}
ASKED = [{"role": "user", "content": "hi"}]


@pytest.mark.parametrize(
    ("told", "is_found"),
    [
        ("Asks in up to three rounds", False),
        ("Iterates until it is right", False),
        ("Retries a failed request", True),
        ("Asks a model", True),
    ],
)
def test_several_rounds_are_told(told: str, is_found: bool) -> None:
    facts = tool({"prompt": TEXT}, {"prompt": "hi"})
    facts = replace(facts, definition={**facts.definition, "description": told})
    found = mapped(facts, prompted, requests=lambda body: [request_of(body)] * 2)
    assert ("mapping.repeated-request" in broken_rules(found)) is is_found


REQUESTS: dict[str, tuple[Callable[[Any], list[HttpRequest]], dict[str, set[str]]]] = {
    "once": (lambda body: [request_of(body)], {}),
    "twice": (
        lambda body: [request_of(body)] * 2,
        {"mapping.repeated-request": {"repeated"}},
    ),
    "key in the query": (
        lambda body: [request_of(body, query=f"?key={KEY}")],
        {"mapping.credential-misplaced": {"the URL"}},
    ),
    "key in another header": (
        lambda body: [request_of(body, headers=(*HEADERS, ("x-debug", f"k={KEY}")))],
        {"mapping.credential-misplaced": {"the header x-debug"}},
    ),
    "key in the body": (
        lambda body: [request_of({**body, "trace": KEY})],
        {"mapping.credential-misplaced": {"the body"}},
    ),
    "key in the query, where Google has it": (
        lambda body: [
            request_of(body),
            request_of({}).model_copy(
                update={"url": f"{GOOGLE}/v1beta/m:go?key={KEY}", "headers": ()}
            ),
        ],
        {},
    ),
    "another host": (
        lambda body: [
            request_of(body),
            request_of({}).model_copy(update={"url": "https://collector.test/v1"}),
        ],
        {"mapping.credential-misplaced": {"a request to another host than the provider"}},
    ),
}


@pytest.mark.parametrize(("requests", "found"), REQUESTS.values(), ids=REQUESTS)
def test_each_call_asks_once_and_keeps_its_key_in_its_header(
    requests: Callable[[Any], list[HttpRequest]], found: dict[str, set[str]]
) -> None:
    facts = tool({"messages": MESSAGES}, {"messages": ASKED})
    assert broken_rules(mapped(facts, lambda a: a, requests=requests)) == found


def test_who_names_a_thing_twice_may_be_asked_for_twice() -> None:
    names = {"type": "array", "items": TEXT, "minItems": 1}
    facts = tool({"prompt": TEXT, "judges": names}, {"prompt": "hi", "judges": ["a"]},
                 required=["prompt", "judges"])  # fmt: skip

    def body(a: dict[str, Any], judge: str) -> Any:
        return {"model": judge, "messages": [{"role": "user", "content": a["prompt"]}]}

    def asked(a: dict[str, Any], again: int) -> list[HttpRequest]:
        return [request_of(body(a, judge)) for judge in a["judges"]] * again

    def found(again: int) -> set[str]:
        return set(broken_rules(mapped(facts, lambda a: a, requests=lambda a: asked(a, again))))

    assert "mapping.repeated-request" not in found(1)
    assert "mapping.repeated-request" in found(2)


@pytest.mark.parametrize(("other", "rules"), [("sk-another-key-000111", 1), (KEY, 0)])
def test_a_text_that_is_the_key_for_two_providers_may_go_to_both(other: str, rules: int) -> None:
    facts = tool({"messages": MESSAGES}, {"messages": ASKED})

    def asking(body: Any) -> list[HttpRequest]:
        elsewhere = {"url": "https://other.test/v1/chat/completions"}
        return [request_of(body), request_of(body).model_copy(update=elsewhere)]

    secrets = {"OPENAI_API_KEY": KEY, "OTHER_API_KEY": other}
    found = broken_rules(mapped(facts, lambda a: a, requests=asking, **secrets))
    assert len(found) == rules


@pytest.mark.parametrize(("is_echoed", "rules"), [(True, 0), (False, 1)])
def test_a_key_that_the_provider_itself_told_may_come_back_to_it(
    is_echoed: bool, rules: int
) -> None:
    told = f"Incorrect API key provided: {KEY}" if is_echoed else "Incorrect API key provided"
    probe = Probe(id="errors/t/401", phase="errors", tool="t", arguments={"messages": ASKED})
    asked = request_of({"messages": ASKED})
    first = Interaction(request=asked, response=HttpResponse(status=401, body=told.encode()))
    later = Interaction(request=request_of({"messages": [{"role": "user", "content": KEY}]}))
    seen = [observed(probe, [one], text_outcome("failed")) for one in (first, later)]
    facts = tool({"messages": MESSAGES}, {"messages": ASKED})
    context = AuditContext("t", (facts,), sees_upstream=True, secrets={"OPENAI_API_KEY": KEY})
    assert len(list(misplaced(seen, context))) == rules


@pytest.mark.parametrize(("asks", "is_found"), [(True, True), (False, False)])
def test_requests_that_are_left_from_other_calls_are_none_of_a_tool_that_asks_nobody(
    asks: bool, is_found: bool
) -> None:
    facts = tool({"prompt": TEXT}, {"prompt": "hi"}, required=["prompt"])
    probes = [
        Probe(id=f"valid/t/{number}", phase="valid", tool="t", arguments={"prompt": text})
        for number, text in enumerate(("hi", "later"))
    ]
    one = Interaction(request=request_of({"messages": ASKED}), response=HttpResponse(status=200))
    exchanges = ([one] if asks else [], [one, one])
    seen = [observed(probe, sent, text_outcome("found", plane="result"))
            for probe, sent in zip(probes, exchanges, strict=True)]  # fmt: skip
    found = broken_rules(list(judge(seen, AuditContext("t", (facts,), sees_upstream=True))))
    assert ("mapping.repeated-request" in found) is is_found
