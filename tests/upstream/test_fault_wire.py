"""What each fault makes of an answer, as a plan for the wire."""

from __future__ import annotations

import gzip
import json
from typing import Any
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulator_requests import ACEDATA, ALL, ANTHROPIC, OPENAI, XAI, Endpoint, body_for, request_for

from harness.cassette.joined_stream import join_stream
from harness.records.http import HttpRequest, HttpResponse
from harness.upstream.fault_kinds import KINDS, options_of
from harness.upstream.faults import parse_fault
from harness.upstream.simulators import simulate
from harness.upstream.simulators.registry import PROVIDERS
from harness.upstream.wire_answer import Piece, WireAnswer, faulty, simulated

MANGLED = [kind for kind in KINDS if kind not in ("surrogate", "timeout", "refused", "reset")]


def asked(endpoint: Endpoint, *, streamed: bool = False) -> HttpRequest:
    return request_for(endpoint, body_for(endpoint, stream=streamed))


def wire(endpoint: Endpoint, fault: str | None, *, streamed: bool = False) -> WireAnswer:
    parsed = None if fault is None else parse_fault(fault)
    return simulated(asked(endpoint, streamed=streamed), parsed)


def recorded(fault: str, body: bytes, content_type: str = "application/json") -> WireAnswer:
    """Return what becomes of a recorded answer of an origin that nobody simulates."""
    request = HttpRequest(method="POST", url="https://llm.example/v1/chat/completions?a=1")
    answer = HttpResponse(status=200, headers=(("content-type", content_type),), body=body)
    return faulty(parse_fault(fault), request, answer, None)


def header(answer: WireAnswer, name: str) -> str | None:
    return next((value for key, value in answer.headers if key == name), None)


def is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def test_without_a_fault_the_answer_goes_as_it_is() -> None:
    for endpoint in ALL:
        plain, answer = wire(endpoint, None), simulate(asked(endpoint))
        assert (plain.status, plain.headers, plain.body) == (200, answer.headers, answer.body)
        assert (plain.ending, plain.delay, plain.surplus) == ("complete", 0, b"")


@pytest.mark.parametrize("kind", [*KINDS, "429", "503; body=html", "418"])
def test_a_recorded_answer_fails_as_the_simulated_one_does(kind: str) -> None:
    for endpoint in ALL:
        for streamed in (False, True):
            request = asked(endpoint, streamed=streamed)
            answer = simulate(request)
            replayed = HttpResponse(status=200, headers=answer.headers, body=answer.body)
            provider = PROVIDERS[request.origin]
            again = faulty(parse_fault(kind), request, replayed, provider)
            direct = wire(endpoint, kind, streamed=streamed)
            if kind == "surrogate":  # the simulated model says it, a recorded one has it put in
                assert b"\\ud800" in again.body
                assert again.body != direct.body
            else:
                assert again == direct


@pytest.mark.parametrize("kind", MANGLED)
def test_the_same_request_fails_in_the_same_way(kind: str) -> None:
    for endpoint in (XAI, ANTHROPIC):
        assert wire(endpoint, kind, streamed=True) == wire(endpoint, kind, streamed=True)


def test_another_url_is_told_that_it_is_wrong_whatever_the_fault() -> None:
    request = request_for(XAI, body_for(XAI), url="https://api.x.ai/v2")
    for kind in KINDS:
        assert simulated(request, parse_fault(kind)) == simulated(request)


def test_waits_come_before_the_headers_and_between_frames() -> None:
    late = wire(XAI, "slow; delay=1.5; frame-delay=0.2", streamed=True)
    plain = wire(XAI, None, streamed=True)
    assert late.delay == 1.5
    assert [piece.wait for piece in late.pieces] == [0.0] + [0.2] * (len(plain.pieces) - 1)
    assert late.body == plain.body
    assert wire(XAI, "slow").delay == 1.0
    assert wire(XAI, "slow; frame-delay=0.2").delay == 0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "delay" in options_of(kind)])
def test_every_other_fault_may_be_late_as_well(kind: str) -> None:
    assert wire(OPENAI, f"{kind}; delay=2") == wire(OPENAI, kind).model_copy(update={"delay": 2.0})


def test_a_late_status_is_one_fault() -> None:
    answer = wire(XAI, "429; delay=2; retry-after=7")
    assert (answer.status, answer.delay, header(answer, "retry-after")) == (429, 2.0, "7")


def test_nothing_is_sent_when_nobody_answers() -> None:
    assert wire(XAI, "timeout") == WireAnswer(status=0, ending="silent")
    for kind in ("refused", "reset"):
        assert wire(XAI, kind) == WireAnswer(status=0, ending="reset")


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("endpoint", ALL)
def test_half_a_body_stops_in_the_middle_of_the_json_or_of_a_frame(
    endpoint: Endpoint, streamed: bool
) -> None:
    whole = wire(endpoint, None, streamed=streamed)
    for fault, ending in (
        ("truncated", "closed"),
        ("truncated; ending=complete", "complete"),
        ("truncated; ending=reset", "reset"),
    ):
        answer = wire(endpoint, fault, streamed=streamed)
        assert answer.ending == ending
        assert whole.body.startswith(answer.body)
        assert 0 < len(answer.body) < len(whole.body)
        assert len(answer.pieces) == (len(whole.pieces) + 1) // 2
        assert not answer.body.endswith(b"\n\n")
        assert not is_json(answer.body)


def test_a_stream_may_be_cut_after_the_end_of_its_first_choice() -> None:
    asked = request_for(OPENAI, {**body_for(OPENAI, stream=True), "n": 2})
    body = simulated(asked, parse_fault("truncated; ending=complete; at=choice")).body
    choices = join_stream(body.decode())["choices"]
    assert sum(bool(choice.get("finish_reason")) for choice in choices) == 1
    one = simulated(asked, None).body
    assert len(body) < len(one)
    assert one.startswith(body)
    other = wire(ANTHROPIC, "truncated; at=choice", streamed=True)
    assert other == wire(ANTHROPIC, "truncated", streamed=True)


def test_a_stalled_or_reset_stream_has_brought_half_of_its_frames() -> None:
    whole = wire(ANTHROPIC, None, streamed=True)
    for kind, ending in (("stalled", "silent"), ("reset-mid-body", "reset")):
        answer = wire(ANTHROPIC, kind, streamed=True)
        assert answer.pieces == whole.pieces[: len(whole.pieces) // 2]
        assert answer.ending == ending
        assert 0 < len(wire(ANTHROPIC, kind).body) < len(wire(ANTHROPIC, None).body)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("endpoint", ALL)
def test_a_character_is_cut_between_its_bytes(endpoint: Endpoint, streamed: bool) -> None:
    answer = wire(endpoint, "truncated-character", streamed=streamed)
    with pytest.raises(UnicodeDecodeError, match="unexpected end of data"):
        answer.body.decode()
    assert wire(endpoint, None, streamed=streamed).body.startswith(answer.body)


def test_a_body_of_ascii_ends_with_the_beginning_of_a_character() -> None:
    answer = recorded("truncated-character", b'{"a": "plain"}')
    assert answer.body == b'{"a": "' + b"\xe2\x82"


@pytest.mark.parametrize("streamed", [False, True])
def test_empty_is_a_200_with_the_headers_of_the_answer(streamed: bool) -> None:
    for endpoint in ALL:
        answer = wire(endpoint, "empty", streamed=streamed)
        assert (answer.status, answer.body, answer.ending) == (200, b"", "complete")
        assert answer.headers == simulate(asked(endpoint, streamed=streamed)).headers


def frame_values(answer: WireAnswer, **options: Any) -> list[Any]:
    texts = [piece.body.partition(b"data: ")[2] for piece in answer.pieces]
    return [json.loads(text, **options) for text in texts if text.strip() != b"[DONE]"]


@pytest.mark.parametrize("endpoint", ALL)
def test_nan_stands_in_the_place_of_one_number(endpoint: Endpoint) -> None:
    constants: list[str] = []
    json.loads(wire(endpoint, "nan").body, parse_constant=constants.append)
    assert constants == ["NaN"]
    frame_values(wire(endpoint, "nan", streamed=True), parse_constant=constants.append)
    assert constants == ["NaN", "NaN"]


@pytest.mark.parametrize("endpoint", ALL)
def test_each_member_is_given_twice_and_who_takes_the_last_loses_all(endpoint: Endpoint) -> None:
    nested = json.loads(wire(endpoint, "duplicate-keys").body)
    assert set(nested.values()) == {None}
    assert nested.keys() == json.loads(wire(endpoint, None).body).keys()
    frames = frame_values(wire(endpoint, "duplicate-keys", streamed=True))
    assert sum(all(value is None for value in frame.values()) for frame in frames) == 1


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("endpoint", ALL)
def test_one_byte_inside_a_string_is_no_utf8(endpoint: Endpoint, streamed: bool) -> None:
    body = wire(endpoint, "invalid-utf8", streamed=streamed).body
    assert body.count(b"\xff") == 1
    assert body.replace(b"\xff", b"") == wire(endpoint, None, streamed=streamed).body
    assert body[body.index(b"\xff") - 1 :][:1] == b'"'


@pytest.mark.parametrize("streamed", [False, True])
def test_a_huge_body_is_the_answer_behind_nothing_but_padding(streamed: bool) -> None:
    for endpoint in (XAI, ACEDATA):
        answer = wire(endpoint, "huge; size=1000000", streamed=streamed)
        whole = wire(endpoint, None, streamed=streamed).body
        assert len(answer.body) - len(whole) >= 1_000_000
        padding = answer.body[: -len(whole)]
        assert answer.body.endswith(whole)
        if streamed:
            assert padding.startswith(b": ")
            assert padding.endswith(b"\n\n")
        else:
            assert padding.strip() == b""
            assert json.loads(answer.body) == json.loads(whole)
    assert len(wire(XAI, "huge").body) > 64 * 2**20


def test_a_label_is_that_of_the_other_form_or_the_one_given() -> None:
    assert header(wire(XAI, "wrong-content-type"), "content-type") == "text/event-stream"
    answer = wire(XAI, "wrong-content-type", streamed=True)
    assert header(answer, "content-type") == "application/json"
    answer = wire(XAI, "wrong-content-type; content-type=text/plain")
    assert [value for name, value in answer.headers if name == "content-type"] == ["text/plain"]
    assert answer.body == wire(XAI, None).body


@pytest.mark.parametrize(("by", "surplus"), [(10, 0), (-7, 7), (-(10**6), None)])
def test_a_length_is_off_and_what_is_beyond_it_is_surplus(by: int, surplus: int | None) -> None:
    whole = wire(OPENAI, None).body
    answer = wire(OPENAI, f"wrong-content-length; by={by}")
    assert header(answer, "content-length") == str(max(0, len(whole) + by))
    assert answer.body + answer.surplus == whole
    assert len(answer.surplus) == (len(whole) if surplus is None else surplus)
    assert answer.ending == "closed"


def test_garbage_is_labelled_gzip_and_is_not() -> None:
    answer = wire(OPENAI, "gzip-garbage")
    assert header(answer, "content-encoding") == "gzip"
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(answer.body)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.x.ai/v1/chat/completions",
        "https://llm.example/v1/models/a:b?x=1&y=2",
        "https://llm.example/v1/",
        "https://llm.example",
    ],
)
def test_a_redirect_leads_back_to_the_same_place(url: str) -> None:
    request = HttpRequest(method="POST", url=url)
    answer = faulty(parse_fault("redirect-loop"), request, HttpResponse(status=200), None)
    assert answer.status == 307
    assert urljoin(url, header(answer, "location")).rstrip("/") == url.rstrip("/")


def test_a_drip_is_the_whole_answer_in_small_pieces() -> None:
    answer = wire(XAI, "drip; step=3; every=0.5")
    assert answer.body == wire(XAI, None).body
    assert {piece.wait for piece in answer.pieces} == {0.5}
    assert {len(piece.body) for piece in answer.pieces[:-1]} == {3}
    assert wire(XAI, "drip").pieces[0] == Piece(b"{", 0.1)


def test_a_drip_lasts_as_long_as_it_is_told_by_blanks_that_change_nothing() -> None:
    answer = wire(XAI, "drip; lasting=1; every=0; step=100000")
    assert json.loads(answer.body) == json.loads(wire(XAI, None).body)
    assert sum(piece.wait for piece in answer.pieces) == pytest.approx(1.0)
    assert max(piece.wait for piece in answer.pieces) < 0.1
    streamed = wire(XAI, "drip; lasting=1; every=0", streamed=True).body.decode()
    plain = wire(XAI, None, streamed=True).body.decode()
    assert streamed.startswith(":\n")
    assert join_stream(streamed) == join_stream(plain)


def test_another_document_comes_in_the_place_of_an_answer() -> None:
    assert wire(XAI, "other-json; document=[]").body == b"[]"
    assert json.loads(wire(XAI, "other-json").body) == {"status": "ok"}


@pytest.mark.parametrize(
    "header", [("authorization", "Bearer k-12345678"), ("x-api-key", "k-12345678")]
)
def test_an_error_can_repeat_the_credential_in_its_message(header: tuple[str, str]) -> None:
    request = HttpRequest(method="POST", url="https://llm.example/v1", headers=(header,))
    answer = faulty(parse_fault("401; body=echo"), request, HttpResponse(status=200), None)
    assert answer.status == 401
    assert json.loads(answer.body)["error"]["message"].endswith("Received: k-12345678")
    line = faulty(parse_fault("401; body=echo-text"), request, HttpResponse(status=200), None)
    assert line.body.decode().endswith("Received: k-12345678")
    assert ("content-type", "text/plain") in line.headers


def test_a_gateway_may_answer_in_plain_text() -> None:
    answer = wire(XAI, "502; body=text; retry-after=3")
    assert (answer.status, header(answer, "content-type")) == (502, "text/plain")
    assert answer.body.startswith(b"upstream connect error")
    assert header(answer, "retry-after") == "3"


def test_an_origin_without_a_simulator_fails_in_the_words_of_a_gateway() -> None:
    answer = recorded("429; retry-after=3", b"{}")
    assert (answer.status, header(answer, "retry-after")) == (429, "3")
    assert "message" in json.loads(answer.body)["error"]


@given(st.binary(max_size=200), st.sampled_from(["application/json", "text/event-stream", ""]))
def test_any_recorded_body_can_fail_in_any_way(body: bytes, content_type: str) -> None:
    for kind in KINDS:
        if kind != "huge":
            assert recorded(kind, body, content_type)


@given(st.binary(max_size=200))
def test_what_is_damaged_is_broken_whatever_it_was(body: bytes) -> None:
    for kind in ("nan", "invalid-utf8"):
        with pytest.raises((ValueError, RecursionError)):
            json.loads(recorded(kind, body).body.decode(), parse_constant=refused)


def refused(name: str) -> None:
    raise ValueError(name)
