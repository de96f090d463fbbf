"""A request without an answer: what its caller sees, and that nobody gets away with it."""

import asyncio
import contextlib
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from threaded_provider import Provider, send

import harness
from harness import CassetteMiss

URL = "https://provider.invalid/v1"
use = partial(harness.use_cassette, ignore_localhost=False)


@pytest.fixture
def path(provider: Provider, tmp_path: Path) -> Path:
    """A cassette with one interaction."""
    path = tmp_path / "a.yaml"
    with use(path):
        httpx.post(f"{provider.url}/v1", json={"ask": "one", "n": 1})
    return path


@pytest.mark.parametrize("mode", ["none", "once"])
def test_the_call_raises_at_once_and_says_all(
    library: Any, style: str, provider: Provider, path: Path, mode: str
) -> None:
    with pytest.raises(CassetteMiss) as caught, use(path, record_mode=mode) as cassette:
        send(library, style, f"{provider.url}/v1", json={"ask": "two", "n": 1})
    assert len(provider.requests) == 1
    assert str(caught.value) == (
        f"{path} has no answer for POST {provider.url}/v1: no recorded request is the same\n"
        "  nearest: interaction 0, which differs at\n"
        '    /body/ask: expected "one", is "two"\n'
        f'  to record it: use_cassette(…, record_mode="new_episodes"), or delete {path} '
        'and run with record_mode="once"'
    )
    (miss,) = cassette.misses
    assert caught.value.misses == (miss,)
    assert (miss.nearest, miss.reason) == (0, "no_match")


def test_a_used_up_answer_is_told_from_an_unknown_request(provider: Provider, path: Path) -> None:
    post = partial(httpx.post, f"{provider.url}/v1")
    with use(path) as cassette:
        post(json={"ask": "one", "n": 1})
        with pytest.raises(CassetteMiss, match="used up"):
            post(json={"ask": "one", "n": 1.0})
        cassette.misses.clear()


def test_a_missing_cassette_is_a_miss(library: Any, style: str, tmp_path: Path) -> None:
    with (
        pytest.raises(CassetteMiss, match="there is no such cassette"),
        use(tmp_path / "none.yaml", record_mode="none"),
    ):
        send(library, style, URL)
    assert not (tmp_path / "none.yaml").exists()


def test_a_miss_that_the_code_swallowed_is_raised_at_the_end(
    library: Any, style: str, path: Path
) -> None:
    def swallow(times: int) -> None:
        for _ in range(times):
            with contextlib.suppress(Exception):
                send(library, style, URL)

    with pytest.raises(CassetteMiss, match=r"provider\.invalid"), use(path):
        swallow(1)
    with pytest.raises(CassetteMiss, match="1 more request"), use(path):
        swallow(2)


def miss_and_raise(error: BaseException) -> None:
    with contextlib.suppress(CassetteMiss):
        httpx.get(URL)
    raise error


def test_a_miss_is_the_cause_of_what_went_wrong_after_it(path: Path) -> None:
    with pytest.raises(CassetteMiss) as caught, use(path):
        miss_and_raise(KeyError("choices"))
    assert isinstance(caught.value.__cause__, KeyError)


def test_leaving_for_another_reason_stays_that_reason_with_a_note(path: Path) -> None:
    with pytest.raises(KeyboardInterrupt) as caught, use(path):
        miss_and_raise(KeyboardInterrupt())
    assert "provider.invalid" in caught.value.__notes__[0]


def test_misses_that_were_expected_are_cleared(path: Path) -> None:
    with use(path) as cassette:
        with pytest.raises(CassetteMiss):
            httpx.get(URL)
        cassette.misses.clear()


def test_an_exception_of_the_test_itself_is_left_alone(path: Path) -> None:
    with pytest.raises(KeyError), use(path):
        raise KeyError


def test_an_sdk_that_retries_exceptions_gets_a_status_that_it_does_not_retry(
    library: Any, style: str, path: Path
) -> None:
    answers = []
    with pytest.raises(CassetteMiss, match=r"provider\.invalid"), use(path):
        answers.append(send(library, style, URL, headers={"X-Stainless-Lang": "python"}))
    (answer,) = answers
    assert (answer.status_code, answer.headers["x-should-retry"]) == (418, "false")
    error = answer.json()["error"]
    assert error["type"] == "cassette_miss"
    assert "to record it" in error["message"]


def test_retries_are_not_set_off(library: Any, style: str, path: Path) -> None:
    transport = library.AsyncHTTPTransport if style == "async" else library.HTTPTransport
    with pytest.raises(CassetteMiss), use(path) as cassette:
        send(library, style, URL, transport=transport(retries=3))
    assert len(cassette.misses) == 1


def test_secrets_are_not_in_a_miss(path: Path) -> None:
    key = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"
    with pytest.raises(CassetteMiss) as caught, use(path):
        httpx.post(URL, json={"key": key}, headers={"authorization": f"Bearer {key}"})
    assert key not in str(caught.value)
    assert key not in repr(caught.value.misses[0].model_dump())


def test_a_decorated_test_fails_although_its_code_swallowed_the_miss(path: Path) -> None:
    @use(path)
    async def swallowing() -> None:
        with contextlib.suppress(Exception):
            async with httpx.AsyncClient() as client:
                await client.get(URL)

    with pytest.raises(CassetteMiss):
        asyncio.run(swallowing())
