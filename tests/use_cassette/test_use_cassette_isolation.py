"""Overlapping tasks, threads and cassettes stay apart; identical requests keep their order."""

import asyncio
import json
import threading
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from threaded_provider import SECONDS, Provider, send

import harness
from harness.cassette import store
from harness.records.http import HttpRequest, HttpResponse, Interaction

use = partial(harness.use_cassette, ignore_localhost=False)
URL = "https://provider.invalid/v1"


def answer(text: str, ask: bytes = b"") -> Interaction:
    return Interaction(
        request=HttpRequest(method="POST", url=URL, body=ask),
        response=HttpResponse(status=200, body=text.encode()),
    )


def test_64_tasks_and_threads_over_8_cassettes_do_not_mix(library: Any, tmp_path: Path) -> None:
    """Half of the tasks go on in a worker thread, and a quarter in a thread of their own."""
    paths = [tmp_path / f"{number}.yaml" for number in range(8)]
    for number, path in enumerate(paths):
        store.save(path, [answer(f"{number}.{item}") for item in range(8)])

    shared = library.Client()

    def in_thread(got: list[str]) -> None:
        got.append(shared.post(URL).text)

    def in_thread_of_its_own(got: list[str]) -> None:
        thread = threading.Thread(target=in_thread, args=(got,))
        thread.start()
        thread.join(SECONDS)

    async def task(number: int, client: Any, ready: asyncio.Barrier) -> list[str]:
        got: list[str] = []
        with use(paths[number % 8], record_mode="none"):
            await ready.wait()
            for item in range(4):
                if (number // 8 + item) % 2:
                    got.append((await client.post(URL)).text)
                else:
                    other = in_thread if number % 4 else in_thread_of_its_own
                    await asyncio.to_thread(other, got)
                await asyncio.sleep(0)
        return got

    async def run() -> list[list[str]]:
        ready = asyncio.Barrier(64)
        async with library.AsyncClient() as client:
            tasks = [task(number, client, ready) for number in range(64)]
            return await asyncio.wait_for(asyncio.gather(*tasks), SECONDS)

    with shared:
        answered = asyncio.run(run())
    for number, answers in enumerate(answered):
        assert answers == [f"{number % 8}.{item}" for item in range(4)]


def test_64_tasks_record_into_8_cassettes_without_mixing(
    library: Any, provider: Provider, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.yaml" for number in range(8)]

    async def task(number: int, client: Any, ready: asyncio.Barrier) -> None:
        with use(paths[number % 8], record_mode="new_episodes"):
            await ready.wait()
            await client.post(f"{provider.url}/v1", content=f"{number}")

    async def run() -> None:
        ready = asyncio.Barrier(64)
        limits = library.Limits(max_connections=4)
        async with library.AsyncClient(timeout=SECONDS, limits=limits) as client:
            await asyncio.gather(*(task(number, client, ready) for number in range(64)))

    asyncio.run(run())
    for number, path in enumerate(paths):
        kept = store.load(path) or []
        assert sorted(int(item.request.body) for item in kept) == list(range(number, 64, 8))
        assert all(item.response and json.loads(item.response.body)["echo"] ==
                   item.request.body.decode() for item in kept)  # fmt: skip


def test_tasks_that_share_a_cassette_get_each_answer_once(library: Any, tmp_path: Path) -> None:
    store.save(path := tmp_path / "a.yaml", [answer(str(number)) for number in range(64)])

    async def run() -> list[str]:
        async with library.AsyncClient() as client:
            with use(path):
                got = await asyncio.gather(*(client.post(URL) for _ in range(64)))
        return [response.text for response in got]

    assert asyncio.run(run()) == [str(number) for number in range(64)]


def test_threads_that_share_a_cassette_get_each_answer_once(tmp_path: Path) -> None:
    store.save(path := tmp_path / "a.yaml", [answer(str(number)) for number in range(64)])
    got: list[str] = []

    def ask() -> None:
        with httpx.Client() as client:
            got.extend([client.post(URL).text for _ in range(4)])

    with use(path) as cassette:
        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)
    assert sorted(map(int, got)) == list(range(64))
    assert cassette.all_played


def test_each_thread_may_have_a_cassette_of_its_own(tmp_path: Path) -> None:
    ready = threading.Barrier(8)
    got = {}

    def ask(number: int) -> None:
        store.save(path := tmp_path / str(number), [answer(str(number))])
        with use(path):
            ready.wait(SECONDS)
            got[number] = httpx.post(URL).text
            ready.wait(SECONDS)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert got == {number: str(number) for number in range(8)}


def test_of_nested_cassettes_the_innermost_counts(library: Any, style: str, tmp_path: Path) -> None:
    for name in ("outer", "inner"):
        store.save(tmp_path / name, [answer(name)])
    with use(tmp_path / "outer") as outer:
        with use(tmp_path / "inner") as inner:
            assert send(library, style, URL).text == "inner"
        assert send(library, style, URL).text == "outer"
    assert (outer.play_count, inner.play_count) == (1, 1)


def test_identical_requests_play_in_the_order_in_which_they_were_started(
    library: Any, provider: Provider, tmp_path: Path
) -> None:
    """The first one is answered last while recording, and plays first all the same."""
    url = f"{provider.url}/slow"

    async def record() -> None:
        async with library.AsyncClient(timeout=SECONDS) as client:
            first = asyncio.create_task(client.post(url, headers={"x-start": "first"}))
            go, later = provider.go, threading.Event()
            await asyncio.to_thread(provider.arrived.wait, SECONDS)
            later.set()
            provider.go = later
            await client.post(url, headers={"x-start": "second"})
            go.set()
            await first

    with use(path := tmp_path / "a.yaml"):
        asyncio.run(record())
    loaded = store.load(path) or []
    assert [item.request.header("x-start") for item in loaded] == ["first", "second"]


def test_a_generator_that_is_finished_elsewhere_lets_go_of_its_cassette(tmp_path: Path) -> None:
    store.save(path := tmp_path / "a.yaml", [answer("a"), answer("b")])

    @use(path)
    async def generator() -> Any:
        async with httpx.AsyncClient() as client:
            yield (await client.post(URL)).text
            yield (await client.post(URL)).text

    async def run() -> None:
        items = generator()
        assert await asyncio.create_task(anext(items)) == "a"
        await asyncio.create_task(items.aclose())
        await asyncio.create_task(items.aclose())

    asyncio.run(run())


def test_two_uses_that_begin_a_cassette_together_both_record(
    provider: Provider, tmp_path: Path
) -> None:
    path = tmp_path / "a.yaml"
    with use(path):
        httpx.post(f"{provider.url}/v1", content=b"a")
        with use(path):
            httpx.post(f"{provider.url}/v1", content=b"b")
    assert [item.request.body for item in store.load(path) or []] == [b"a", b"b"]
