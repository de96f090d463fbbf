"""Each row of the providers' error tables: the request that gets it, status, headers, body.

The rows are those of the contract sheet (§1.5, §3.4, §5.4, §6); a row that no request causes is
asked for by its name in the key.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from simulator_error_row import Row
from simulator_error_rows_acedata import ACEDATA_ROWS
from simulator_error_rows_anthropic import ANTHROPIC_ROWS
from simulator_error_rows_openai import OPENAI_ROWS
from simulator_error_rows_xai import XAI_ROWS
from simulator_requests import (
    OPENAI,
    ask,
    body_for,
    header,
    json_of,
    request_for,
)

from harness.upstream.simulators import Answer, simulate

ROWS = [*XAI_ROWS, *OPENAI_ROWS, *ANTHROPIC_ROWS, *ACEDATA_ROWS]


def answer_to(row: Row) -> Answer:
    origin = "/".join(row.endpoint.url.split("/")[:3])
    request = request_for(
        row.endpoint,
        body_for(row.endpoint, **row.fields),
        key=row.key,
        method=row.method,
        url=origin + row.path if row.path else None,
        headers=dict(row.headers),
    )
    return simulate(request)


def assert_like(found: Any, expected: Any) -> None:
    """Compare two values; the strings of `expected` are patterns, the order of keys counts."""
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        for key, value in expected.items():
            assert_like(found[key], value)
    elif isinstance(expected, str):
        # Names and codes hold brackets and dots of their own.
        assert found == expected or re.fullmatch(expected, found, re.DOTALL), found
    else:
        assert found == expected


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.endpoint.name} {row.status} {row.name}"
)
def test_a_row_has_its_status_and_body(row: Row) -> None:
    answer = answer_to(row)
    assert answer.status == row.status
    assert not answer.is_stream
    assert header(answer, "content-type") == row.content_type
    if isinstance(row.error, str):
        assert_like(answer.body.decode(), row.error)
    else:
        assert_like(json_of(answer), row.error)


@pytest.mark.parametrize("row", XAI_ROWS, ids=lambda row: row.name)
def test_xai_errors_are_compact_and_tell_nothing_of_the_account(row: Row) -> None:
    answer = answer_to(row)
    names = {name for name, _ in answer.headers}
    assert "x-request-id" not in names
    assert not any(name.startswith("x-ratelimit") for name in names)
    if answer.body.startswith(b"{"):
        compact = json.dumps(json_of(answer), separators=(",", ":"), ensure_ascii=False)
        assert answer.body == compact.encode()


@pytest.mark.parametrize("row", OPENAI_ROWS, ids=lambda row: row.name)
def test_openai_errors_have_the_lines_and_the_spacing_of_their_status(row: Row) -> None:
    answer = answer_to(row)
    of_account = row.status == 400 or (row.status == 429 and row.name != "quota")
    assert (header(answer, "openai-organization") is not None) == of_account
    assert (header(answer, "x-ratelimit-limit-tokens") is not None) == of_account
    assert header(answer, "retry-after") is None
    assert header(answer, "x-request-id") is not None
    indent, end = (2, b"") if row.status == 400 else (4, b"\n")
    spaced = json.dumps(json_of(answer), indent=indent, ensure_ascii=False)
    assert answer.body == spaced.encode() + end


@pytest.mark.parametrize("row", ANTHROPIC_ROWS, ids=lambda row: row.name)
def test_anthropic_errors_say_whether_to_try_again(row: Row) -> None:
    answer = answer_to(row)
    can_retry = row.status >= 500 or row.name == "requests a minute"
    expected = None if row.status == 413 else "true" if can_retry else "false"
    assert header(answer, "x-should-retry") == expected
    is_limited = row.status == 429
    assert (header(answer, "anthropic-ratelimit-tokens-limit") is not None) == is_limited
    has_wait = header(answer, "retry-after") is not None
    assert has_wait == (row.name == "requests a minute")
    shown = json_of(answer).get("request_id")
    if shown is not None:
        assert shown == header(answer, "request-id")


def test_the_answer_that_is_too_large_comes_from_the_edge() -> None:
    row = next(row for row in ANTHROPIC_ROWS if row.status == 413)
    assert header(answer_to(row), "request-id") is None


def test_the_503_of_openai_is_no_json() -> None:
    answer = ask(OPENAI, fault="503", stream=True)
    assert (answer.status, header(answer, "content-type")) == (503, "text/plain")
    assert answer.body == (
        b"upstream connect error or disconnect/reset before headers. "
        b"reset reason: connection termination"
    )
