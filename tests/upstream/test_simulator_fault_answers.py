"""Each fault at each provider."""

from __future__ import annotations

import json

import pytest
from simulator_requests import (
    ACEDATA,
    ALL,
    ANTHROPIC,
    CHATS,
    LEGACIES,
    OPENAI,
    OPENAI_LEGACY,
    XAI,
    XAI_LEGACY,
    Endpoint,
    ask,
    body_for,
    events,
    header,
    json_of,
    request_for,
    text_of,
    tools_for,
)

from harness.upstream.fault_kinds import STATUSES
from harness.upstream.faults import parse_fault
from harness.upstream.simulators import simulate

DOCUMENTED = "400 401 403 404 410 413 422 429 500 502 503 504 529"

OPENAI_ERRORS = {
    "400": ("invalid_request_error", "unsupported_parameter"),
    "401": ("invalid_request_error", "invalid_api_key"),
    "403": ("request_forbidden", "unsupported_country_region_territory"),
    "404": ("invalid_request_error", "model_not_found"),
    "429": ("requests", "rate_limit_exceeded"),
    "500": ("server_error", None),
}
ANTHROPIC_ERRORS = {
    "400": "invalid_request_error",
    "401": "authentication_error",
    "403": "permission_error",
    "404": "not_found_error",
    "413": "request_too_large",
    "429": "rate_limit_error",
    "500": "api_error",
    "504": "timeout_error",
    "529": "overloaded_error",
}
ACEDATA_ERRORS = {
    "400": "bad_request",
    "401": "invalid_token",
    "403": "used_up",
    "404": "no_api",
    "429": "too_many_requests",
    "500": "api_error",
    "504": "timeout",
}


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("endpoint", ALL)
@pytest.mark.parametrize("kind", DOCUMENTED.split(" "))
def test_a_status_fault_has_its_status_and_the_providers_form(
    endpoint: Endpoint, kind: str, streamed: bool
) -> None:
    answer = ask(endpoint, fault=kind, stream=streamed)
    assert answer.status == int(kind)
    assert answer.ending == "complete"
    assert not answer.is_stream
    if endpoint in (OPENAI, OPENAI_LEGACY) and kind == "503":
        assert header(answer, "content-type") == "text/plain"
        assert answer.body.startswith(b"upstream connect error")
        return
    error = json_of(answer)["error"]
    assert isinstance(error, str if endpoint in (XAI, XAI_LEGACY) else dict)
    assert b"{" not in answer.body[1:].replace(b'"error":{', b"").replace(b'"error": {', b"")


@pytest.mark.parametrize(("kind", "expected"), OPENAI_ERRORS.items())
def test_openai_faults_have_type_and_code(kind: str, expected: tuple[str, str | None]) -> None:
    error = json_of(ask(OPENAI, fault=kind))["error"]
    assert (error["type"], error["code"]) == expected


@pytest.mark.parametrize(("kind", "expected"), ANTHROPIC_ERRORS.items())
def test_anthropic_faults_have_a_type_and_say_whether_to_retry(kind: str, expected: str) -> None:
    answer = ask(ANTHROPIC, fault=kind)
    assert json_of(answer)["error"]["type"] == expected
    retried = {"429", "500", "504", "529"}
    assert header(answer, "x-should-retry") == (
        None if kind == "413" else "true" if kind in retried else "false"
    )


@pytest.mark.parametrize(("kind", "expected"), ACEDATA_ERRORS.items())
def test_acedata_faults_have_a_code_and_a_trace_id(kind: str, expected: str) -> None:
    body = json_of(ask(ACEDATA, fault=kind))
    assert body["error"]["code"] == expected
    assert body["trace_id"].startswith("00000000-")


def test_xai_faults_are_flat_and_a_410_has_no_code() -> None:
    assert list(json_of(ask(XAI, fault="403"))) == ["code", "error"]
    assert list(json_of(ask(XAI, fault="410"))) == ["error"]
    assert list(json_of(ask(XAI, fault="422"))) == ["error"]


@pytest.mark.parametrize("endpoint", [XAI, OPENAI, ANTHROPIC])
def test_a_429_names_the_model_and_leaks_whose_limit_it_is(endpoint: Endpoint) -> None:
    body = ask(endpoint, fault="429").body.decode()
    assert endpoint.model in body
    assert "org-simulated" in body or "00000000-0000-4000-8000-00000000a" in body


@pytest.mark.parametrize("endpoint", ALL)
def test_retry_headers_come_only_when_asked_for(endpoint: Endpoint) -> None:
    assert header(ask(endpoint, fault="429"), "retry-after") is None
    answer = ask(endpoint, fault="429; retry-after=2; retry-after-ms=1500")
    assert header(answer, "retry-after") == "2"
    assert header(answer, "retry-after-ms") == "1500"


def test_a_status_fault_comes_before_every_check() -> None:
    request = request_for(XAI, b"not json", key=None)
    assert simulate(request, parse_fault("503")).status == 503


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("endpoint", ALL)
def test_an_error_in_200_is_json_even_when_a_stream_was_asked_for(
    endpoint: Endpoint, streamed: bool
) -> None:
    answer = ask(endpoint, fault="error-in-200", stream=streamed)
    assert answer.status == 200
    assert header(answer, "content-type") == "application/json"
    assert "error" in json_of(answer)
    if endpoint is XAI:
        assert json_of(answer) == {
            "code": "The service is currently unavailable",
            "error": "Timed out waiting for first token",
        }


@pytest.mark.parametrize("endpoint", ALL)
def test_not_json_is_a_page_of_a_proxy(endpoint: Endpoint) -> None:
    answer = ask(endpoint, fault="not-json")
    assert answer.status == 200
    assert header(answer, "content-type") == "text/html; charset=utf-8"
    assert answer.body.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("endpoint", ALL)
def test_a_stream_error_comes_after_half_the_frames_and_is_the_last(endpoint: Endpoint) -> None:
    whole = ask(endpoint, stream=True)
    answer = ask(endpoint, fault="stream-error", stream=True)
    assert answer.status == 200
    assert answer.ending == "complete"
    assert answer.chunks[:-1] == whole.chunks[: len(whole.chunks) // 2]
    assert "error" in events(answer)[-1]
    assert answer.chunks[-1].startswith(b"event: error\n") == (endpoint is ANTHROPIC)


@pytest.mark.parametrize("endpoint", ALL)
def test_a_stream_error_without_a_stream_is_an_error_in_200(endpoint: Endpoint) -> None:
    assert ask(endpoint, fault="stream-error") == ask(endpoint, fault="error-in-200")


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("endpoint", ALL)
def test_a_surrogate_is_sent_as_a_json_escape_in_the_text(
    endpoint: Endpoint, streamed: bool
) -> None:
    plain = ask(endpoint, stream=streamed)
    answer = ask(endpoint, fault="surrogate", stream=streamed)
    assert b"\\ud800" in answer.body
    assert text_of(endpoint, answer) == text_of(endpoint, plain) + "\ud800"


@pytest.mark.parametrize("endpoint", CHATS)
def test_a_surrogate_stands_beside_a_tool_call(endpoint: Endpoint) -> None:
    choice = {"type": "any"} if endpoint is ANTHROPIC else "required"
    tools = tools_for(endpoint, "get_weather")
    answer = ask(endpoint, fault="surrogate", tools=tools, tool_choice=choice)
    assert text_of(endpoint, answer) == "\ud800"
    assert b"get_weather" in answer.body


def test_refused_has_no_answer() -> None:
    with pytest.raises(ValueError, match="forwarder"):
        ask(XAI, fault="refused")


@pytest.mark.parametrize("endpoint", ALL)
def test_a_status_that_no_document_speaks_of_has_the_providers_form(
    endpoint: Endpoint,
) -> None:
    for status in STATUSES:
        answer = ask(endpoint, fault=str(status))
        assert answer.status == status
        if header(answer, "content-type") == "text/plain":
            continue
        error = json_of(answer)["error"]
        assert error if isinstance(error, str) else error["message"]


@pytest.mark.parametrize("endpoint", ALL)
def test_a_status_may_come_with_a_page_or_without_a_body(endpoint: Endpoint) -> None:
    page = ask(endpoint, fault="502; body=html; retry-after=3")
    assert (page.status, header(page, "retry-after")) == (502, "3")
    assert header(page, "content-type") == "text/html; charset=utf-8"
    assert page.body.startswith(b"<!DOCTYPE html>")
    empty = ask(endpoint, fault="502; body=empty")
    assert (empty.status, empty.body) == (502, b"")


@pytest.mark.parametrize("kind", ["stream-error", "surrogate"])
@pytest.mark.parametrize("endpoint", LEGACIES)
def test_faults_can_lie_over_a_rejection(endpoint: Endpoint, kind: str) -> None:
    request = request_for(endpoint, json.dumps(body_for(endpoint)).encode(), method="GET")
    assert simulate(request, parse_fault(kind)).status in (200, 405)
