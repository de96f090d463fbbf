"""What descriptions tell about values on their way, and what they do not excuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.context import AuditContext
from harness.audit.dialect import recognised
from harness.audit.found import Found
from harness.audit.oracles import mapping
from harness.records.audit import Observation, Probe, UpstreamPlan
from harness.records.http import HttpRequest, HttpResponse, Interaction
from tests.audit.pretended_server import (
    ASKED,
    MESSAGES,
    TEXT,
    broken_rules,
    mapped,
    observed,
    prompted,
    request_of,
    text_outcome,
    tool,
)

ANSWER = HttpResponse(status=200, body=b"{}")
Change = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    ("described", "excused"),
    [
        ("Only applies when thinking is on", True),
        ("Only used if the model can", True),
        ("How hard to think", False),
    ],
)
def test_an_argument_with_a_condition_may_go_nowhere(described: str, excused: bool) -> None:
    effort = {"enum": ["low", "high"], "description": described}
    facts = tool(
        {"prompt": TEXT, "reasoning_effort": effort}, {"prompt": "hi"}, required=["prompt"]
    )
    found = broken_rules(mapped(facts, lambda a: prompted({"prompt": a["prompt"]})))
    assert (found == {}) is excused


@pytest.mark.parametrize(
    ("described", "excused"),
    [
        ("small and large are aliases that resolve to acme-v4", True),
        ("large -> v4 (smaller is quicker)", False),
        ("Which model answers", False),
    ],
)
def test_a_documented_alias_may_arrive_as_what_it_stands_for(described: str, excused: bool) -> None:
    model = {"enum": ["small", "large", "acme-v4"], "description": described}
    facts = tool({"prompt": TEXT, "model": model}, {"prompt": "hi", "model": "acme-v4"})
    found = broken_rules(mapped(facts, lambda a: prompted(a, model="acme-v4")))
    assert (found == {}) is excused


@pytest.mark.parametrize(
    ("described", "excused"),
    [
        ("When omitted the server allocates 25 % of the window", True),
        ("Tokens at most", False),
        ("Tokens at most, 512 when omitted", False),
    ],
)
def test_a_value_that_the_server_derives_is_documented_without_its_number(
    described: str, excused: bool
) -> None:
    limit = {"type": "integer", "minimum": 1, "description": described}
    facts = tool({"prompt": TEXT, "max_tokens": limit}, {"prompt": "hi"}, required=["prompt"])

    def body(a: dict[str, Any]) -> Any:
        tokens = a.get("max_tokens", 4096)
        return prompted({"prompt": a["prompt"]}, max_tokens=tokens, max_completion_tokens=tokens)

    found = [item for item in mapped(facts, body) if isinstance(item, Found)]
    assert [item.rule for item in found] == ([] if excused else ["mapping.invented"])


@pytest.mark.parametrize(
    ("described", "is_found"),
    [
        ("Sent as metadata.user_id", True),
        ("Who is asking", False),
        ("Sent as the header X-User", False),
        ("Who is asking, passed in as a word", False),
    ],
)
def test_an_own_argument_that_is_said_to_be_sent_has_an_effect(
    described: str, is_found: bool
) -> None:
    who = {**TEXT, "description": described}
    facts = tool({"prompt": TEXT, "user_id": who}, {"prompt": "hi"}, required=["prompt"])
    sent = mapped(facts, lambda a: prompted(a))
    assert broken_rules(sent) == {}
    lost = broken_rules(mapped(facts, lambda a: prompted({"prompt": a["prompt"]})))
    assert lost == ({"mapping.argument-dropped": {"/user_id"}} if is_found else {})


@pytest.mark.parametrize(("is_known", "rules"), [(True, set()), (False, {"/seed"})])
def test_a_call_that_was_made_before_may_be_answered_out_of_a_cache(
    is_known: bool, rules: set[str]
) -> None:
    facts = tool({"prompt": TEXT, "seed": {"type": "integer"}}, {"prompt": "hi"},
                 required=["prompt"])  # fmt: skip
    context = AuditContext("pretended", (facts,), sees_upstream=True)
    seeded = {"prompt": "hi", "seed": 7}
    asked = [Interaction(request=request_of(prompted({"prompt": "hi"})), response=ANSWER)]

    def seen(name: str, phase: Any, arguments: dict[str, Any], interactions: Any) -> Observation:
        probe = Probe(id=name, phase=phase, tool="t", arguments=arguments, aim="/seed")
        return observed(probe, interactions, text_outcome("fine"))

    base = seen("first/t/0", "valid", {"prompt": "hi"}, asked)
    before = [seen("valid/t/0", "valid", seeded, asked)] if is_known else []
    cached = seen("mapping/t/0", "mapping", seeded, [])
    found = broken_rules(list(mapping.judge([base, *before, cached], context)))
    assert found.get("mapping.argument-dropped", set()) == rules


def test_what_a_server_says_to_its_providers_answer_is_no_invention() -> None:
    facts = tool({"messages": MESSAGES}, {"messages": ASKED})
    repair = {"role": "user", "content": "That was no JSON. Answer in JSON."}

    def requests(body: Any) -> list[HttpRequest]:
        again = {"messages": [*body["messages"], {"role": "assistant", "content": "x"}, repair]}
        return [request_of(body), request_of(again)]

    found = broken_rules(mapped(facts, lambda a: a, requests=requests))
    assert "mapping.invented" not in found
    first = broken_rules(mapped(facts, lambda a: {"messages": [repair, *a["messages"]]}))
    assert "mapping.invented" in first


@pytest.mark.parametrize(
    ("part", "excused"),
    [
        ({"default": ""}, False),
        ({"default": "Be brief."}, True),
        ({"description": "Instructions; by default those of the server"}, True),
    ],
)
def test_a_tool_with_a_system_argument_has_no_instructions_of_its_own(
    part: dict[str, Any], excused: bool
) -> None:
    facts = tool({"prompt": TEXT, "system": {**TEXT, **part}}, {"prompt": "hi"},
                 required=["prompt"])  # fmt: skip

    def body(a: dict[str, Any]) -> Any:
        system = {"role": "system", "content": a.get("system", "Be brief.")}
        return {"messages": [system, {"role": "user", "content": a["prompt"]}]}

    found = broken_rules(mapped(facts, body))
    assert (found == {}) is excused
    special = tool({"prompt": TEXT, "diff": TEXT, "system": {**TEXT, **part}}, {"prompt": "hi"},
                   required=["prompt"])  # fmt: skip
    assert "mapping.invented" not in broken_rules(mapped(special, body))


def test_messages_without_a_role_are_still_messages() -> None:
    facts = tool({"messages": MESSAGES, "system": TEXT}, {"messages": ASKED},
                 required=["messages"])  # fmt: skip

    def body(a: dict[str, Any]) -> Any:
        told = [{"role": "system", "content": a["system"]}] if "system" in a else []
        return {"messages": [*told, *a["messages"]]}

    assert broken_rules(mapped(facts, body)) == {}


def test_texts_of_a_conversation_stand_under_the_key_that_its_schema_names() -> None:
    parts = {"type": "array", "items": {"type": "object", "properties": {"text": TEXT}}}
    item = {"type": "object", "properties": {"role": TEXT, "parts": parts}}
    contents = {"type": "array", "items": item}
    base = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
    facts = tool({"contents": contents}, base, required=["contents"])

    def body(a: dict[str, Any]) -> Any:
        return {
            "messages": [
                {"role": one.get("role", "user"), "content": str(one.get("parts", ""))}
                for one in a["contents"]
            ]
        }

    assert "mapping.argument-dropped" not in broken_rules(mapped(facts, body))


def test_an_answer_without_a_request_and_a_broken_request_are_found() -> None:
    facts = tool({"prompt": TEXT, "temperature": {"type": "number"}}, {"prompt": "hi"},
                 required=["prompt"])  # fmt: skip
    cached = mapped(
        facts, prompted, requests=lambda b: [] if "temperature" in b else [request_of(b)]
    )
    assert broken_rules(cached) == {"mapping.argument-dropped": {"/temperature"}}
    own = tool({"prompt": TEXT, "form": {"enum": ["short", "long"]}}, {"prompt": "hi"})
    kept = mapped(own, prompted, requests=lambda b: [] if "form" in b else [request_of(b)])
    assert broken_rules(kept) == {}  # it may be for the answer alone, and the answer kept

    def cut(body: Any) -> list[HttpRequest]:
        request = request_of(body)
        is_short = len(request.body) == len(request.body.decode("unicode_escape"))
        return [request if is_short else request.model_copy(update={"body": request.body[:-9]})]

    assert broken_rules(mapped(facts, prompted)) == {}
    assert broken_rules(mapped(facts, prompted, requests=cut)) == {
        "mapping.argument-changed": {"/prompt"}
    }


@pytest.mark.parametrize(
    ("status", "times", "is_found"), [(400, 1, False), (400, 4, True), (503, 4, False)]
)
def test_a_request_that_is_refused_for_itself_is_not_sent_again(
    status: int, times: int, is_found: bool
) -> None:
    facts = tool({"prompt": TEXT}, {"prompt": "hi"})
    probe = Probe(id="errors/t", phase="errors", tool="t", arguments={"prompt": "hi"},
                  upstream=UpstreamPlan(fault=str(status)))  # fmt: skip
    exchange = Interaction(request=request_of({"messages": ASKED}),
                           response=HttpResponse(status=status))  # fmt: skip
    seen = observed(probe, [exchange] * times, text_outcome("no", plane="tool_error"))
    context = AuditContext("pretended", (facts,), sees_upstream=True)
    found = broken_rules(list(mapping.judge([seen], context)))
    assert (found == {"mapping.repeated-request": {"repeated after a refusal"}}) is is_found
    assert is_found or found == {}
    listing = HttpRequest(method="GET", url="https://api.openai.com/v1/models")
    looked_up = exchange.model_copy(update={"request": listing})
    seen = observed(probe, [looked_up] * times, text_outcome("no", plane="tool_error"))
    assert broken_rules(list(mapping.judge([seen], context))) == {}


@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("/openai/images/generations", None),
        ("/v1/audio/speech", None),
        ("/v1/embeddings", None),
        ("/generate", "legacy"),
        ("/images-of-text/completions", "legacy"),
    ],
)
def test_a_prompt_for_something_else_than_text_is_no_completion(
    path: str, dialect: str | None
) -> None:
    body = b'{"prompt": "a cat", "model": "m"}'
    request = HttpRequest(method="POST", url=f"https://api.example.test{path}", body=body)
    assert recognised(request) == dialect


@pytest.mark.parametrize(
    ("default", "arrived", "found"),
    [
        ("pro", "seed-2-1-pro-0628", False),
        ("pro", "seed-2-1-lite-0628", True),
        ("auto", "o3", False),
        ("fast", "o3", True),
        ("gpt-4o", "gpt-4o-mini", True),
        (None, "seed-2-1-pro-0628", True),
    ],
)
def test_a_default_may_be_short_for_a_name(default: str | None, arrived: str, found: bool) -> None:
    given = default or "pro"
    model = {"type": "string", "examples": [given], **({"default": default} if default else {})}
    facts = tool({"prompt": TEXT, "model": model}, {"prompt": "hi", "model": "small"})

    def body(a: dict[str, Any]) -> Any:
        sent = arrived if a["model"] == given else a["model"]
        return prompted({"prompt": a["prompt"]}, model=sent)

    assert ("mapping.argument-changed" in broken_rules(mapped(facts, body))) is found


@pytest.mark.parametrize(
    ("given", "arrived", "found"),
    [
        ("openai:gpt-4o", "gpt-4o", False),
        ("openai/gpt-4o", "gpt-4o", False),
        ("openai-gpt-4o", "gpt-4o", True),
    ],
)
def test_a_name_may_lose_the_prefix_of_a_gateway(given: str, arrived: str, found: bool) -> None:
    model = {"type": "string", "examples": [given]}
    facts = tool({"prompt": TEXT, "model": model}, {"prompt": "hi", "model": "small"})

    def body(a: dict[str, Any]) -> Any:
        sent = a["model"].replace(given, arrived)
        return prompted({"prompt": a["prompt"]}, model=sent)

    assert ("mapping.argument-changed" in broken_rules(mapped(facts, body))) is found
