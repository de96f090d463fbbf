import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from origin_on_loopback import (
    FRAMES,
    SECONDS,
    URL,
    Origin,
    cassette,
    exchange,
    origin_on_loopback,
)

import harness
from harness.cassette.cassette_miss import CassetteMiss
from harness.cassette.store import load
from harness.errors import CassetteError, UsageError
from harness.upstream.upstream_server import UpstreamServer

pytestmark = pytest.mark.anyio
STREAM = "text/event-stream"


@pytest.fixture
async def origin(anyio_backend: str) -> AsyncIterator[tuple[str, Origin]]:
    async with origin_on_loopback() as running:
        yield running


async def post(url: str, body: Any, **more: Any) -> httpx.Response:
    async with httpx.AsyncClient(timeout=SECONDS, verify=False) as client:
        return await client.post(url, json=body, **more)


async def parts(url: str, body: Any) -> list[bytes]:
    async with (
        httpx.AsyncClient(timeout=SECONDS, verify=False) as client,
        client.stream("POST", url, json=body) as response,
    ):
        return [part async for part in response.aiter_raw()]


async def test_recorded_answers_are_replayed_in_order_and_then_again(tmp_path: Path) -> None:
    path = cassette(tmp_path / "a.yaml", exchange(1, "one"), exchange(1, "two"))
    async with harness.upstream_server(path) as server:
        said = [(await post(server.url_for(URL), 1)).json() for _ in range(3)]
    assert said == ["one", "two", "one"]
    assert server.answered == 3


def test_the_same_server_stands_in_for_synchronous_code(tmp_path: Path) -> None:
    path = cassette(tmp_path / "a.yaml", exchange({"q": 1}, {"a": 1}))
    with harness.upstream_server(path) as server:
        base = server.env["OPENAI_BASE_URL"]
        answer = httpx.post(
            f"{base}/chat/completions", json={"q": 1}, timeout=SECONDS, verify=False
        )
    assert answer.json() == {"a": 1}


async def test_a_miss_is_marked_and_names_the_nearest_interaction(tmp_path: Path) -> None:
    one = cassette(tmp_path / "a.yaml", exchange({"q": "far away"}, 1))
    other = cassette(tmp_path / "b.yaml", exchange({"other": 0}, 0), exchange({"q": "near"}, 2))
    async with harness.upstream_server(one, other) as server:
        answer = await post(server.url_for(URL), {"q": "nearer"})
        told = await post(f"{server.url}/_toolreel/misses", None)
        server.forget_misses()
    assert (answer.status_code, answer.headers["x-toolreel"]) == (418, "cassette-miss")
    assert answer.headers["x-should-retry"] == "false"
    nearest = answer.json()["nearest"]
    assert (nearest["cassette"], nearest["interaction"]) == (str(other), 1)
    assert nearest["differences"][0]["pointer"] == "/body/q"
    assert f"toolreel upstream --mode record {other}" in answer.json()["error"]["message"]
    assert told.json()["missed"] == 1
    assert told.json()["misses"][0]["nearest"] == 1


async def test_a_miss_that_was_swallowed_is_raised_when_the_server_is_left(tmp_path: Path) -> None:
    path = cassette(tmp_path / "a.yaml", exchange(1, 1))
    with pytest.raises(CassetteMiss, match="no recorded request is the same"):
        async with harness.upstream_server(path) as server:
            await post(server.url_for(URL), 2)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": "evil.example:80"}, 403),
        ({"host": "10.0.0.1"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:3000"}, 200),
        ({"host": "localhost:1"}, 200),
    ],
)
async def test_pages_of_other_hosts_are_refused(
    simulating: str, headers: dict[str, str], status: int
) -> None:
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hi"}]}
    headers = {"authorization": "Bearer sk-test", **headers}
    assert (await post(simulating, body, headers=headers)).status_code == status


@pytest.fixture(scope="module")
async def simulating(anyio_backend: str) -> AsyncIterator[str]:
    async with harness.upstream_server() as server:
        yield server.url_for(URL)


async def test_other_addresses_and_names_are_served_only_where_that_is_meant(
    tmp_path: Path,
) -> None:
    path = cassette(tmp_path / "a.yaml", exchange(1, "one"))
    open_to = {"allow_non_loopback": True, "allow_hosts": ["Docker.Internal"]}
    async with harness.upstream_server(path, host="0.0.0.0", **open_to) as server:
        port = server.url.rpartition(":")[2]
        url = f"http://127.0.0.1:{port}/api.openai.com/v1/chat/completions"
        hosts = ["10.1.2.3:80", "docker.internal:80", "evil.example"]
        said = [(await post(url, 1, headers={"host": host})).status_code for host in hosts]
    assert said == [200, 200, 403]


async def test_a_stream_passes_while_it_is_recorded_and_replays_in_the_same_frames(
    origin: tuple[str, Origin], tmp_path: Path
) -> None:
    host, provider = origin
    path = tmp_path / "new.yaml"
    arrived = []
    async with harness.upstream_server(path, mode="record") as server:
        url = f"{server.url}/{host}/v1/x"
        with anyio.fail_after(SECONDS):
            async with (
                httpx.AsyncClient(verify=False) as client,
                client.stream("POST", url, json={"q": 1}) as response,
            ):
                # The origin sends the rest only after its first frame was seen here.
                async for part in response.aiter_raw():
                    arrived.append(part)
                    provider.go.set()
        assert server.recorded == 1
    assert arrived == FRAMES
    (recorded,) = load(path) or []
    assert [size for _, size in recorded.chunks] == [len(frame) for frame in FRAMES]
    for pace in ("instant", "recorded"):
        async with harness.upstream_server(path, pace=pace) as server:
            assert await parts(f"{server.url}/{host}/v1/x", {"q": 1}) == FRAMES
    assert provider.requests == 1


async def test_recorded_pace_waits_as_the_recording_did(tmp_path: Path) -> None:
    chunks = ((0.1, 3), (0.16, 3), (0.16, 2), (0.3, 1))
    path = cassette(
        tmp_path / "a.yaml",
        exchange(1, b"abcdefghi", content_type=STREAM, chunks=chunks, seconds=0.3),
    )
    times: list[float] = []
    pieces = []
    async with (
        harness.upstream_server(path, pace=2) as server,
        httpx.AsyncClient(verify=False) as client,
    ):
        began = anyio.current_time()
        async with client.stream("POST", server.url_for(URL), json=1) as response:
            async for part in response.aiter_raw():
                times.append(anyio.current_time() - began)
                pieces.append(part)
    assert pieces == [b"abc", b"def", b"gh", b"i"]
    # Never early; how late is measured by tests/benchmarks/stream_times.py.
    assert all(at >= due * 2 - 0.001 for at, (due, _) in zip(times, chunks, strict=True))


async def test_what_is_recorded_holds_no_key_and_neither_does_the_log(
    origin: tuple[str, Origin], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, provider = origin
    provider.go.set()
    secret = "sk-abcdefghijklmnopqrstuvwxyz0123456789"
    monkeypatch.setenv("SOME_API_KEY", "value-of-a-secret-0815")
    path, log = tmp_path / "new.yaml", tmp_path / "log.jsonl"
    async with harness.upstream_server(path, mode="record", log=str(log)) as server:
        url = f"{server.url}/{host}/v1/x?api_key={secret}&x=value-of-a-secret-0815"
        await post(
            url, {"say": "value-of-a-secret-0815"}, headers={"authorization": f"Bearer {secret}"}
        )
    assert provider.headers["authorization"] == f"Bearer {secret}"
    for text in (path.read_text(), log.read_text()):
        assert secret not in text
        assert "value-of-a-secret" not in text
    (line,) = map(json.loads, log.read_text().splitlines())
    assert (line["outcome"], line["status"], line["method"]) == ("recorded", 200, "POST")
    assert line["bytes"] == sum(map(len, FRAMES))


async def test_a_client_that_gives_up_is_recorded_as_a_time_out(
    origin: tuple[str, Origin], tmp_path: Path
) -> None:
    host, provider = origin
    path = tmp_path / "new.yaml"
    async with harness.upstream_server(path, mode="record") as server:
        with pytest.raises(httpx.ReadTimeout):
            await post(f"{server.url}/{host}/v1/silent", 1, timeout=0.2)
        with anyio.fail_after(SECONDS):
            await provider.gone.wait()
    (recorded,) = load(path) or []
    assert (recorded.failure, recorded.response) == ("timeout", None)


async def test_an_origin_that_cannot_be_reached_is_told_and_not_recorded(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    path = tmp_path / "new.yaml"
    async with harness.upstream_server(path, mode="record") as server:
        answer = await post(f"{server.url}/127.0.0.1:{port}/v1", 1)
        unnamed = await post(f"{server.url}/v1/chat/completions", 1)
    assert (answer.status_code, answer.headers["x-toolreel"]) == (418, "error")
    assert f"cannot connect to http://127.0.0.1:{port}" in answer.json()["error"]["message"]
    assert unnamed.status_code == 400
    assert "names the provider's host" in unnamed.text
    assert not path.exists()


async def test_recording_anew_keeps_what_it_did_not_come_to(
    origin: tuple[str, Origin], tmp_path: Path
) -> None:
    host, provider = origin
    provider.go.set()
    old = exchange({"q": "old"}, "kept")
    stale = exchange({"q": 1}, "stale", url=f"http://{host}/v1/x")
    path = cassette(tmp_path / "a.yaml", old, stale)
    async with harness.upstream_server(path, mode="record", record_mode="all") as server:
        await post(f"{server.url}/{host}/v1/x", {"q": 1})
    assert [item.response.body for item in load(path) or [] if item.response] == [
        b'"kept"',
        b"".join(FRAMES),
    ]


async def test_an_existing_cassette_is_only_replayed_in_mode_once(
    origin: tuple[str, Origin], tmp_path: Path
) -> None:
    host, provider = origin
    path = cassette(tmp_path / "a.yaml", exchange(1, "one"))
    async with harness.upstream_server(path, mode="record", record_mode="once") as server:
        assert (await post(server.url_for(URL), 1)).json() == "one"
        assert (await post(f"{server.url}/{host}/v1/x", 1)).status_code == 418
        server.forget_misses()
    assert provider.requests == 0


async def test_what_the_simulator_answered_is_recorded_as_simulated(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hi"}]}
    options = {"mode": "record", "upstream": "simulate", "faults": ["429; nth=1"]}
    async with harness.upstream_server(path, **options) as server:
        said = [
            await post(server.url_for(URL), body, headers={"authorization": "Bearer sk-x"})
            for _ in range(2)
        ]
    assert [answer.status_code for answer in said] == [429, 200]
    first, second = load(path) or []
    assert (first.metadata["origin"], first.metadata["fault"]) == ("simulated", "429; nth=1")
    assert (second.metadata["origin"], "fault" in second.metadata) == ("simulated", False)
    async with harness.upstream_server(path) as server:
        again = [await post(server.url_for(URL), body) for _ in range(2)]
    assert [answer.content for answer in again] == [answer.content for answer in said]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("429; retry-after=7; nth=1", [429, 200, 200]),
        ("503; nth=2; times=2", [200, 503, 503]),
        ("503; path=/v1/other", [200, 200, 200]),
    ],
)
async def test_faults_happen_to_the_chosen_requests_and_cost_no_recorded_answer(
    tmp_path: Path, fault: str, expected: list[int]
) -> None:
    path = cassette(tmp_path / "a.yaml", exchange(1, "one"), exchange(1, "two"))
    async with harness.upstream_server(path, faults=[fault]) as server:
        said = [await post(server.url_for(URL), 1) for _ in range(3)]
    assert [answer.status_code for answer in said] == expected
    right = [answer.json() for answer in said if answer.status_code == 200]
    assert right == ["one", "two", "one"][: len(right)]


async def test_a_fault_cuts_a_recorded_stream(tmp_path: Path) -> None:
    whole = b"data: 1\n\ndata: 2\n\ndata: 3\n\ndata: [DONE]\n\n"
    path = cassette(tmp_path / "a.yaml", exchange(1, whole, content_type=STREAM))
    async with harness.upstream_server(path, faults=["truncated; nth=1"]) as server:
        with pytest.raises(httpx.RemoteProtocolError):
            await parts(server.url_for(URL), 1)
        assert b"".join(await parts(server.url_for(URL), 1)) == whole


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "replay"}, "needs cassettes"),
        ({"mode": "record"}, "the one cassette"),
        ({"mode": "replai"}, "did you mean 'replay'"),
        ({"prt": 1}, "did you mean 'port'"),
        ({"faults": ["42"]}, "fault '42'"),
        ({"pace": "fast"}, "pace='fast'"),
        ({"pace": "recorded"}, "only matters in mode replay"),
        ({"record_mode": "all"}, "only matters in mode record"),
        ({"host": "0.0.0.0"}, "--allow-non-loopback"),
        ({"host": "192.0.2.1", "allow_non_loopback": True}, "cannot listen at 192.0.2.1:0"),
        ({"log": "/nowhere/at/all"}, "cannot be written"),
    ],
)
async def test_a_choice_that_cannot_be_is_told_in_one_line(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message) as error:
        async with harness.upstream_server(**options):
            pass
    assert "\n" not in str(error.value)


async def test_a_missing_cassette_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    cassette(tmp_path / "chat.yaml")
    with pytest.raises(CassetteError, match=r"no such cassette; did you mean '.*chat\.yaml'"):
        async with harness.upstream_server(tmp_path / "chta.yaml"):
            pass
    (tmp_path / "empty").mkdir()
    with pytest.raises(CassetteError, match="no cassette"):
        async with harness.upstream_server(tmp_path / "empty"):
            pass


async def test_cassettes_that_contradict_each_other_are_not_served_together(
    tmp_path: Path,
) -> None:
    one = cassette(tmp_path / "a.yaml", exchange(1, "one"))
    other = cassette(tmp_path / "b.yaml", exchange(1, "other"))
    with pytest.raises(UsageError, match=r"a\.yaml and .*b\.yaml both answer POST"):
        async with harness.upstream_server(one, other):
            pass
    same = cassette(tmp_path / "c.yaml", exchange(1, "one"), exchange(2, "two"))
    async with harness.upstream_server(one, same) as server:
        assert server.about == "2 interactions of 2 cassettes"
        assert (await post(server.url_for(URL), 2)).json() == "two"


async def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"cannot listen at 127\.0\.0\.1:{port}: "):
            async with harness.upstream_server(port=port):
                pass


async def test_many_clients_at_once_get_their_own_answers(tmp_path: Path) -> None:
    own = [exchange({"n": n}, b"data: %d\n\n" % n * 9, content_type=STREAM) for n in range(40)]
    wrong = []
    async with harness.upstream_server(cassette(tmp_path / "a.yaml", *own)) as server:

        async def ask(number: int) -> None:
            said = b"".join(await parts(server.url_for(URL), {"n": number}))
            if said != b"data: %d\n\n" % number * 9:
                wrong.append(number)

        async with anyio.create_task_group() as tasks:
            for number in range(40):
                tasks.start_soon(ask, number)
    assert wrong == []
    assert server.answered == 40


def test_one_way_to_stand_in_can_be_entered_again(tmp_path: Path) -> None:
    server = harness.upstream_server(cassette(tmp_path / "a.yaml", exchange(1, 1)))
    assert isinstance(server, UpstreamServer)
    for _ in range(2):
        with server as running:
            assert (
                httpx.post(running.url_for(URL), json=1, timeout=SECONDS, verify=False).json() == 1
            )
