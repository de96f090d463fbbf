"""Each option of vcrpy, with its meaning, and each of ours."""

import re
import time
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr
from threaded_provider import Provider, send

import harness
from harness import CassetteMiss
from harness.cassette import store
from harness.errors import UsageError
from harness.records.http import HttpRequest, HttpResponse, Interaction

use = partial(harness.use_cassette, ignore_localhost=False)
KEY = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.yaml"


def ask(provider: Provider, content: Any = b"x", query: str = "", **more: Any) -> Any:
    return httpx.post(f"{provider.url}/v1{query}", content=content, **more).json()["number"]


@pytest.mark.parametrize(
    ("mode", "second"), [("new_episodes", [1, 2]), ("any", [1, 2]), ("all", [2, 3])]
)
def test_record_modes_that_record(
    provider: Provider, path: Path, mode: str, second: list[int]
) -> None:
    with use(path):
        ask(provider, b"a")
    with use(path, record_mode=vcr.mode(mode) if mode == "any" else mode):
        assert [ask(provider, b"a"), ask(provider, b"b")] == second
    with use(path, record_mode=vcr.mode.NONE) as cassette:
        assert [ask(provider, b"a"), ask(provider, b"b")] == second
    assert cassette.all_played


def test_recording_anew_keeps_what_it_did_not_come_to(provider: Provider, path: Path) -> None:
    with use(path):
        for body in (b"a", b"b"):
            ask(provider, body)
    with use(path, record_mode="all"):
        ask(provider, b"b")
    assert [item.request.body for item in store.load(path) or []] == [b"a", b"b"]
    with use(path, record_mode="all", drop_unused_requests=True):
        ask(provider, b"c")
    assert [item.request.body for item in store.load(path) or []] == [b"c"]


def test_a_recording_anew_that_asks_for_nothing_leaves_the_file(
    provider: Provider, path: Path
) -> None:
    with use(path):
        ask(provider)
    before = path.read_bytes()
    with use(path, record_mode="all"):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("match_on", "query", "body", "is_same"),
    [
        (None, "?a=1&b=2", b"y", False),
        (["method", "scheme", "host", "port", "path", "query"], "?b=2&a=1", b"y", True),
        (["method", "path"], "?c=3", b"y", True),
        (["uri", "body"], "?a=1&b=2", b"x", True),
        (["uri", "body"], "?b=2&a=1", b"x", False),
        (["raw_body"], "?c=3", b"x", True),
        (["method", "headers"], "?c=3", b"x", True),
        (["method", "headers"], "?c=3", b"longer", False),
    ],
)
def test_match_on_chooses_what_is_compared(
    provider: Provider, path: Path, match_on: Any, query: str, body: bytes, is_same: bool
) -> None:
    with use(path):
        ask(provider, b"x", "?a=1&b=2")
    with use(path, match_on=match_on) as cassette:
        if is_same:
            ask(provider, body, query)
            return
        with pytest.raises(CassetteMiss):
            ask(provider, body, query)
        cassette.misses.clear()


def raising(made: Any, recorded: Any) -> None:
    assert made.body[:1] == recorded.body[:1]


def telling(made: Any, recorded: Any) -> bool:
    return bool(made.body[:1] == recorded.body[:1])


@pytest.mark.parametrize("matcher", [raising, telling, "first_letter"])
def test_matchers_of_the_user_are_asked(provider: Provider, path: Path, matcher: Any) -> None:
    harness.register_matcher("first_letter", telling)
    with use(path):
        assert [ask(provider, body) for body in (b"a1", b"b1", b"a2")] == [1, 2, 3]
    with use(path, match_on=["method", "path", matcher]) as cassette:
        assert [ask(provider, body) for body in (b"b9", b"a9", b"a8")] == [2, 1, 3]
        with pytest.raises(CassetteMiss):
            ask(provider, b"c")
        cassette.misses.clear()
    with use(path, match_on=["method"], additional_matchers=[matcher]):
        assert ask(provider, b"b") == 2


def test_ignored_pointers_do_not_have_to_match(provider: Provider, path: Path) -> None:
    post = partial(httpx.post, f"{provider.url}/v1")
    with use(path):
        post(params={"ts": "1", "a": "1"}, json={"user": "u1", "m": [{"id": 1, "t": "a"}]})
    ignore = ["/body/user", "/body/m/*/id", "/query/ts"]
    with use(path, ignore=ignore, allow_playback_repeats=True) as cassette:
        post(params={"ts": "2", "a": "1"}, json={"m": [{"id": 9, "t": "a"}]})
        for params, text in (({"ts": "2", "a": "2"}, "a"), ({"ts": "2", "a": "1"}, "b")):
            with pytest.raises(CassetteMiss):
                post(params=params, json={"m": [{"id": 9, "t": text}]})
        cassette.misses.clear()


def test_filters_change_what_is_recorded_and_what_is_looked_for(
    provider: Provider, path: Path
) -> None:
    options: dict[str, Any] = {
        "filter_headers": ["x-trace", ("x-user", "NOBODY")],
        "filter_query_parameters": [("who", lambda key, value, request: value[:1] + "…")],
        "filter_post_data_parameters": ["id"],
    }

    def send_one(number: int) -> Any:
        return httpx.post(
            f"{provider.url}/v1",
            params={"who": f"k{number}"},
            json={"id": number, "ask": "x"},
            headers={"x-trace": str(number), "x-user": "me"},
        ).json()["number"]

    with use(path, **options) as cassette:
        send_one(1)
    request = cassette.interactions[0].request
    assert (request.header("x-trace"), request.header("x-user")) == (None, "NOBODY")
    assert "who=k%E2%80%A6" in request.url
    assert request.json_body() == {"ask": "x"}
    assert (path, cassette.requests[0].uri) == (path, request.url)
    assert provider.requests[0][1]["x-user"] == "me"
    with use(path, **options):
        assert send_one(2) == 1


def test_nested_post_data_is_filtered_on_request(provider: Provider, path: Path) -> None:
    options = {"filter_post_data_parameters": ["id"], "filter_nested_post_data_parameters": True}
    with use(path, **options) as cassette:
        httpx.post(f"{provider.url}/v1", json={"a": [{"id": 1}]})
    assert cassette.interactions[0].request.json_body() == {"a": [{}]}


def test_sensitive_data_is_hidden_in_the_file_and_there_for_the_test(
    provider: Provider, path: Path
) -> None:
    options = {"filter_sensitive_data": {"<WORD>": "swordfish"}}
    for _ in range(2):
        with use(path, **options) as cassette:
            answer = httpx.post(f"{provider.url}/v1", content=b"swordfish")
            assert answer.json()["echo"] == "swordfish"
            assert cassette.requests[0].body == b"swordfish"
        assert "swordfish" not in path.read_text()
    with use(path, record_mode="new_episodes", drop_unused_requests=True, **options):
        ask(provider, b"other")
    assert "swordfish" not in path.read_text()


def test_hooks_may_change_and_drop_what_is_recorded(provider: Provider, path: Path) -> None:
    def request_hook(request: Any) -> Any:
        return None if request.path == "/skipped" else request

    def response_hook(response: Any) -> Any:
        if b"dropped" in response["body"]["string"]:
            return None
        response["headers"].pop("set-cookie", None)
        return response

    with use(path, before_record=request_hook, before_record_response=response_hook) as cassette:
        httpx.post(f"{provider.url}/skipped")
        ask(provider, b"dropped")
        ask(provider, b"kept")
    (kept,) = store.load(path) or []
    assert kept.request.body == b"kept"
    assert len(cassette) == 1
    assert kept.response is not None
    assert kept.response.header("set-cookie") is None
    with use(path, record_mode="none", before_record_request=[request_hook]):
        # A request that a hook drops is none of the cassette's business, in any mode.
        assert httpx.post(f"{provider.url}/skipped").json()["number"] == 4


def test_interactions_pass_through_hooks_when_saved_and_when_loaded(
    provider: Provider, path: Path
) -> None:
    seen = []

    def save(request: Any, response: Any, cassette: Any) -> Any:
        seen.append(cassette.path)
        response["body"]["string"] = b"stored"
        return request, response

    def load(request: Any, response: Any) -> Any:
        response["body"]["string"] += b" and loaded"
        return request, response

    url = f"{provider.url}/v1"
    with use(path, before_save_interaction=save):
        assert "echo" in httpx.get(url).json()
    assert seen == [str(path)]
    with use(path, after_load_interaction=[load]):
        assert httpx.get(url).text == "stored and loaded"
    with use(path, after_load_interaction=lambda *_: None, record_mode="new_episodes"):
        assert "echo" in httpx.get(url).json()
    with (
        pytest.raises(UsageError, match="must return"),
        use(path, after_load_interaction=lambda *_: 5),
    ):
        pass


@pytest.mark.parametrize("hosts", ["127.0.0.1", ["other", "127.0.0.1"], [re.compile(r"127\..*")]])
def test_ignored_hosts_go_their_own_way(provider: Provider, path: Path, hosts: Any) -> None:
    with use(path, ignore_hosts=hosts, record_mode="none"):
        assert ask(provider) == 1


def test_a_library_that_is_skipped_goes_its_own_way(
    library: Any, provider: Provider, path: Path
) -> None:
    with use(path, skip_patchers=[library.__name__], record_mode="none"):
        assert send(library, "sync", f"{provider.url}/v1").json()["number"] == 1
    with use(path, skip_patchers=["aiohttp"]) as cassette:
        send(library, "sync", f"{provider.url}/v1")
    assert len(cassette) == 1


def test_an_interaction_may_be_played_again_on_request(provider: Provider, path: Path) -> None:
    with use(path, allow_playback_repeats=True) as cassette:
        assert [ask(provider), ask(provider)] == [1, 1]
    with use(path, allow_playback_repeats=True) as cassette:
        assert [ask(provider) for _ in range(3)] == [1, 1, 1]
        assert (cassette.play_count, dict(cassette.play_counts)) == (3, {0: 3})
    with use(path) as cassette:
        assert ask(provider) == 1
        cassette.rewind()
        assert not cassette.all_played
        assert ask(provider) == 1
        cassette.allow_playback_repeats = True
        assert ask(provider) == 1


def test_unused_interactions_are_listed_and_dropped_on_request(
    provider: Provider, path: Path
) -> None:
    with use(path):
        for body in (b"a", b"b", b"c"):
            ask(provider, body)
    with use(path) as cassette:
        ask(provider, b"b")
    assert [item.request.body for item in cassette.unplayed] == [b"a", b"c"]
    assert (cassette.all_played, len(cassette)) == (False, 3)
    with use(path, drop_unused_requests=True):
        ask(provider, b"b")
    assert [item.request.body for item in store.load(path) or []] == [b"b"]


@pytest.mark.parametrize(("keeps", "count"), [(True, 1), (False, 0)])
def test_a_block_that_fails_is_recorded_or_not(
    provider: Provider, path: Path, keeps: bool, count: int
) -> None:
    def ask_and_fail() -> None:
        ask(provider)
        raise KeyError

    with pytest.raises(KeyError), use(path, record_on_exception=keeps):
        ask_and_fail()
    assert len(store.load(path) or []) == count
    with use(path, record_on_exception=False, record_mode="new_episodes"):
        ask(provider, b"new")
    assert len(store.load(path) or []) == count + 1


@pytest.mark.parametrize(("decode", "kept"), [(None, False), (True, False), (False, True)])
def test_compressed_answers_are_kept_unpacked_or_as_they_came(
    library: Any, style: str, provider: Provider, path: Path, decode: Any, kept: bool
) -> None:
    for _ in range(2):
        # Redaction unpacks as well: a secret could hide in compressed bytes.
        options = {"decode_compressed_response": decode, "redaction": False}
        with use(path, **options) as cassette:
            answer = send(library, style, f"{provider.url}/gzip")
            assert answer.json() == {"packed": "text"}
    response = cassette.interactions[0].response
    assert response is not None
    assert (response.header("content-encoding") == "gzip") == kept
    assert response.body.startswith(b"\x1f\x8b") == kept
    assert response.header("content-length") == str(len(response.body))
    with vcr.use_cassette(path, record_mode="none"):
        assert send(library, style, f"{provider.url}/gzip").json() == {"packed": "text"}


def streamed(times: tuple[float, ...]) -> Interaction:
    return Interaction(
        request=HttpRequest(method="GET", url="https://provider.invalid/"),
        response=HttpResponse(
            status=200, headers=(("content-type", "text/event-stream"),), body=b"abc"
        ),
        chunks=tuple((at, 1) for at in times),
        seconds=times[-1],
    )


@pytest.mark.parametrize(
    ("pace", "fewest", "most"), [("instant", 0, 0.2), ("recorded", 0.3, 5), (0.5, 0.15, 5)]
)
def test_pace_scales_the_recorded_waiting_times(
    library: Any, style: str, path: Path, pace: Any, fewest: float, most: float
) -> None:
    store.save(path, [streamed((0.1, 0.2, 0.3))])
    started = time.perf_counter()
    with harness.use_cassette(path, pace=pace):
        assert send(library, style, "https://provider.invalid/", "GET").content == b"abc"
    assert fewest <= time.perf_counter() - started < most


def test_secrets_are_redacted_and_still_match(
    provider: Provider, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVIDER_API_KEY", "a-plain-word-as-key")
    options = {"secrets": {"TEAM": "the-team-of-nine"}}
    body = f"a-plain-word-as-key {KEY} the-team-of-nine".encode()
    headers = {"authorization": f"Bearer {KEY}"}
    with use(path, **options):
        ask(provider, body, headers=headers)
    for secret in ("a-plain-word-as-key", KEY, "the-team-of-nine", "session=secret"):
        assert secret not in path.read_text()
    assert "REDACTED[PROVIDER_API_KEY]" in path.read_text()
    with use(path, record_mode="none", **options):
        assert ask(provider, body, headers=headers) == 1


def test_redaction_can_be_left_out(provider: Provider, path: Path) -> None:
    with use(path, redaction=False):
        ask(provider, KEY.encode())
    assert KEY in path.read_text()


def test_sync_forces_each_interaction_to_the_disk(
    provider: Provider, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced: list[int] = []
    monkeypatch.setattr("os.fdatasync", forced.append)
    with use(path, sync=True):
        ask(provider)
    assert len(forced) == 1


def test_requests_and_responses_are_vcrpys(provider: Provider, path: Path) -> None:
    for _ in range(2):
        with use(path) as cassette:
            ask(provider, b"x", "?a=1")
        (request,), (response,) = cassette.requests, cassette.responses
        assert (request.method, request.path, request.query) == ("POST", "/v1", [("a", "1")])
        assert response["status"] == {"code": 200, "message": "OK"}
        assert response["headers"]["content-type"] == ["application/json"]
        assert response["body"]["string"].startswith(b'{"echo"')
        assert cassette.responses_of(request) == [response]
        assert request in cassette
        assert vcr.request.Request("GET", "https://x.invalid/", b"", {}) not in cassette
    assert (cassette.write_protected, cassette.record_mode) == (True, "once")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"record_modes": "once"}, "did you mean 'record_mode'"),
        ({"record_mode": "onc"}, "did you mean 'once'"),
        ({"serializer": "json"}, "cassette import"),
        ({"persister": object()}, "persister"),
        ({"custom_patches": [1]}, "custom_patches"),
        ({"match_on": ["bodi"]}, "did you mean 'body'"),
        ({"match_on": "body"}, "is a text"),
        ({"ignore": "body/user"}, "no pointer"),
        ({"skip_patchers": ["httpy"]}, "did you mean 'httpx'"),
        ({"pace": "fast"}, "neither"),
        ({"pace": -1}, "neither"),
        ({"pace": True}, "neither"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_opened(
    options: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        harness.use_cassette("a.yaml", **options)


def test_vcrpys_defaults_are_accepted() -> None:
    used = harness.use_cassette("a.yaml", serializer="yaml", persister=None, custom_patches=())
    assert callable(used)
