"""How a failure of the provider is told, and what must not stand in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found
from harness.audit.oracles.errors import judge
from harness.audit.phases.errors import UNTIL, WAIT, plan
from harness.audit.told.advice import advice_in
from harness.audit.told.contracts import CONTRACTS, contract_of
from harness.audit.told.internals import internals
from harness.audit.told.provider_message import is_told, message_of
from harness.audit.told.seen import seen_text
from harness.audit.told.status import claims_provider_failed, tells_status, tells_wait
from harness.records.audit import NotTested, Probe, UpstreamPlan
from harness.records.call import Outcome
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.runner.audit_calls import obeys_wait
from harness.upstream.fault_kinds import KINDS
from harness.upstream.scripted_call import ScriptedCall
from harness.upstream.wire_answer import OTHER_JSON
from tests.audit.pretended_server import (
    KEY,
    broken_rules,
    failing,
    observed,
    request_of,
    text_outcome,
    tool,
)


def _header(exchange: Interaction, name: str) -> str:
    return (exchange.response.header(name) if exchange.response else None) or ""


def _status(exchange: Interaction) -> int | None:
    return exchange.response.status if exchange.response else None


def _body(exchange: Interaction) -> str:
    return exchange.response.body.decode("utf-8", "replace") if exchange.response else ""


def _reason(exchange: Interaction) -> str:
    if exchange.failure is not None or exchange.response is None:
        return "the connection was lost before the answer was whole"
    try:
        return message_of(exchange.response) or "the answer cannot be read"
    except ValueError:
        return "the answer cannot be read"


def _embedded(exchange: Interaction) -> Outcome:
    told = {"upstream": {"status": _status(exchange), "wait": _header(exchange, "retry-after")}}
    text = json.dumps({"reason": _reason(exchange)}, ensure_ascii=True)
    return Outcome(
        plane="tool_error",
        content=[{"type": "text", "text": f"failed: {text}"}],
        structured=told,
    )


def _rpc(exchange: Interaction) -> Outcome:
    data = {"status": _status(exchange), "retryAfter": _header(exchange, "retry-after")}
    return Outcome(plane="protocol_error", code=-32603, message=_reason(exchange), data=data)


def _plainly(exchange: Interaction, **other: Any) -> str:
    wait = _header(exchange, "retry-after")
    status = _status(exchange)
    told = "no answer" if status is None else f"HTTP {status}"
    return f"{told}: {_reason(exchange)}" + (f", wait {wait}" if wait else "")


def _quoting(exchange: Interaction) -> Outcome:
    """As the official Python clients: `Error code: 429 - {'error': …}`, here with all else."""
    failure = "" if exchange.failure is None else " Connection error."
    text = f"Error code: {_status(exchange)} - {_body(exchange)[:900]}{failure}"
    return text_outcome(f"{text} {_header(exchange, 'retry-after')}", plane="tool_error")


@pytest.mark.parametrize("tell", [_embedded, _rpc, _quoting])
def test_each_form_that_tells_all_is_no_defect(tell: Callable[[Interaction], Outcome]) -> None:
    assert set(broken_rules(failing(tell))) <= {"errors.json-rpc"}


def test_a_json_rpc_error_is_said_to_be_discouraged() -> None:
    assert set(broken_rules(failing(_rpc))) == {"errors.json-rpc"}


def _error(text: Callable[[Interaction], str]) -> Callable[[Interaction], Outcome]:
    return lambda exchange: text_outcome(text(exchange), plane="tool_error")


BAD: dict[str, tuple[Callable[[Interaction], Outcome], set[str]]] = {
    "all is well": (lambda exchange: text_outcome(_plainly(exchange)), {"failure-as-success"}),
    "without the status": (
        _error(lambda e: f"{_reason(e)} {_header(e, 'retry-after')}"),
        {"status-lost"},
    ),
    "without the message": (
        _error(lambda e: f"status {_status(e)} {_header(e, 'retry-after')} network"),
        {"message-lost"},
    ),
    "without the wait": (_error(lambda e: f"{_status(e)} {_reason(e)}"), {"retry-lost"}),
    "one text for all": (
        _error(lambda e: "The completion failed."),
        {"status-lost", "message-lost", "retry-lost", "retryable-unclear"},
    ),
    "network as a status": (
        _error(
            lambda e: (
                _plainly(e) if e.failure is None and e.response else "HTTP 500 from the provider"
            )
        ),
        {"network-unclear"},
    ),
    "with the key": (_error(lambda e: f"{_plainly(e)} [{KEY}]"), {"secret-leaked"}),
    "with a Python stack": (
        _error(lambda e: f'{_plainly(e)}\n  File "ask.py", line 3, in ask\n'),
        {"internals-leaked"},
    ),
    "with a Node stack": (
        _error(lambda e: f"{_plainly(e)}\n    at ask (file:///srv/dist/ask.js:10:5)"),
        {"internals-leaked"},
    ),
    "with a URL that has a password": (
        _error(lambda e: f"{_plainly(e)} via http://bob:hunter22@proxy.test:3128"),
        {"internals-leaked"},
    ),
    "never": (lambda exchange: Outcome(plane="timeout"), {"hangs"}),
    "gone": (lambda exchange: Outcome(plane="transport_error", message="eof"), {"not-serving"}),
}


@pytest.mark.parametrize(("tell", "rules"), BAD.values(), ids=BAD)
def test_what_is_told_wrongly_breaks_exactly_its_rules(
    tell: Callable[[Interaction], Outcome], rules: set[str]
) -> None:
    assert set(broken_rules(failing(tell))) == {f"errors.{rule}" for rule in rules}


def test_a_server_that_fails_ever_after_is_not_serving() -> None:
    found = broken_rules(failing(_error(_plainly), serves=False))
    assert found == {"errors.not-serving": {"serving"}}
    assert broken_rules(failing(_error(_plainly), serves=False, works=False)) == {}


def test_a_secret_of_the_environment_counts_and_one_that_the_provider_shows_does_not() -> None:
    other = "another-secret-1"
    tell = _error(lambda e: f"{_plainly(e)} {other}")
    assert set(broken_rules(failing(tell, OTHER=other))) == {"errors.secret-leaked"}
    shown = "request could not be read"
    assert "errors.secret-leaked" not in broken_rules(failing(_error(_plainly), OTHER=shown))


def test_every_fault_has_a_contract() -> None:
    assert set(CONTRACTS) == set(KINDS)


@pytest.mark.parametrize(
    ("fault", "must_fail"),
    [
        ("429; retry-after=5", True),
        ("error-in-200", True),
        ("empty", True),
        ("truncated; ending=complete", True),
        ("wrong-content-length; by=-10", True),
        ("wrong-content-length", False),
        ("wrong-content-type", False),
        ("duplicate-keys", False),
        ("drip; step=9", False),
        ("reset-mid-body", True),
    ],
)
def test_only_what_cannot_be_read_must_fail(fault: str, must_fail: bool) -> None:
    assert contract_of(fault).must_fail is must_fail


@pytest.mark.parametrize(
    ("status", "seen", "is_told"),
    [
        (429, "Error code: 429 - x", True),
        (429, "Rate limit exceeded, slow down", True),
        (404, "Not Found", True),
        (401, "Authentication failed", True),
        (500, "took 5000 ms and failed", False),
        (503, "The completion failed", False),
    ],
)
def test_a_status_is_told_by_number_or_by_name(status: int, seen: str, is_told: bool) -> None:
    assert tells_status(status, seen, seen) is is_told


@pytest.mark.parametrize(
    ("value", "seen", "is_told"),
    [
        (WAIT, f"retry after {WAIT}s", True),
        (WAIT, "retry in 1,207 seconds", True),
        (WAIT, "wait 1207000 ms", True),
        (WAIT, "try again in 20 minutes", True),
        (WAIT, "limit resets at 2026-10-05T23:52:25Z", True),
        (WAIT, "too many requests (429)", False),
        (UNTIL, f"retry after {UNTIL}", True),
        (UNTIL, "resets 2027-12-31T23:59:59.000Z", True),
        (UNTIL, "wait 39052800 s", True),
        (UNTIL, "HTTP 429, wait a little", False),
    ],
)
def test_a_wait_is_told_in_seconds_minutes_or_as_a_moment(
    value: str, seen: str, is_told: bool
) -> None:
    assert tells_wait([value], seen, provider="") is is_told


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("HTTP 502: bad answer", True),
        ("connection refused", False),
        ("API request failed (500): timed out after 2 s", False),
        ("failed within 500 ms", False),
        ("Request failed", False),
    ],
)
def test_a_status_without_a_word_of_the_network_blames_the_provider(
    text: str, claims: bool
) -> None:
    assert claims_provider_failed(text) is claims


@pytest.mark.parametrize(
    "text",
    [
        "see https://docs.example.com/api/errors.js for details",
        "POST /v1/chat/completions failed",
        "messages.0.content: Input should be a valid string",
        "POST http://127.0.0.1:8123/api.openai.com/v1/chat/completions: 500",
        "arrived at 12:30:45, try at 13:00",
        "ratio a/b/c.d and 3/4",
    ],
)
def test_an_address_or_an_argument_is_no_inside_of_the_server(text: str) -> None:
    assert internals(text) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "No", "type": "x"}}, "No"),
        ({"code": "c", "error": "Bad key"}, "Bad key"),
        ({"detail": "Unauthorized"}, "Unauthorized"),
        ({"type": "error", "error": {"type": "t", "message": "Overloaded"}}, "Overloaded"),
        ({"error": {"code": 5}}, ""),
        ([{"error": {"message": "in a list"}}], "in a list"),
    ],
)
def test_the_message_of_a_provider_is_found_in_its_shapes(body: Any, message: str) -> None:
    response = HttpResponse(status=400, body=json.dumps(body).encode())
    assert message_of(response) == message


def test_a_message_is_told_also_with_a_redacted_key_and_escaped() -> None:
    message = "Incorrect API key provided: sk-abc. Grüße an https://x.test/keys"
    outcome = text_outcome(json.dumps({"e": message.replace("sk-abc", "***")}), plane="tool_error")
    assert is_told(message, seen_text(outcome))
    assert not is_told(message, "Incorrect request")


def test_a_retry_that_the_text_advises_fits_the_status() -> None:
    def told(of_final: str, of_passing: str) -> set[str]:
        def tell(exchange: Interaction) -> Outcome:
            status = _status(exchange)
            advice = of_final if status in (400, 401, 403, 404, 413, 422) else of_passing
            return text_outcome(_plainly(exchange) + f". {advice}", plane="tool_error")

        return set(broken_rules(failing(tell)))

    assert told("Do not retry.", "Retrying may help.") == set()
    assert told('{"retryable": false}', '{"retryable": true}') == set()
    assert told("Check the key and try again later.", "Check the status page.") == set()
    assert told("Retrying may help.", "Retrying may help.") == {"errors.retryable-unclear"}
    assert told("Do not retry.", "Retrying will not help.") == {"errors.retryable-unclear"}
    assert told("(retryable)", "") == {"errors.retryable-unclear"}


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Retrying can't help here", "never"),
        ("should not be retried", "never"),
        ("non-retryable", "never"),
        ("is_retryable=False", "never"),
        ("try again in a moment", "again"),
        ("a retry may succeed", "again"),
        ("retries: 0", None),
        ("fix the model and retry later", None),
        ("retryable: true, retryable: false", None),
    ],
)
def test_what_a_text_advises_is_read(text: str, advice: str | None) -> None:
    assert advice_in(text) == advice


def test_one_handler_that_tells_no_failure_is_one_finding() -> None:
    causes = broken_rules(failing(lambda exchange: text_outcome(f"Sorry: {_reason(exchange)}")))
    assert causes["errors.failure-as-success"] == {"every failure"}


def test_successes_of_one_kind_of_failure_are_told_by_their_kind() -> None:
    def network_only(exchange: Interaction) -> Outcome:
        is_network = exchange.failure is not None and exchange.response is None
        plane = "result" if is_network else "tool_error"
        return text_outcome(_plainly(exchange), plane=plane)

    causes = broken_rules(failing(network_only))
    assert causes == {"errors.failure-as-success": {"network"}}


def _good(exchange: Interaction) -> bool:
    return exchange.failure is None and _status(exchange) == 200


def test_json_that_is_no_answer_may_be_passed_on_and_not_be_an_empty_success() -> None:
    def telling(success: str) -> set[str]:
        def tell(exchange: Interaction) -> Outcome:
            is_other = _good(exchange) and OTHER_JSON.decode() in _body(exchange)
            if is_other:
                return text_outcome(success)
            return text_outcome(_plainly(exchange), plane="tool_error")

        return set(broken_rules(failing(tell)))

    assert telling('{\n  "status": "ok",\n  "choices": null\n}') == set()
    assert telling("") == {"errors.failure-as-success"}


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
