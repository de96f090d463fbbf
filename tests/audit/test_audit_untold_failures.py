"""Failures that are told as successes or with the wrong advice, and those that nobody can judge."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found
from harness.audit.oracles.errors import judge
from harness.audit.phases.errors import plan
from harness.audit.told.advice import advice_in
from harness.audit.told.internals import internals, leaked_secret
from harness.audit.told.pauses import may_pause
from harness.audit.told.status import tells_refused_key
from harness.audit.told.stream_errors import lost_in_streams
from harness.audit.told.vague import says_nothing
from harness.records.audit import NotTested, Observation, Probe, UpstreamPlan
from harness.records.call import Outcome
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.runner.audit_calls import obeys_wait
from harness.upstream.scripted_call import ScriptedCall
from harness.upstream.wire_answer import NO_CHOICES, OTHER_JSON
from tests.audit.pretended_server import (
    broken_rules,
    failing,
    observed,
    request_of,
    text_outcome,
    tool,
)
from tests.audit.test_audit_errors import body_of, plainly, reason_of, status_of


def test_a_retry_that_the_text_advises_fits_the_status() -> None:
    def told(of_final: str, of_passing: str) -> set[str]:
        def tell(exchange: Interaction) -> Outcome:
            status = status_of(exchange)
            advice = of_final if status in (400, 401, 403, 404, 413, 422) else of_passing
            return text_outcome(plainly(exchange) + f". {advice}", plane="tool_error")

        return set(broken_rules(failing(tell)))

    assert told("Do not retry.", "Retrying may help.") == set()
    assert told('{"retryable": false}', '{"retryable": true}') == set()
    assert told("Check the key and try again later.", "Check the status page.") == set()
    assert told("Retrying may help.", "Retrying may help.") == {"errors.retryable-unclear"}
    assert told("Do not retry.", "Retrying will not help.") == {"errors.retryable-unclear"}
    assert told("(retryable)", "") == {"errors.retryable-unclear"}


@pytest.mark.parametrize(
    ("final", "is_found"), [(429, True), (503, True), (408, False), (409, False), (529, False)]
)
def test_a_status_that_not_all_document_may_be_told_as_final(final: int, is_found: bool) -> None:
    def tell(exchange: Interaction) -> Outcome:
        status = status_of(exchange)
        advice = "Temporary: may be repeated" if status in (429, 500, 503) else ""
        advice = "Permanent" if status == final else advice
        return text_outcome(f"{plainly(exchange)}. {advice}.", plane="tool_error")

    found = set(broken_rules(failing(tell)))
    assert found == ({"errors.retryable-unclear"} if is_found else set())


STREAM_ERROR = Probe(
    id="s",
    phase="streaming",
    tool="t",
    arguments={"model": "m", "stream": True},
    upstream=UpstreamPlan(script="text", fault="stream-error"),
)


@pytest.mark.parametrize(
    ("of_status", "of_stream", "is_lost"),
    [
        ("", "the stream broke off", True),
        ("", "", False),
        ("a failure", "the stream broke off", False),
    ],
)
def test_a_message_in_a_stream_is_told_where_others_are(
    of_status: str, of_stream: str, is_lost: bool
) -> None:
    of_errors = {"id": "e", "phase": "errors", "upstream": UpstreamPlan(fault="400")}
    seen = []
    for probe, text in ((STREAM_ERROR.model_copy(update=of_errors), of_status),
                        (STREAM_ERROR, of_stream)):  # fmt: skip
        call = ScriptedCall(plan=probe.upstream)
        call.decide(request_of(probe.arguments))
        told = text or body_of(call.interactions[-1])
        seen.append(observed(probe, call.interactions, text_outcome(told, plane="tool_error")))
    assert bool(list(lost_in_streams(seen))) is is_lost


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Retrying can't help here", "never"),
        ("should not be retried", "never"),
        ("non-retryable", "never"),
        ("is_retryable=False", "never"),
        ('{"retry": false}', "never"),
        ("retry=yes", "again"),
        ("retry: after 3 s", None),
        ("the request failed (may be tried again after 3 s)", "again"),
        ("it is worth trying again", "again"),
        ("it will fail again", "never"),
        ("HTTP 401: no such key. Permanent.", "never"),
        ("failed (529); final, do not repeat", "never"),
        ("HTTP 503: busy. Temporary: may be repeated", "again"),
        ("try again in a moment", "again"),
        ("a retry may succeed", "again"),
        ("Groq: status 429 | slow down | permanent", "never"),
        ("status 503; temporary, retry", "again"),
        ("a permanent error of the provider", "never"),
        ("a permanent move to another address", None),
        ("retries: 0", None),
        ("fix the model and retry later", None),
        ("retryable: true, retryable: false", None),
    ],
)
def test_what_a_text_advises_is_read(text: str, advice: str | None) -> None:
    assert advice_in(text) == advice


def test_one_handler_that_tells_no_failure_is_one_finding() -> None:
    causes = broken_rules(failing(lambda exchange: text_outcome(f"Sorry: {reason_of(exchange)}")))
    assert causes["errors.failure-as-success"] == {"every failure"}


def test_successes_of_one_kind_of_failure_are_told_by_their_kind() -> None:
    def network_only(exchange: Interaction) -> Outcome:
        is_network = exchange.failure is not None and exchange.response is None
        plane = "result" if is_network else "tool_error"
        return text_outcome(plainly(exchange), plane=plane)

    causes = broken_rules(failing(network_only))
    assert causes == {"errors.failure-as-success": {"network"}}


def _good(exchange: Interaction) -> bool:
    return exchange.failure is None and status_of(exchange) == 200


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (OTHER_JSON, '{\n  "status": "ok",\n  "choices": null\n}'),
        (NO_CHOICES, '{"model": "none", "choices": []}'),
    ],
)
def test_json_that_is_no_answer_may_be_passed_on_and_not_be_an_empty_success(
    body: bytes, shown: str
) -> None:
    def telling(success: str) -> set[str]:
        def tell(exchange: Interaction) -> Outcome:
            is_other = _good(exchange) and body.decode() in body_of(exchange)
            if is_other:
                return text_outcome(success)
            return text_outcome(plainly(exchange), plane="tool_error")

        return set(broken_rules(failing(tell)))

    assert telling(shown) == set()
    assert telling("") == {"errors.failure-as-success"}


@pytest.mark.parametrize(
    ("text", "is_leaked"),
    [
        ("key sk-long-secret-73519", True),
        ("key sk-long-secret-73***", True),
        ("key ***ong-secret-73519", True),
        ("key sk-lo***519", False),
    ],
)
def test_most_of_a_secret_is_a_leak_and_its_ends_are_none(text: str, is_leaked: bool) -> None:
    assert leaked_secret(text, ["sk-long-secret-73519"]) is is_leaked


def test_a_timeout_before_any_request_is_not_the_providers() -> None:
    def ends(*asked: Interaction) -> list[Any]:
        probe = Probe(
            id="e",
            phase="errors",
            tool="t",
            arguments={"model": "m"},
            upstream=UpstreamPlan(fault="500"),
        )
        seen = observed(probe, asked, Outcome(plane="timeout"))
        facts = tool({"model": {"type": "string"}}, {"model": "m"})
        return list(judge([seen], AuditContext("t", (facts,), sees_upstream=True)))

    (note,) = ends()
    assert isinstance(note, NotTested)
    (found,) = ends(Interaction(request=request_of({"model": "m"}), failure="timeout"))
    assert isinstance(found, Found)
    assert found.rule == "errors.hangs"


FOREIGN = HttpRequest(method="POST", url="http://localhost:11434/api/chat", body=b"{}")


@pytest.mark.parametrize("base", [None, {"model": "m"}])
def test_a_failure_of_an_unknown_api_is_no_success_and_no_more_is_known(base: Any) -> None:
    facts = ToolFacts({"name": "t", "inputSchema": {}}, None, base, foreign={"model": "m"})
    context = AuditContext("t", (facts,), sees_upstream=True)

    def told(tell: Callable[[Interaction], Outcome]) -> dict[str, set[str]]:
        seen = []
        for probe in plan(facts, context):
            call = ScriptedCall(plan=probe.upstream)
            call.decide(FOREIGN)
            seen.append(observed(probe, call.interactions, tell(call.interactions[-1])))
        assert len(seen) > 5
        return broken_rules(list(judge(seen, context)))

    assert told(lambda exchange: text_outcome("it failed", plane="tool_error")) == {}
    found = told(lambda exchange: text_outcome("I am sorry"))
    assert found == {"errors.failure-as-success": {"every failure"}}


def test_ollama_fails_in_its_own_form() -> None:
    call = ScriptedCall(plan=UpstreamPlan(fault="404"))
    assert json.loads(call.decide(FOREIGN).body)["error"] == "the request failed with status 404"


def test_a_question_for_what_there_is_does_not_fail() -> None:
    call = ScriptedCall(plan=UpstreamPlan(fault="500"))
    listing = HttpRequest(method="GET", url="http://localhost:11434/api/tags")
    assert call.decide(listing).status == 404


def _judged_alone(fault: str, outcome: Outcome) -> list[Any]:
    probe = Probe(
        id="e", phase="errors", tool="t", arguments={}, upstream=UpstreamPlan(fault=fault)
    )
    asked = Interaction(request=request_of({"model": "m"}), response=HttpResponse(status=200))
    facts = tool({"model": {"type": "string"}}, {"model": "m"})
    seen = observed(probe, [asked], outcome)
    return list(judge([seen], AuditContext("t", (facts,), sees_upstream=True)))


def test_an_answer_that_no_client_can_read_is_not_the_servers_and_a_broken_link_is() -> None:
    unread = Outcome(plane="transport_error", message="Invalid JSON: lone leading surrogate")
    broken = Outcome(plane="transport_error", message="Connection closed")
    (note,) = _judged_alone("surrogate", unread)
    assert isinstance(note, NotTested)
    for fault, outcome in (("surrogate", broken), ("500", unread)):
        (found,) = _judged_alone(fault, outcome)
        assert found.rule == "errors.not-serving"


@pytest.mark.parametrize(
    ("fault", "plane", "seconds", "is_obeying"),
    [
        ("429; retry-after=1207", "tool_error", 2.0, True),
        ("429; retry-after=1207", "timeout", 9.0, True),
        ("429; retry-after=1207", "tool_error", 0.1, False),
        ("429; retry-after=1207", "result", 2.0, False),
        ("429", "tool_error", 2.0, False),
    ],
)
def test_a_wait_is_obeyed_until_the_servers_own_limit(
    fault: str, plane: Any, seconds: float, is_obeying: bool
) -> None:
    probe = Probe(
        id="e", phase="errors", tool="t", arguments={}, upstream=UpstreamPlan(fault=fault)
    )
    asked = Interaction(request=request_of({"model": "m"}), response=HttpResponse(status=429))
    seen = observed(probe, [asked], Outcome(plane=plane))
    seen = seen.model_copy(update={"call": seen.call.model_copy(update={"seconds": seconds})})
    assert obeys_wait(seen, 2.0) is is_obeying


def test_an_answer_that_outlasts_the_servers_own_limit_is_not_waited_for() -> None:
    def causes(tell: Callable[[Interaction], Outcome], limit: float | None) -> dict[str, set[str]]:
        found = broken_rules(failing(tell, limit=limit))
        return {rule: found[rule] for rule in found if rule == "errors.outlasts"}

    waits = {"errors.outlasts": {"outlasts"}}
    assert causes(lambda e: text_outcome("waited"), 2.0) == waits
    assert causes(lambda e: text_outcome("timed out", plane="tool_error"), 2.0) == {}
    assert causes(lambda e: text_outcome("waited"), None) == {}
    assert causes(lambda e: text_outcome("waited"), 600.0) == {}


@pytest.mark.parametrize(
    ("text", "is_nothing"),
    [
        ("", True),
        ("Error: ", True),
        ("Something went wrong. Please try again.", True),
        ("Error executing tool ask_model: None", True),
        ('{"error": "The request failed", "retryable": true}', True),
        ("Unexpected error: ReadTimeout", False),
        ("The provider did not answer", False),
        ("Anfrage fehlgeschlagen", False),
        ("failed after 2 s", False),
    ],
)
def test_a_text_that_fits_every_failure_says_nothing(text: str, is_nothing: bool) -> None:
    assert says_nothing(text, "askModel") is is_nothing


def test_a_failure_is_known_by_its_status_without_a_hint_of_the_provider() -> None:
    call = ScriptedCall(plan=UpstreamPlan(fault="500"))
    answer = call.decide(request_of({"model": "m", "max_tokens": 1}, dialect="messages"))
    assert answer.status == 500
    assert "x-should-retry" not in {name.lower() for name, _ in answer.headers}


def test_an_answer_that_our_client_does_not_read_is_no_fault_of_the_server() -> None:
    text = "SSE stream failed: Server-sent event exceeded the 1048576 byte limit."
    (note,) = _judged_alone("huge", Outcome(plane="transport_error", message=text))
    assert isinstance(note, NotTested)
    (found,) = _judged_alone("huge", Outcome(plane="transport_error", message="Connection closed"))
    assert isinstance(found, Found)


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("", False),
        ("fine", False),
        ("(no assistant content returned)", True),
        ("The provider sent no choices.", True),
        ('{"id": "c", "choices": []}', True),
    ],
)
def test_a_result_may_say_that_the_provider_gave_no_answer(text: str, is_told: bool) -> None:
    found = [
        item for item in _judged_alone("no-choices", text_outcome(text)) if isinstance(item, Found)
    ]
    assert {item.rule for item in found} == (set() if is_told else {"errors.failure-as-success"})


@pytest.mark.parametrize(
    ("fault", "requests_before", "is_hanging"),
    [("429", 2, False), ("429", 1, True), ("500", 2, True)],
)
def test_only_a_server_that_is_seen_to_ask_again_may_pause_after_429(
    fault: str, requests_before: int, is_hanging: bool
) -> None:
    facts = tool({"model": {"type": "string"}}, {"model": "m"})
    exchange = Interaction(request=request_of({"model": "m"}), response=HttpResponse(status=429))

    def seen(name: str, outcome: Outcome, requests: int) -> Observation:
        plan_ = UpstreamPlan(fault=name)
        probe = Probe(id=name, phase="errors", tool="t", arguments={}, upstream=plan_)
        return observed(probe, [exchange] * requests, outcome)

    failed = text_outcome("429, retry later", plane="tool_error")
    waits = Outcome(plane="timeout", message="no answer within 10 s")
    both = [seen("503", failed, requests_before), seen(fault, waits, 1)]
    found = broken_rules(list(judge(both, AuditContext("t", (facts,), sees_upstream=True))))
    assert ("errors.hangs" in found) is is_hanging


@pytest.mark.parametrize(
    ("fault", "asked", "rounds", "is_hanging"),
    [
        ("408", 20, 1, True),
        ("408", 20, 11, False),
        ("408", 600, 11, True),
        ("redirect-loop", 600, 11, False),
        ("redirect-loop", 600, 1, True),
    ],
)
def test_who_asks_in_rounds_tries_each_again(
    fault: str, asked: int, rounds: int, is_hanging: bool
) -> None:
    facts = tool({"model": {"type": "string"}}, {"model": "m"})
    exchange = Interaction(request=request_of({"model": "m"}), response=HttpResponse(status=200))
    ordinary = Probe(id="v", phase="valid", tool="t", arguments={})
    plan_ = UpstreamPlan(fault=fault)
    failing = Probe(id=fault, phase="errors", tool="t", arguments={}, upstream=plan_)
    both = [
        observed(ordinary, [exchange] * rounds, text_outcome("fine")),
        observed(failing, [exchange] * asked, Outcome(plane="timeout", message="no answer")),
    ]
    found = broken_rules(list(judge(both, AuditContext("t", (facts,), sees_upstream=True))))
    assert ("errors.hangs" in found) is is_hanging


def test_the_list_of_models_is_answered_and_so_is_each_of_them() -> None:
    def got(path: str, method: str = "GET") -> tuple[int, Any]:
        call = ScriptedCall()
        request = HttpRequest(method=method, url=f"https://api.openai.com{path}")
        answer = call.decide(request)
        return answer.status, json.loads(answer.body)

    status, listed = got("/v1/models")
    assert status == 200
    names = [item["id"] for item in listed["data"]]
    assert "gpt-4o" in names
    assert got(f"/v1/models/{names[0]}")[1]["id"] == names[0]
    assert got("/v1/modelsx")[0] == got("/v1/models", "POST")[0] == got("/v1/other")[0] == 404


@pytest.mark.parametrize(
    ("asked", "seconds", "rounds", "expected"),
    [
        (1, 10.0, 1, False),
        (3, 10.0, 1, True),
        (8, 10.0, 1, False),
        (40, 90.0, 1, False),
        (4, 4.0, 1, False),
        (33, 10.0, 11, True),
        (1, 10.0, 11, False),
        (200, 10.0, 11, False),
    ],
)
def test_who_asks_again_ever_more_slowly_pauses_and_who_asks_on_and_on_hangs(
    asked: int, seconds: float, rounds: int, expected: bool
) -> None:
    plan_ = UpstreamPlan(fault="500")
    probe = Probe(id="500", phase="errors", tool="t", arguments={}, upstream=plan_)
    seen = observed(probe, [], Outcome(plane="timeout"))
    late = seen.model_copy(update={"call": seen.call.model_copy(update={"seconds": seconds})})
    assert may_pause(late, asked, rounds) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the provider rejected the API key (check ACME_API_KEY)", True),
        ("authentication was refused", True),
        ("401", False),
        ("the request was rejected", False),
        ("set an API key", False),
    ],
)
def test_own_words_tell_that_a_key_was_refused(text: str, expected: bool) -> None:
    assert tells_refused_key(text) is expected


def test_the_words_for_a_refused_key_stand_for_the_providers_message_and_for_no_other() -> None:
    def told(exchange: Interaction) -> Outcome:
        status = exchange.response.status if exchange.response else 0
        return text_outcome(f"{status}: the provider rejected the API key", plane="tool_error")

    lost = [item for item in failing(told) if isinstance(item, Found)]
    statuses = {item.observation.probe.upstream.fault for item in lost if item.observation
                and item.rule == "errors.message-lost"}  # fmt: skip
    assert "400" in statuses
    assert not {"401", "403"} & statuses


@pytest.mark.parametrize("is_streamed", [True, False])
def test_json_where_events_should_come_is_read_by_no_official_client(is_streamed: bool) -> None:
    facts = tool({"model": {"type": "string"}}, {"model": "m"})
    call = ScriptedCall(plan=UpstreamPlan(fault="error-in-200"))
    call.decide(request_of({"model": "m", **({"stream": True} if is_streamed else {})}))
    probe = Probe(id="e", phase="errors", tool="t", arguments={}, upstream=call.plan)
    told = text_outcome("the stream broke off before its end", plane="tool_error")
    seen = observed(probe, call.interactions, told)
    context = AuditContext("t", (facts,), sees_upstream=True)
    found = broken_rules(list(judge([seen], context)))
    assert ("errors.message-lost" in found) is not is_streamed


@pytest.mark.parametrize("text", ["a" * 200_000, "at " * 60_000])
def test_a_long_text_is_looked_through_in_time_that_grows_with_it(text: str) -> None:
    begun = time.process_time()
    assert internals(text) == []
    assert time.process_time() - begun < 5
