"""Requests that are refused for their key, path, method or form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from simulator_requests import (
    ACEDATA,
    ALL,
    ANTHROPIC,
    OPENAI,
    OPENAI_LEGACY,
    XAI,
    XAI_LEGACY,
    Endpoint,
    header,
    json_of,
    post,
    problem,
)

from harness.upstream.simulators import ENDPOINTS


@pytest.mark.parametrize(
    ("endpoint", "status", "expected"),
    [
        (XAI, 400, "Incorrect API key provided: ba***ey. You can obtain an API key from"),
        (XAI_LEGACY, 400, "ba***ey"),
        (OPENAI, 401, "Incorrect API key provided: bad-key. You can find"),
        (OPENAI_LEGACY, 401, "bad-key"),
        (ANTHROPIC, 401, "invalid x-api-key"),
        (ACEDATA, 401, "token"),
    ],
)
def test_a_bad_key_is_refused(endpoint: Endpoint, status: int, expected: str) -> None:
    answer = post(endpoint, key="bad-key")
    assert answer.status == status
    assert expected in problem(endpoint, answer)


@pytest.mark.parametrize("endpoint", ALL)
def test_a_key_with_invalid_in_it_is_bad_too(endpoint: Endpoint) -> None:
    assert post(endpoint, key="sk-INVALID-1").status in (400, 401)


@pytest.mark.parametrize(
    ("endpoint", "status"),
    [(XAI, 401), (XAI_LEGACY, 401), (OPENAI, 401), (ANTHROPIC, 401), (ACEDATA, 400)],
)
def test_a_missing_key_is_refused(endpoint: Endpoint, status: int) -> None:
    answer = post(endpoint, key=None)
    assert answer.status == status
    assert problem(endpoint, answer)


def test_acedata_names_missing_and_wrong_tokens_by_code() -> None:
    assert json_of(post(ACEDATA, key=None))["error"]["code"] == "no_token"
    assert json_of(post(ACEDATA, key="bad"))["error"]["code"] == "invalid_token"


def test_anthropic_takes_bearer_tokens() -> None:
    good = post(ANTHROPIC, key=None, headers={"authorization": "Bearer token"})
    assert good.status == 200
    wrong = post(ANTHROPIC, key=None, headers={"authorization": "Bearer bad"})
    assert problem(ANTHROPIC, wrong) == "Invalid bearer token"


@pytest.mark.parametrize("endpoint", ALL)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_is_allowed(endpoint: Endpoint, method: str) -> None:
    answer = post(endpoint, method=method)
    assert answer.status == 405
    assert header(answer, "allow") == "POST"


@pytest.mark.parametrize("endpoint", ALL)
def test_an_unknown_path_gets_the_providers_own_404(endpoint: Endpoint) -> None:
    answer = post(endpoint, url=endpoint.url + "s")
    assert answer.status == 404
    assert problem(endpoint, answer)


def test_a_query_does_not_change_the_path() -> None:
    assert post(ANTHROPIC, url=f"{ANTHROPIC.url}?beta=true").status == 200


@pytest.mark.parametrize("url", ["https://api.example.com/v1/x", "http://api.x.ai/v1/completions"])
def test_an_unknown_origin_gets_a_list_of_those_there_are(url: str) -> None:
    answer = post(XAI, url=url)
    assert answer.status == 404
    assert url in json_of(answer)["error"]
    assert all(f"POST {known}" in json_of(answer)["simulated"] for known in ENDPOINTS)


@pytest.mark.parametrize("endpoint", ALL)
@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'{"model": NaN}', b"[" * 100_000], ids=lambda body: repr(body[:9])
)
def test_a_body_that_is_not_json_is_refused(endpoint: Endpoint, body: bytes) -> None:
    answer = post(endpoint, body)
    assert answer.status == 400
    assert "JSON" in problem(endpoint, answer)


@pytest.mark.parametrize("endpoint", ALL)
@pytest.mark.parametrize("body", [[], "text", 5, None])
def test_a_body_that_is_no_object_is_refused(endpoint: Endpoint, body: Any) -> None:
    answer = post(endpoint, json.dumps(body).encode())
    assert answer.status == (422 if endpoint in (XAI, XAI_LEGACY) else 400)
    assert problem(endpoint, answer)


def test_xai_wants_a_body_of_the_json_media_type() -> None:
    assert post(XAI, b"").status == 415
    assert post(XAI, headers={"content-type": "text/plain"}).status == 415
    assert post(XAI, headers={"content-type": "application/json; charset=utf-8"}).status == 200


def test_a_body_of_more_than_32_megabytes_is_too_large_for_anthropic() -> None:
    answer = post(ANTHROPIC, b" " * (32 * 1024 * 1024 + 1))
    assert answer.status == 413
    assert list(json_of(answer)) == ["error"]
