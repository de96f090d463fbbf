"""Bodies that arrive in pieces: passed on as they come, recorded in the same pieces."""

import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from threaded_provider import Provider, read_parts, send

import harness
from harness.cassette import store

use = partial(harness.use_cassette, ignore_localhost=False)
PARTS = [b"data: 1\n\ndata", b": 2\n\n"]


def test_recording_passes_each_part_on_before_the_next_was_sent(
    library: Any, style: str, provider: Provider, tmp_path: Path
) -> None:
    with use(path := tmp_path / "a.yaml", record_mode="all"):
        # The provider sends its second part only after the client has read the first.
        parts = read_parts(library, style, f"{provider.url}/stream", provider.go.set)
        assert len(store.load(path) or []) == 1
    assert parts == PARTS
    with use(path, record_mode="none"):
        assert read_parts(library, style, f"{provider.url}/stream") == PARTS
    (kept,) = store.load(path) or []
    assert [size for _, size in kept.chunks] == [13, 5]
    assert 0 < kept.chunks[0][0] <= kept.chunks[1][0] <= kept.seconds


def test_a_stream_that_breaks_off_breaks_off_again(
    library: Any, style: str, provider: Provider, tmp_path: Path
) -> None:
    for _ in range(2):
        arrived = threading.Event()
        with use(path := tmp_path / "a.yaml"), pytest.raises(library.RemoteProtocolError):
            read_parts(library, style, f"{provider.url}/cut", arrived.set)
        assert arrived.is_set()
    (kept,) = store.load(path) or []
    assert kept.failure == "truncated"
    assert kept.response is not None
    assert kept.response.body == b"data: 1\n\ndata"
    assert len(provider.requests) == 1


@pytest.mark.parametrize(
    ("kind", "raised", "failure"),
    [("reset", "RemoteProtocolError", "reset"), ("slow", "ReadTimeout", "timeout")],
)
def test_a_transport_error_is_recorded_and_raised_again(
    library: Any, style: str, provider: Provider, tmp_path: Path, kind: str, raised: str,
    failure: str,
) -> None:  # fmt: skip
    for _ in range(2):
        with use(path := tmp_path / "a.yaml"), pytest.raises(getattr(library, raised)) as caught:
            send(library, style, f"{provider.url}/{kind}", extensions={"timeout": {"read": 0.1}})
        assert str(caught.value.request.url) == f"{provider.url}/{kind}"
    (kept,) = store.load(path) or []
    assert (kept.failure, kept.response) == (failure, None)
    assert len(provider.requests) == 1


def test_a_refused_connection_is_recorded_and_refused_again(
    library: Any, style: str, tmp_path: Path
) -> None:
    for _ in range(2):
        with use(path := tmp_path / "a.yaml"), pytest.raises(library.ConnectError):
            send(library, style, "http://127.0.0.1:1/v1")
    assert [item.failure for item in store.load(path) or []] == ["refused"]


def test_an_endless_stream_that_is_closed_is_recorded_as_truncated(
    library: Any, style: str, provider: Provider, tmp_path: Path
) -> None:
    with use(path := tmp_path / "a.yaml"):
        parts = read_parts(library, style, f"{provider.url}/endless", most=3)
    assert len(parts) == 3
    (kept,) = store.load(path) or []
    assert kept.failure == "truncated"
    assert [size for _, size in kept.chunks] == [len(part) for part in parts]
    with use(path):
        assert read_parts(library, style, f"{provider.url}/endless", most=3) == parts


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"data: {}\n\ndata: [DONE]\n\n", None),
        (b'event: message_stop\ndata: {"type": "message_stop"}\n\n', None),
        (b"data: {}\n\n", "truncated"),
    ],
)
def test_a_stream_that_is_closed_after_its_last_event_is_whole(
    library: Any, tmp_path: Path, body: bytes, failure: str | None
) -> None:
    def endless(request: Any) -> Any:
        def parts() -> Any:
            yield body
            yield b"more"

        headers = {"content-type": "text/event-stream"}
        return library.Response(200, headers=headers, content=parts())

    with (
        use(path := tmp_path / "a.yaml"),
        library.Client(transport=library.MockTransport(endless)) as client,
        client.stream("GET", "https://provider.invalid/") as response,
    ):
        next(response.iter_raw())
    assert [item.failure for item in store.load(path) or []] == [failure]
