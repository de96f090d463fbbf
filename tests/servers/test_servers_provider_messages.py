import json
from typing import Any

import pytest

from servers.provider_messages import LONGEST_MESSAGE, from_body, from_json, is_transient


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"code": "invalid-argument", "error": "Model not found: m"}, "Model not found: m"),
        ({"error": "Live search is deprecated."}, "Live search is deprecated."),
        ({"error": {"message": "bad key", "type": "x", "code": None}}, "bad key"),
        ({"type": "error", "error": {"type": "x", "message": "Overloaded"}}, "Overloaded"),
        ({"error": {"code": "no_api", "message": "m"}, "trace_id": "t"}, "m"),
        ({"detail": "Unauthorized"}, "Unauthorized"),
        ({"detail": [{"msg": "a", "loc": ["x"]}, {"msg": "b"}]}, "a; b"),
        ({"object": "error", "message": "too big", "code": "1"}, "too big"),
        ({"error": {"message": "Provider returned error", "metadata": {"raw": "slow down"}}},
         "Provider returned error: slow down"),
        ({"error": {"message": "m", "metadata": {}}}, "m"),
        ({"error": {"type": "overloaded_error"}}, '{"error": {"type": "overloaded_error"}}'),
        ({"error": 503}, '{"error": 503}'),
        ("just text", "just text"),
        ({}, "Too Many Requests"),
        (None, "Too Many Requests"),
    ],
)  # fmt: skip
def test_the_message_is_found_in_every_shape(body: Any, message: str) -> None:
    assert from_body(json.dumps(body).encode(), 429) == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"upstream connect error\n", "upstream connect error"),
        (b"", "Bad Gateway"),
        (b"<!DOCTYPE html><html><head><title>502 Bad\n Gateway</title></head><body>x</body>",
         "502 Bad Gateway"),
        (b"<html><body><style>p{}</style><p>Access &amp; more</p></body></html>", "Access & more"),
        (b"caf\xe9", "caf\ufffd"),
    ],
)  # fmt: skip
def test_bodies_that_are_not_json_become_short_text(body: bytes, message: str) -> None:
    assert from_body(body, 502) == message


def test_long_messages_are_cut() -> None:
    assert len(from_json({"error": "x" * 100_000})) == LONGEST_MESSAGE + 1


def test_a_status_without_a_standard_phrase_still_says_something() -> None:
    assert from_body(b"", 599) == "status 599 without a message"


@pytest.mark.parametrize(
    ("answer", "passes"),
    [
        ({"code": "The service is currently unavailable", "error": "Timed out waiting"}, True),
        ({"error": {"type": "overloaded_error", "message": "Overloaded"}}, True),
        ({"error": {"code": 429, "message": "x"}}, True),
        ({"error": {"code": 502}}, True),
        ({"error": {"code": 400, "message": "internal"}}, False),
        ({"error": {"code": "RateLimitReached"}}, True),
        ({"error": {"type": "invalid_request_error", "message": "bad"}}, False),
        ({"object": "error", "message": "bad"}, False),
    ],
)
def test_errors_that_pass_by_themselves_are_told_from_those_that_do_not(
    answer: dict[str, Any], passes: bool
) -> None:
    assert is_transient(answer) is passes
