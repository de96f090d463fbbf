import json
from typing import Any

import pytest
from loopback_provider import KEY, URL, played, request, upstream

from harness.records.http import HttpResponse, Interaction
from harness.upstream.exchange import (
    FAULT_HEADER,
    FAULT_TIMEOUT_SECONDS,
    LIVE_TIMEOUT_SECONDS,
    MISS_HEADER,
    MISS_STATUS,
    REFUSING_URL,
    Forward,
    Play,
    Reply,
    Source,
    Upstream,
)
from harness.upstream.faults import parse_fault

SIMULATED = Source("http://127.0.0.1:81")
LIVE = Source()
OK = Reply(HttpResponse(status=200, body=b"{}"), None, 1.5)


def forwarded(to: Upstream, body: str = "new", **more: Any) -> Forward:
    decision = to.decide(request(body, **more))
    assert isinstance(decision, Forward)
    return decision


def answer(to: Upstream, body: str) -> HttpResponse:
    decision = to.decide(request(body))
    assert isinstance(decision, Play)
    assert decision.interaction.response is not None
    return decision.interaction.response


def is_miss(response: HttpResponse) -> bool:
    return response.status == MISS_STATUS


@pytest.mark.parametrize(
    ("mode", "has_file", "known", "unknown"),
    [
        ("none", True, "play", "miss"),
        ("none", False, "miss", "miss"),
        ("once", True, "play", "miss"),
        ("once", False, "forward", "forward"),
        ("new_episodes", True, "play", "forward"),
        ("new_episodes", False, "forward", "forward"),
        ("all", True, "forward", "forward"),
        ("all", False, "forward", "forward"),
    ],
)
def test_the_record_mode_decides_what_happens_to_a_request(
    mode: Any, has_file: bool, known: str, unknown: str
) -> None:
    source = None if mode == "none" else SIMULATED
    tested = upstream([played("known")] if has_file else None, mode, source)

    def outcome(body: str) -> str:
        decision = tested.decide(request(body))
        if isinstance(decision, Forward):
            return "forward"
        response = decision.interaction.response
        return "miss" if response and response.status == MISS_STATUS else "play"

    assert (outcome("known"), outcome("unknown")) == (known, unknown)


def test_a_miss_is_collected_and_answered_so_that_nobody_takes_it_for_the_provider() -> None:
    tested = upstream([played("known")])
    response = answer(tested, "other")
    assert is_miss(response)
    assert MISS_HEADER in response.headers
    assert response.header("content-type") == "application/json"
    assert response.json_body()["error"]["type"] == "cassette_miss"
    interactions, misses = tested.take()
    assert interactions == []
    assert [(miss.reason, miss.nearest, miss.cassette) for miss in misses] == [
        ("no_match", 0, "cassettes/x.yaml")
    ]
    assert tested.take() == ([], [])


def test_a_miss_keeps_no_secret() -> None:
    tested = upstream([])
    tested.decide(request(f"key {KEY}", url=f"{URL}?k={KEY}", headers=(("x-k", KEY),)))
    (miss,) = tested.take()[1]
    assert KEY not in miss.model_dump_json()
    assert "REDACTED[API_KEY]" in miss.request.url


def test_a_recorded_answer_is_played_once() -> None:
    tested = upstream([played("x")])
    assert not is_miss(answer(tested, "x"))
    assert is_miss(answer(tested, "x"))
    assert tested.take()[1][0].reason == "already_played"


def test_a_secret_is_matched_by_its_placeholder_and_given_back_in_the_answer() -> None:
    tested = upstream([played("REDACTED[API_KEY]", "echo REDACTED[API_KEY]")])
    assert answer(tested, KEY).body == f"echo {KEY}".encode()
    (seen,) = tested.take()[0]
    assert KEY not in seen.model_dump_json()


def test_what_is_seen_is_the_request_of_now() -> None:
    tested = upstream([played('{"a": 1}', metadata={"tool": "t"})])
    tested.decide(request('{ "a":1 }', headers=(("x-now", "1"),)))
    (seen,) = tested.take()[0]
    assert seen.request.headers == (("x-now", "1"),)
    assert seen.request.body == b'{ "a":1 }'
    assert seen.metadata == {"tool": "t"}


def test_a_recorded_failure_is_played_as_it_is() -> None:
    tested = upstream([Interaction(request=request("x"), failure="reset")])
    decision = tested.decide(request("x"))
    assert isinstance(decision, Play)
    assert (decision.interaction.failure, decision.interaction.response) == ("reset", None)


def test_a_forwarded_request_goes_to_the_simulator_by_the_name_of_its_origin() -> None:
    url = "https://api.x.ai:8443/v1/a%2Fb?x=%20&x=1"
    forward = forwarded(upstream(None, "once", SIMULATED), url=url, method="PUT")
    assert forward.url == "http://127.0.0.1:81/api.x.ai:8443/v1/a%2Fb?x=%20&x=1"
    assert (forward.method, forward.body) == ("PUT", b"new")
    assert (forward.timeout, forward.fault) == (LIVE_TIMEOUT_SECONDS, None)


def test_a_forwarded_request_goes_to_the_real_origin_when_live() -> None:
    assert forwarded(upstream(None, "once", LIVE)).url == URL


def test_a_forwarded_request_keeps_its_headers_but_those_of_the_first_leg() -> None:
    headers = (
        *(("Host", "api.x.ai"), ("Content-Length", "3"), ("Connection", "keep-alive")),
        *(("Accept-Encoding", "gzip"), ("Transfer-Encoding", "chunked")),
        *(("Authorization", f"Bearer {KEY}"), ("x-a", "1"), ("x-a", "2")),
    )
    forward = forwarded(upstream(None, "once", LIVE), headers=headers)
    assert forward.headers == (
        ("Authorization", f"Bearer {KEY}"),
        ("x-a", "1"),
        ("x-a", "2"),
        ("accept-encoding", "identity"),
    )


def with_fault(text: str, source: Source = SIMULATED) -> tuple[Upstream, Forward]:
    tested = upstream(None, "once", source)
    tested.fault = parse_fault(text)
    return tested, forwarded(tested)


def test_a_fault_is_asked_of_the_simulator() -> None:
    _, forward = with_fault("429; retry-after=2")
    assert (FAULT_HEADER, "429; retry-after=2") in forward.headers
    assert (forward.timeout, str(forward.fault)) == (LIVE_TIMEOUT_SECONDS, "429; retry-after=2")


def test_a_timeout_is_not_waited_for_longer_than_needed() -> None:
    _, forward = with_fault("timeout")
    assert forward.timeout == FAULT_TIMEOUT_SECONDS


def test_a_refused_connection_is_a_real_one() -> None:
    tested, forward = with_fault("refused")
    assert forward.url == REFUSING_URL
    tested.record(forward, request("new"), Reply(None, "refused", 0.1))
    assert tested.problems == []


def test_a_real_provider_is_asked_for_no_fault() -> None:
    tested, forward = with_fault("timeout", LIVE)
    assert (forward.url, forward.timeout) == (URL, LIVE_TIMEOUT_SECONDS)
    assert FAULT_HEADER not in dict(forward.headers)
    assert "fault" not in tested.record(forward, request("new"), OK).metadata


def test_a_provider_that_cannot_be_reached_is_a_problem_of_the_recording() -> None:
    tested = upstream(None, "once", LIVE)
    tested.record(forwarded(tested), request("new"), Reply(None, "refused", 0.1))
    assert tested.problems == ["cannot connect to https://api.x.ai to record its answer"]


def test_a_recording_tells_where_it_comes_from() -> None:
    tested = upstream(None, "once", SIMULATED)
    tested.tool, tested.fault = "chat", parse_fault("503")
    simulated = tested.record(forwarded(tested), request("new"), OK)
    assert simulated.metadata == {
        "origin": "simulated",
        "provider": "api.x.ai",
        "recorded": "2026-11-21",
        "tool": "chat",
        "fault": "503",
    }
    assert simulated.seconds == 0.0
    live = upstream(None, "once", LIVE)
    recorded = live.record(forwarded(live), request("new"), OK)
    assert (recorded.metadata["origin"], recorded.seconds) == ("live", 1.5)


def test_a_recording_keeps_no_secret() -> None:
    tested = upstream(None, "once", LIVE)
    sent = request(KEY, url=f"{URL}?k={KEY}", headers=(("authorization", f"Bearer {KEY}"),))
    reply = HttpResponse(status=200, headers=(("set-cookie", "session"),), body=KEY.encode())
    decision = tested.decide(sent)
    assert isinstance(decision, Forward)
    tested.record(decision, sent, Reply(reply, None, 0.1))
    (saved,) = tested.to_save() or []
    assert KEY not in saved.model_dump_json()
    assert "session" not in saved.model_dump_json()
    assert tested.take()[0] == [saved]


def test_the_order_is_that_of_the_start_even_if_the_ends_are_crossed() -> None:
    tested = upstream([played("known")], "new_episodes", LIVE)
    first = forwarded(tested, "first")
    tested.decide(request("known"))
    second = forwarded(tested, "second")
    forwarded(tested, "never ends")
    tested.record(second, request("second"), OK)
    tested.record(first, request("first"), OK)
    assert [item.request.body for item in tested.take()[0]] == [b"first", b"known", b"second"]
    saved = tested.to_save() or []
    assert [item.request.body for item in saved] == [b"known", b"first", b"second"]


@pytest.mark.parametrize(
    ("mode", "bodies"),
    [("new_episodes", [b"unasked", b"known", b"new"]), ("all", [b"known", b"new"])],
)
def test_recording_anew_forgets_the_old_and_recording_more_keeps_it(
    mode: Any, bodies: list[bytes]
) -> None:
    tested = upstream([played("unasked"), played("known")], mode, LIVE)
    for body in ("known", "new"):
        decision = tested.decide(request(body))
        if isinstance(decision, Forward):
            tested.record(decision, request(body), OK)
    assert [item.request.body for item in tested.to_save() or []] == bodies


def test_nothing_recorded_means_nothing_to_save() -> None:
    assert upstream([played()]).to_save() is None
    tested = upstream(None, "all", LIVE)
    forwarded(tested)
    assert tested.to_save() is None


def test_a_miss_says_which_cassette_and_why() -> None:
    body = json.loads(answer(upstream(None), "x").body)
    assert body["error"]["message"] == (
        "toolreel: cassettes/x.yaml has no answer for this request (no_cassette)"
    )


def test_recording_anew_that_broke_off_keeps_what_it_did_not_come_to() -> None:
    tested = upstream([played("one"), played("two")], "all", SIMULATED)
    again = request("two")
    forward = tested.decide(again)
    assert isinstance(forward, Forward)
    tested.record(forward, again, Reply(HttpResponse(status=200, body=b"new"), None, 0.1))
    kept = tested.to_save(is_complete=False) or []
    assert [item.request.body for item in kept] == [b"one", b"two"]
    assert [item.response.body for item in kept if item.response][-1] == b"new"
    assert len(tested.to_save() or []) == 1


def test_a_provider_that_cannot_be_reached_leaves_nothing_to_save() -> None:
    tested = upstream(None, "all", LIVE)
    known = request("new")
    forward = tested.decide(known)
    assert isinstance(forward, Forward)
    tested.record(forward, known, Reply(None, "refused", 0.1))
    assert tested.to_save() is None
    assert tested.problems
