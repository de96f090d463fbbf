"""Recording and replaying one request after the other, in every way to enter a cassette."""

import asyncio
import json
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr
from threaded_provider import Provider, send

import harness
from harness.cassette import store
from harness.errors import UsageError

use = partial(harness.use_cassette, ignore_localhost=False)


def test_what_was_recorded_is_played(
    library: Any, style: str, provider: Provider, tmp_path: Path
) -> None:
    path = tmp_path / "deep" / "a.yaml"
    with use(path) as cassette:
        first = send(library, style, f"{provider.url}/v1", json={"q": "ž"})
        assert (cassette.dirty, len(cassette), cassette.play_count) == (True, 1, 0)
        # Nothing is left to save: the file is there before the block ends.
        assert len(store.load(path) or []) == 1
    with use(path, record_mode="none") as cassette:
        again = send(library, style, f"{provider.url}/v1", json={"q": "ž"})
        assert (cassette.dirty, cassette.play_count, cassette.all_played) == (False, 1, True)
    assert isinstance(again, library.Response)
    assert (again.status_code, again.reason_phrase, again.json()) == (200, "OK", first.json())
    assert again.headers["content-type"] == "application/json"
    assert str(again.request.url) == f"{provider.url}/v1"
    assert again.elapsed is not None
    assert len(provider.requests) == 1


def test_plain_vcrpy_plays_what_was_recorded(
    library: Any, style: str, provider: Provider, tmp_path: Path
) -> None:
    with use(path := tmp_path / "a.yaml"):
        first = send(library, style, f"{provider.url}/v1", content=b"x")
    with vcr.use_cassette(path, record_mode="none"):
        assert send(library, style, f"{provider.url}/v1", content=b"x").json() == first.json()
    assert len(provider.requests) == 1


def test_a_cassette_of_vcrpy_is_played(
    library: Any, style: str, provider: Provider, tmp_path: Path
) -> None:
    with vcr.use_cassette(path := tmp_path / "a.yaml"):
        first = send(library, style, f"{provider.url}/v1", content=b"x")
    with use(path):
        assert send(library, style, f"{provider.url}/v1", content=b"x").json() == first.json()
    assert len(provider.requests) == 1


def test_the_body_is_compared_as_json(library: Any, provider: Provider, tmp_path: Path) -> None:
    post = partial(send, library, "sync", f"{provider.url}/v1")
    with use(path := tmp_path / "a.yaml"):
        post(content=b'{"a": 1, "b": [2]}')
        post(content=b'{"a": 2, "b": [2]}')
    with use(path, record_mode="none"):
        assert post(content=b'{"b":[2.0],"a":2}').json()["number"] == 2
        assert post(content=b'{"b":[2.0],"a":1}').json()["number"] == 1


def test_loopback_is_left_alone_by_default(
    library: Any, style: str, provider: Provider, tmp_path: Path
) -> None:
    with harness.use_cassette(tmp_path / "a.yaml") as cassette:
        send(library, style, f"{provider.url}/v1")
    assert (len(cassette), len(provider.requests)) == (0, 1)
    assert not (tmp_path / "a.yaml").exists()


def test_outside_of_the_block_nothing_is_held(
    library: Any, style: str, provider: Provider, tmp_path: Path
) -> None:
    with use(tmp_path / "a.yaml"):
        send(library, style, f"{provider.url}/v1")
    assert send(library, style, f"{provider.url}/v1").json()["number"] == 2


def test_every_kind_of_function_can_be_decorated(provider: Provider, tmp_path: Path) -> None:
    url = f"{provider.url}/v1"

    def number() -> Any:
        return httpx.get(url).json()["number"]

    @use(tmp_path / "function")
    def function() -> Any:
        return number()

    @use(tmp_path / "coroutine")
    async def coroutine() -> Any:
        return number()

    @use(tmp_path / "generator")
    def generator() -> Any:
        yield number()
        return 5

    @use(tmp_path / "async_generator")
    async def async_generator() -> Any:
        yield number()

    async def all_async() -> list[Any]:
        return [await coroutine(), [item async for item in async_generator()]]

    def once() -> list[Any]:
        return [function(), *asyncio.run(all_async()), list(generator())]

    assert once() == once() == [1, 2, [3], [4]]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "async_generator", "coroutine", "function", "generator",
    ]  # fmt: skip


def test_async_with_works_as_well(provider: Provider, tmp_path: Path) -> None:
    async def record() -> None:
        async with use(tmp_path / "a.yaml") as cassette, httpx.AsyncClient() as client:
            await client.get(f"{provider.url}/v1")
        assert len(cassette) == 1

    asyncio.run(record())


def test_a_decorated_function_may_call_itself(provider: Provider, tmp_path: Path) -> None:
    @use(tmp_path / "a.yaml")
    def deep(left: int) -> Any:
        number = httpx.post(f"{provider.url}/v1", json=left).json()["number"]
        return [number, *(deep(left - 1) if left else [])]

    assert deep(2) == [1, 2, 3]


def test_a_cassette_without_a_path_is_named_after_its_function(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @use(cassette_library_dir=tmp_path)
    def named_one() -> None:
        httpx.get(f"{provider.url}/v1")

    @use(func_path_generator=lambda function: str(tmp_path / f"{function.__name__}.made"))
    def named_two() -> None:
        httpx.get(f"{provider.url}/v1")

    @harness.use_cassette
    def named_three() -> int:
        return 3

    named_one()
    named_two()
    assert named_three() == 3
    assert {path.name for path in tmp_path.iterdir()} == {"named_one", "named_two.made"}


def test_paths_are_transformed_before_the_library_folder_is_put_before_them(
    provider: Provider, tmp_path: Path
) -> None:
    with use("x", cassette_library_dir=tmp_path, path_transformer=lambda path: f"{path}.yaml") as c:
        httpx.get(f"{provider.url}/v1")
    assert Path(c.path) == tmp_path / "x.yaml"
    assert Path(c.path).exists()


def test_a_context_manager_needs_a_path() -> None:
    with pytest.raises(UsageError, match="needs a path"), harness.use_cassette():
        pass


def test_one_use_cannot_be_open_twice(tmp_path: Path) -> None:
    twice = use(tmp_path / "b.yaml")
    with twice, pytest.raises(UsageError, match="open already"):
        twice.__enter__()


@pytest.mark.parametrize("option", ["inject", "inject_cassette"])
def test_the_cassette_is_injected_as_first_argument(option: str, tmp_path: Path) -> None:
    class Case:
        @use(tmp_path / "a.yaml", **{option: True})
        def method(self, cassette: Any, one: int) -> tuple[Any, int]:
            return cassette, one

    @use(tmp_path / "a.yaml", **{option: True})
    def function(cassette: Any, one: int) -> tuple[Any, int]:
        return cassette, one

    for cassette, one in (Case().method(1), function(1)):
        assert (cassette.path, one) == (str(tmp_path / "a.yaml"), 1)


def test_a_file_that_is_no_cassette_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"interactions:\n- r\xe9quest\n")
    with pytest.raises(harness.errors.InvalidCassette, match=r"a\.yaml.*UTF-8"), use(path):
        pass
    assert path.read_bytes() == b"interactions:\n- r\xe9quest\n"


def test_a_recording_that_was_killed_before_its_first_interaction_counts_as_none(
    provider: Provider, tmp_path: Path
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"")
    with use(path) as cassette:
        httpx.get(f"{provider.url}/v1")
    assert len(cassette) == len(store.load(path) or []) == 1


def test_a_request_body_that_is_a_stream_is_recorded(
    library: Any, style: str, provider: Provider, tmp_path: Path
) -> None:
    async def parts() -> Any:
        yield b"a"
        yield b"b"

    content = parts() if style == "async" else iter([b"a", b"b"])
    headers = {"content-length": "2"}
    with use(tmp_path / "a.yaml") as cassette:
        answer = send(library, style, f"{provider.url}/v1", content=content, headers=headers)
    assert answer.json()["echo"] == "ab"
    assert cassette.interactions[0].request.body == b"ab"


def test_the_file_says_what_vcrpy_does_not_know_and_warns_of_nothing(
    provider: Provider, tmp_path: Path
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with use(path := tmp_path / "a.yaml"):
            httpx.post(f"{provider.url}/v1", content=json.dumps({"a": "\u2028"}))
        (kept,) = store.load(path) or []
    assert kept.metadata["origin"] == "live"
    assert kept.metadata["provider"] == provider.url.removeprefix("http://")
    assert kept.seconds > 0
