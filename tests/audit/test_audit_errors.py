"""How a failure of the provider is told, and what must not stand in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.dialect import Dialect
from harness.audit.phases.errors import STATUS_AIM, UNTIL, WAIT
from harness.audit.told.another_try import told_apart
from harness.audit.told.contracts import CONTRACTS, contract_of
from harness.audit.told.internals import internals
from harness.audit.told.plain_text import line_of, may_leave_out
from harness.audit.told.provider_message import is_told, message_of
from harness.audit.told.seen import seen_text
from harness.audit.told.status import claims_provider_failed, tells_status, tells_wait
from harness.records.audit import Observation, Probe, UpstreamPlan
from harness.records.call import Outcome
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.upstream.fault_kinds import KINDS
from tests.audit.pretended_server import (
    KEY,
    broken_rules,
    failing,
    observed,
    request_of,
    text_outcome,
)


def _header(exchange: Interaction, name: str) -> str:
    return (exchange.response.header(name) if exchange.response else None) or ""


def status_of(exchange: Interaction) -> int | None:
    return exchange.response.status if exchange.response else None


def body_of(exchange: Interaction) -> str:
    body = exchange.response.body if exchange.response else b""
    return body.decode("utf-8", "replace").replace(KEY, "***")


def reason_of(exchange: Interaction) -> str:
    return _reason_as_told(exchange).replace(KEY, "***")


def _reason_as_told(exchange: Interaction) -> str:
    if exchange.failure is not None or exchange.response is None:
        return "the connection was lost before the answer was whole"
    try:
        return message_of(exchange.response) or "the answer cannot be read"
    except ValueError:
        return "the answer cannot be read"


def _embedded(exchange: Interaction) -> Outcome:
    told = {"upstream": {"status": status_of(exchange), "wait": _header(exchange, "retry-after")}}
    text = json.dumps({"reason": reason_of(exchange)}, ensure_ascii=True)
    return Outcome(
        plane="tool_error",
        content=[{"type": "text", "text": f"failed: {text}"}],
        structured=told,
    )


def _rpc(exchange: Interaction) -> Outcome:
    data = {"status": status_of(exchange), "retryAfter": _header(exchange, "retry-after")}
    return Outcome(plane="protocol_error", code=-32603, message=reason_of(exchange), data=data)


def plainly(exchange: Interaction, **other: Any) -> str:
    wait = _header(exchange, "retry-after")
    status = status_of(exchange)
    told = "no answer" if status is None else f"HTTP {status}"
    return f"{told}: {reason_of(exchange)}" + (f", wait {wait}" if wait else "")


def _quoting(exchange: Interaction) -> Outcome:
    """As the official Python clients: `Error code: 429 - {'error': …}`, here with all else."""
    failure = "" if exchange.failure is None else " Connection error."
    text = f"Error code: {status_of(exchange)} - {body_of(exchange)[:900]}{failure}"
    return text_outcome(f"{text} {_header(exchange, 'retry-after')}", plane="tool_error")


@pytest.mark.parametrize("tell", [_embedded, _rpc, _quoting])
def test_each_form_that_tells_all_is_no_defect(tell: Callable[[Interaction], Outcome]) -> None:
    allowed = {"errors.json-rpc", "errors.page-passed-on"}
    assert set(broken_rules(failing(tell))) <= allowed


def test_a_json_rpc_error_is_said_to_be_discouraged() -> None:
    assert set(broken_rules(failing(_rpc))) == {"errors.json-rpc"}


def test_what_is_looked_up_after_a_failure_is_not_the_failure() -> None:
    models = HttpRequest(method="GET", url="https://api.openai.com/v1/models")
    tell = _error(lambda e: f"{plainly(e)} {_header(e, 'retry-after')} network")
    assert broken_rules(failing(tell, looks_up=[models])) == broken_rules(failing(tell))
    assert "errors.message-lost" not in broken_rules(failing(tell, looks_up=[models]))


@pytest.mark.parametrize(("dialect", "is_found"), [("messages", True), ("chat", False)])
def test_an_overloaded_provider_passes_where_that_is_documented(
    dialect: Dialect, is_found: bool
) -> None:
    def final(exchange: Interaction) -> Outcome:
        told = _quoting(exchange)
        is_busy = status_of(exchange) == 529
        return text_outcome(f"{told.text} (not retryable)", plane="tool_error") if is_busy else told

    found = broken_rules(failing(final, dialect=dialect))
    assert ("told as final" in found.get("errors.retryable-unclear", ())) is is_found


@pytest.mark.parametrize("asks", [True, False])
def test_failures_are_told_alike_only_where_the_provider_answered_with_them(asks: bool) -> None:
    def locked(status: int) -> Observation:
        probe = Probe(id=f"errors/t/{status}", phase="errors", tool="t", arguments={},
                      aim=STATUS_AIM, upstream=UpstreamPlan(fault=str(status)))  # fmt: skip
        answer = HttpResponse(status=status)
        exchange = Interaction(request=request_of({"model": "m"}), response=answer)
        outcome = text_outcome("database is locked", plane="tool_error")
        return observed(probe, [exchange] if asks else [], outcome)

    found = list(told_apart([locked(401), locked(429)]))
    assert bool(found) is asks


@pytest.mark.parametrize(("final", "is_found"), [(502, True), (None, True), (529, False)])
def test_failures_of_the_way_pass_where_those_of_the_provider_do(
    final: int | None, is_found: bool
) -> None:
    def uneven(exchange: Interaction) -> Outcome:
        status = status_of(exchange)
        passes = status is None or status == 429 or status >= 500
        advice = "(not retryable)" if status == final or not passes else "(retryable)"
        return text_outcome(f"{_quoting(exchange).text} {advice}", plane="tool_error")

    found = broken_rules(failing(uneven)).get("errors.retryable-unclear", ())
    assert ("told as final" in found) is is_found


def test_who_asks_for_a_stream_is_told_of_failures_as_well() -> None:
    def bare_in_streams(exchange: Interaction) -> Outcome:
        is_streamed = exchange.request.json_body().get("stream")
        return (
            text_outcome(f"HTTP {status_of(exchange)}", plane="tool_error")
            if is_streamed
            else (_quoting(exchange))
        )

    lost = {"errors.message-lost", "errors.retry-lost"}
    usual = set(broken_rules(failing(_quoting)))
    assert set(broken_rules(failing(bare_in_streams))) - usual == lost


def _error(text: Callable[[Interaction], str]) -> Callable[[Interaction], Outcome]:
    return lambda exchange: text_outcome(text(exchange), plane="tool_error")


BAD: dict[str, tuple[Callable[[Interaction], Outcome], set[str]]] = {
    "all is well": (lambda exchange: text_outcome(plainly(exchange)), {"failure-as-success"}),
    "without the status": (
        _error(lambda e: f"{reason_of(e)} {_header(e, 'retry-after')}"),
        {"status-lost"},
    ),
    "without the message": (
        _error(lambda e: f"status {status_of(e)} {_header(e, 'retry-after')} network"),
        {"message-lost"},
    ),
    "without the wait": (_error(lambda e: f"{status_of(e)} {reason_of(e)}"), {"retry-lost"}),
    "one text for all": (
        _error(lambda e: "The completion failed."),
        {"status-lost", "message-lost", "retry-lost", "retryable-unclear", "network-unclear"},
    ),
    "networks without a word": (
        _error(lambda e: plainly(e) if e.failure is None and e.response else "Error: "),
        {"network-unclear"},
    ),
    "network as a status": (
        _error(
            lambda e: (
                plainly(e) if e.failure is None and e.response else "HTTP 500 from the provider"
            )
        ),
        {"network-unclear"},
    ),
    "with the key": (
        _error(lambda e: f"{plainly(e)} [{KEY}]"),
        {"secret-leaked", "secret-passed-on"},
    ),
    "with the key that the provider repeats": (
        _error(lambda e: f"{plainly(e)} {_reason_as_told(e)}"),
        {"secret-passed-on"},
    ),
    "with a proxy's page": (
        _error(lambda e: f"{plainly(e)} {body_of(e)}"),
        {"page-passed-on"},
    ),
    "with a Python stack": (
        _error(lambda e: f'{plainly(e)}\n  File "ask.py", line 3, in ask\n'),
        {"internals-leaked"},
    ),
    "with a Node stack": (
        _error(lambda e: f"{plainly(e)}\n    at ask (file:///srv/dist/ask.js:10:5)"),
        {"internals-leaked"},
    ),
    "with a URL that has a password": (
        _error(lambda e: f"{plainly(e)} via http://bob:hunter22@proxy.test:3128"),
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
    found = broken_rules(failing(_error(plainly), serves=False))
    assert found == {"errors.not-serving": {"serving"}}
    assert broken_rules(failing(_error(plainly), serves=False, works=False)) == {}


def test_a_secret_of_the_environment_counts_and_one_that_the_provider_shows_does_not() -> None:
    other = "another-secret-1"
    tell = _error(lambda e: f"{plainly(e)} {other}")
    found = set(broken_rules(failing(tell, OTHER=other)))
    assert found == {"errors.secret-leaked", "errors.secret-passed-on"}
    shown = "request could not be read"
    assert "errors.secret-leaked" not in broken_rules(failing(_error(plainly), OTHER=shown))


def _without_lines(exchange: Interaction, *, more: str = "") -> str:
    is_line = exchange.response is not None and line_of(exchange.response)
    status, wait = status_of(exchange), _header(exchange, "retry-after")
    return f"HTTP {status} {wait}{more}" if is_line and status == 503 else plainly(exchange)


@pytest.mark.parametrize("dialect", ["chat", "messages"])
@pytest.mark.parametrize(("more", "is_lost"), [("", True), (": Service Unavailable", False)])
def test_a_line_of_plain_text_is_told_or_named_by_its_phrase(
    dialect: Dialect, more: str, is_lost: bool
) -> None:
    found = broken_rules(failing(_error(lambda e: _without_lines(e, more=more)), dialect=dialect))
    assert found == ({"errors.message-lost": {"message"}} if is_lost else {})


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"upstream connect error\n", "upstream connect error"),
        (b"<html><body>No</body></html>", ""),
        (b"Sorry <br> no", ""),
        (b'{"error": {"code": 5}}', ""),
        (b"null", ""),
        (b"\xff\xfe", ""),
        (b"\x00\x01", ""),
        (b"word " * 200, ""),
        (b"", ""),
    ],
)
def test_only_a_short_line_of_words_is_a_message(body: bytes, line: str) -> None:
    assert line_of(HttpResponse(status=503, body=body)) == line


@pytest.mark.parametrize("status", [422, 503])
def test_an_official_client_shows_no_plain_text(status: int) -> None:
    request = HttpRequest(method="POST", url="https://api.example.test/v1/messages")
    official = request.model_copy(update={"headers": (("X-Stainless-Lang", "python"),)})
    assert may_leave_out(status, "", official)
    assert not may_leave_out(status, "", request)
    assert may_leave_out(status, "422 Unprocessable Entity, 503 Service unavailable", request) is (
        status == 503
    )


@pytest.mark.parametrize(
    ("dialect", "others", "is_found"),
    [
        ("messages", {529: 500}, True),
        ("messages", {404: 400}, True),
        ("messages", {}, False),
        ("messages", {529: 502, 500: 502, 503: 502, 504: 502}, False),
        ("chat", {529: 500}, False),
    ],
)
def test_a_status_is_told_by_no_other_number(
    dialect: Dialect, others: dict[int, int], is_found: bool
) -> None:
    def told(exchange: Interaction) -> str:
        status = status_of(exchange)
        number = others.get(status or 0, status)
        words = "overload, not found, server error, timed out"
        said = f"{plainly(exchange)}. {body_of(exchange)[:900]} {words}"
        return said.replace(f"HTTP {status}", f"HTTP {number}")

    found = broken_rules(failing(_error(told), dialect=dialect))
    assert ("errors.status-lost" in found) is is_found


def _redacting(exchange: Interaction, *, lines: bool) -> str:
    is_line = exchange.response is not None and line_of(exchange.response)
    told = f"{status_of(exchange)} {_reason_as_told(exchange)} {_header(exchange, 'retry-after')}"
    told = plainly(exchange) if exchange.failure else told
    return told if is_line and not lines else told.replace(KEY, "***")


def test_who_redacts_in_json_redacts_in_plain_text() -> None:
    def found(tell: Callable[[Interaction], str]) -> dict[str, set[str]]:
        return broken_rules(failing(_error(tell)))

    assert found(lambda e: _redacting(e, lines=True)) == {}
    uneven = found(lambda e: _redacting(e, lines=False))
    assert uneven == {"errors.secret-leaked": {"echoed in plain text"}}
    never = found(lambda e: f"{plainly(e)} {_reason_as_told(e)}")
    assert never == {"errors.secret-passed-on": {"echoed"}}


def test_who_tells_no_message_in_json_has_redacted_nothing() -> None:
    def own(exchange: Interaction) -> str:
        is_line = exchange.response is not None and line_of(exchange.response)
        is_refused = status_of(exchange) == 401 and not is_line
        told = f"{plainly(exchange)} {_reason_as_told(exchange)}"
        return "401: the API key was rejected" if is_refused else told

    assert broken_rules(failing(_error(own))) == {"errors.secret-passed-on": {"echoed"}}


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
        (400, "provider.BadRequestError: no", True),
        (502, "bad_gateway", True),
        (404, "not in the list that was found", False),
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
        (WAIT, "try again in 20 minutes", False),
        (WAIT, "try again in 20 minutes. HTTP 429", False),
        (WAIT, "try again in 21 minutes", True),
        (WAIT, "try again in 20.2 min.", True),
        (WAIT, "try again in 19 minutes", False),
        (WAIT, "try again in 1207 minutes", False),
        (WAIT, "20 minutes and 7 seconds", True),
        (WAIT, "20m7s", True),
        (WAIT, "PT20M7S", True),
        (WAIT, "0:20:07", True),
        (WAIT, "00:20:06", False),
        ("1200", "20 minutes", True),
        (WAIT, "limit resets at 2026-10-05T23:52:25Z", True),
        (WAIT, "too many requests (429)", False),
        (WAIT, "retry after 1207000 s", False),
        (WAIT, "retry after 1207 ms", False),
        (WAIT, "request 12073 failed", False),
        (WAIT, '{"retry_after_ms": 1207000}', True),
        (WAIT, '{"retry_after_ms": 1207}', False),
        (WAIT, "params: 1207.0", True),
        (WAIT, "20 min 7 s", True),
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
        ("authentication_error: the key was refused (HTTP 401). Permanent.", True),
        ("Authentication failed: invalid API key", True),
        ("connection refused, is the API key invalid?", False),
        ("invalid JSON: unexpected token", False),
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
