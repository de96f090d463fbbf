"""xAI's deferred completions: asked for once, fetched once."""

from __future__ import annotations

import pytest
from simulator_requests import XAI, ask, body_for, json_of, post, problem, request_for

from harness.upstream.simulators import Answer, simulate

FETCH = "https://api.x.ai/v1/chat/deferred-completion/"


def fetch(name: str, key: str | None = "xai-key") -> Answer:
    return simulate(request_for(XAI, b"", key=key, method="GET", url=FETCH + name))


def test_it_is_first_pending_then_there_once_and_then_gone() -> None:
    waiting = json_of(ask(XAI, deferred=True))
    assert list(waiting) == ["request_id"]
    pending = fetch(waiting["request_id"])
    assert (pending.status, pending.body) == (202, b"")
    ready = fetch(waiting["request_id"])
    assert ready.status == 200
    assert json_of(ready)["object"] == "chat.completion"
    gone = fetch(waiting["request_id"])
    assert gone.status == 404
    assert waiting["request_id"] in problem(XAI, gone)


def test_asking_anew_begins_anew() -> None:
    for _ in range(2):
        name = json_of(ask(XAI, "again", deferred=True))["request_id"]
        assert [fetch(name).status for _ in range(3)] == [202, 200, 404]


def test_a_deferred_answer_is_never_a_stream() -> None:
    name = json_of(ask(XAI, deferred=True, stream=True))["request_id"]
    fetch(name)
    assert not fetch(name).is_stream


def test_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.upstream.simulators.xai.deferred.MOST_WAITING", 2)
    names = [json_of(ask(XAI, str(number), deferred=True))["request_id"] for number in range(3)]
    assert [fetch(name).status for name in names] == [404, 202, 202]


def test_a_bad_request_is_not_deferred() -> None:
    assert ask(XAI, deferred=True, temperature=5).status == 400


@pytest.mark.parametrize(("key", "status"), [("bad-key", 400), (None, 401), ("xai-key", 404)])
def test_the_key_is_checked_before_the_id(key: str | None, status: int) -> None:
    assert fetch("00000000-0000-4000-8000-000000000000", key).status == status


def test_a_fetch_is_a_get() -> None:
    assert post(XAI, body_for(XAI), url=f"{FETCH}x").status == 404
