"""Files that nothing was recorded into yet, and recordings that begin anew."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from threaded_provider import Provider

import harness
from harness.cassette import store
from harness.cassette.layout import EMPTY_HEADER, HEADER
from harness.cassette.recorder import Recorder
from harness.errors import CassetteError, InvalidCassette
from harness.records.http import HttpRequest, HttpResponse, Interaction

use = partial(harness.use_cassette, ignore_localhost=False)
BEGINNINGS = [b"", HEADER[:5], HEADER[:-1], HEADER]


def bodies(path: Path) -> list[bytes]:
    return [item.request.body for item in store.load(path) or []]


@pytest.mark.parametrize("mode", ["once", "new_episodes", "all"])
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_file_without_an_interaction_is_recorded_into(
    provider: Provider, tmp_path: Path, mode: str, beginning: bytes
) -> None:
    (path := tmp_path / "a.yaml").write_bytes(beginning)
    with use(path, record_mode=mode):
        httpx.post(f"{provider.url}/v1", content=b"a")
        assert path.read_bytes()[: len(beginning)] == beginning, "nothing is taken away meanwhile"
    assert bodies(path) == [b"a"]
    assert path.read_bytes().startswith(HEADER + b"- request:\n")


@pytest.mark.parametrize("beginning", BEGINNINGS[:-1])
def test_replay_says_that_a_file_is_empty(tmp_path: Path, beginning: bytes) -> None:
    (path := tmp_path / "a.yaml").write_bytes(beginning)
    with pytest.raises(InvalidCassette, match=r"a\.yaml: is empty; record into it"):
        use(path, record_mode="none").__enter__()
    assert path.read_bytes() == beginning


def test_a_recording_without_an_interaction_replays_nothing(tmp_path: Path) -> None:
    for header in (HEADER, EMPTY_HEADER):
        (path := tmp_path / "a.yaml").write_bytes(header)
        with use(path, record_mode="none") as cassette:
            assert len(cassette) == 0


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_recorder_treats_a_file_without_an_interaction_as_absent(
    tmp_path: Path, beginning: bytes
) -> None:
    (path := tmp_path / "a.yaml").write_bytes(beginning)
    recorder = Recorder(path, anew=False)
    request = HttpRequest(method="GET", url="https://provider.invalid/", body=b"a")
    recorder.write(Interaction(request=request, response=HttpResponse(status=200)), 0)
    recorder.finish(None)
    assert bodies(path) == [b"a"]


def test_two_recordings_anew_of_one_file_are_refused(provider: Provider, tmp_path: Path) -> None:
    for name in (b"old", b"new"):
        with use(path := tmp_path / "a.yaml", record_mode="all"):
            httpx.post(f"{provider.url}/v1", content=name)
            with (
                pytest.raises(CassetteError, match=r"a\.yaml: is being recorded anew already"),
                use(tmp_path / "." / "a.yaml", record_mode="all"),
            ):
                pass
            with use(tmp_path / "b.yaml", record_mode="all"):
                httpx.post(f"{provider.url}/v1", content=b"other")
    assert bodies(path) == [b"old", b"new"]
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".")] == []


def test_a_recording_anew_may_follow_one_that_failed(provider: Provider, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"

    async def record(name: bytes) -> None:
        with use(path, record_mode="all"):
            async with httpx.AsyncClient() as client:
                await client.post(f"{provider.url}/v1", content=name)
            raise asyncio.CancelledError

    for name in (b"first", b"second"):
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(record(name))
    (tmp_path / "bad.yaml").write_text("no cassette", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(InvalidCassette), use(tmp_path / "bad.yaml", record_mode="all"):
            pass
    assert sorted(bodies(path)) == [b"first", b"second"]


def failing_hook(*_: Any) -> Any:
    raise ValueError("the hook failed")


def test_a_recording_anew_may_follow_one_that_could_not_be_opened(
    provider: Provider, tmp_path: Path
) -> None:
    with use(path := tmp_path / "a.yaml"):
        httpx.post(f"{provider.url}/v1", content=b"a")
    opened = use(path, record_mode="all", after_load_interaction=failing_hook)
    for _ in range(2):
        with pytest.raises(ValueError, match="the hook failed"), opened:
            pass
    with use(path, record_mode="all"):
        httpx.post(f"{provider.url}/v1", content=b"b")
    assert b"b" in bodies(path)
