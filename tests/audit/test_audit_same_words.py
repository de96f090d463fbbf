"""A status that its type tells, and a message that other words tell as well."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harness.audit.dialect import Dialect
from harness.audit.found import Found
from harness.audit.told.provider_message import message_of, tells_the_same
from harness.audit.told.status import tells_type
from harness.records.call import Outcome
from harness.records.http import HttpResponse, Interaction
from tests.audit.pretended_server import broken_rules, failing, text_outcome
from tests.audit.test_audit_errors import plainly, status_of

MODEL = "gpt-5.5-pro"


@pytest.mark.parametrize(
    ("status", "seen", "is_same"),
    [
        (404, f"{MODEL} is not available on this API base/key. Try gpt-5.5", True),
        (404, f"Model '{MODEL}' not found", True),
        (404, f"Unknown model: {MODEL}", True),
        (404, f"the provider does not know it: no such model {MODEL}", True),
        (404, f"{MODEL} is unsupported here", True),
        (404, f"you have no access to {MODEL}, or it does not exist", True),
        (404, "gpt-5.5 is not available", False),
        (404, f"{MODEL}-mini is not available", False),
        (404, f"Model: {MODEL}. The service is not available", False),
        (404, f"{MODEL}: Unknown error", False),
        (404, f"{MODEL} failed with 404", False),
        (400, f"{MODEL} is not available", False),
        (413, "Request Entity Too Large", True),
        (413, "the prompt exceeds what the provider takes", True),
        (413, "HTTP 413", False),
        (413, "the provider failed", False),
        (429, "Request Entity Too Large", False),
    ],
)
def test_other_words_tell_the_message_of_few_statuses(
    status: int, seen: str, is_same: bool
) -> None:
    assert tells_the_same(status, seen, MODEL) is is_same


def test_without_a_model_in_the_request_none_is_told() -> None:
    assert not tells_the_same(404, "is not available", "")


@pytest.mark.parametrize(
    ("status", "body", "seen", "is_told"),
    [
        (429, {"type": "error", "error": {"type": "rate_limit_error"}}, "rate_limit_error", True),
        (529, {"error": {"type": "overloaded_error"}}, "(overloaded_error)", True),
        (400, {"type": "error", "error": {"type": "invalid_request_error"}},
         "invalid_request_error", False),
        (401, {"error": {"type": "invalid_request_error"}}, "invalid_request_error", False),
        (400, {"error": {"type": "invalid_request_error"}}, "invalid_request_error", False),
        (404, {"error": {"type": "invalid_request_error", "code": "model_not_found"}},
         "model_not_found", True),
        (503, {"type": "error", "error": {"type": "api_error"}}, "api_error", False),
        (429, {"error": {"type": "rate_limit_error"}}, "the limit", False),
        (429, {"error": {"type": "rate_limit_error"}}, "no_rate_limit_error", False),
        (429, {"error": "rate_limit_error"}, "rate_limit_error", False),
        (429, ["rate_limit_error"], "rate_limit_error", False),
    ],
)  # fmt: skip
def test_a_type_of_one_status_tells_it(status: int, body: object, seen: str, is_told: bool) -> None:
    assert tells_type(
        status, HttpResponse(status=status, body=json.dumps(body).encode()), seen
    ) is (is_told)


@pytest.mark.parametrize("dialect", ["messages", "chat"])
def test_a_type_that_several_statuses_have_tells_none(dialect: Dialect) -> None:
    def tell(exchange: Interaction) -> Outcome:
        response = exchange.response
        if response is None or not message_of(response):
            return text_outcome(plainly(exchange), plane="tool_error")
        wait = response.header("retry-after") or ""
        return text_outcome(f"{response.body.decode()} {wait}", plane="tool_error")

    assert "errors.status-lost" in broken_rules(failing(tell, dialect=dialect))


def test_a_message_in_other_words_is_told_and_any_other_is_lost() -> None:
    def told(exchange: Interaction) -> Outcome:
        words = {404: "m is not available here", 413: "Request Entity Too Large"}
        status = status_of(exchange)
        return text_outcome(words.get(status or 0, f"HTTP {status}"), plane="tool_error")

    def lost(exchange: Interaction) -> Outcome:
        return text_outcome(f"HTTP {status_of(exchange)}", plane="tool_error")

    def statuses(tell: Callable[[Interaction], Outcome]) -> set[str]:
        found = [item for item in failing(tell) if isinstance(item, Found)]
        lost = [item.observation for item in found if item.rule == "errors.message-lost"]
        return {seen.probe.upstream.fault for seen in lost if seen is not None}

    assert {"404", "413"} <= statuses(lost)
    assert not {"404", "413"} & statuses(told)
    assert "400" in statuses(told)
