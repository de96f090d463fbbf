"""Answers that are read in the form in which they usually come, and in no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx

from servers.defects.stages import Answer, Defect, Stages
from servers.failures import UpstreamFailure
from servers.json_text import NotJSON, parse, request_body
from servers.provider_client import Upstream
from servers.sse import Event, EventParser
from servers.stream_assembly_openai import OpenAIAssembly
from servers.stream_reading import OnDelta, StreamReader

MakeReader = Callable[[OpenAIAssembly, OnDelta], StreamReader]


async def _no_progress(count: int, delta: str) -> None:
    """Take a delta."""


def reading(make: MakeReader, *, as_packed: bool = False) -> Defect:
    """Read streams by a reader of one's own, whole answers as ever."""

    def apply(stages: Stages) -> Stages:
        async def send(upstream: Upstream, body: Any) -> Answer:
            if not body.get("stream"):
                return await stages.send(upstream, body)
            reader = make(OpenAIAssembly(), _no_progress)
            async with _client(upstream) as client, _posted(client, upstream, body) as response:
                if not response.is_success:
                    return await stages.send(upstream, body)
                try:
                    raw = response.aiter_raw() if as_packed else response.aiter_bytes()
                    return await reader.read(raw)
                except httpx.HTTPError as error:
                    raise reader.broken_off(type(error).__name__) from None

        return replace(stages, send=send)

    return apply


def _client(upstream: Upstream) -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=upstream.timeout, trust_env=False)


def _posted(client: httpx.AsyncClient, upstream: Upstream, body: Any, **headers: str) -> Any:
    sent = {**upstream.headers, **headers}
    return client.stream("POST", upstream.url, content=request_body(body), headers=sent)


def _parsing(parser: Callable[[], EventParser]) -> Defect:
    class Reader(StreamReader):
        def __init__(self, assembly: OpenAIAssembly, on_delta: OnDelta) -> None:
            super().__init__(assembly, on_delta)
            self._parser = parser()

    return reading(Reader)


class _DecodingChunks(EventParser):
    """Decodes each chunk by itself."""

    def feed(self, chunk: bytes) -> Iterator[Event]:
        return super().feed(chunk.decode("utf-8", "replace").encode())


class _ChunkIsEvents(EventParser):
    """Takes a chunk for whole lines."""

    def feed(self, chunk: bytes) -> Iterator[Event]:
        yield from super().feed(chunk)
        yield from self.close()


class _ChunkIsEvent(EventParser):
    """Takes a chunk for one event."""

    def feed(self, chunk: bytes) -> Iterator[Event]:
        yield Event("", chunk.decode("utf-8", "replace").partition("data:")[2].strip())


class _BlankWanted(EventParser):
    """Knows a field by the blank after its colon."""

    def _line(self, line: bytes) -> Iterator[Event]:
        is_known = line.partition(b":")[2].startswith(b" ")
        return super()._line(line if is_known or not line else b":")


class _CommentIsData(EventParser):
    """Knows no comments."""

    def _line(self, line: bytes) -> Iterator[Event]:
        return super()._line(b"data" + line if line.startswith(b":") else line)


class _OnlyLineFeeds(EventParser):
    """Ends an event at two line feeds."""

    def feed(self, chunk: bytes) -> Iterator[Event]:
        return super().feed(chunk.replace(b"\r", b"%0D"))


class _DataFirst(EventParser):
    """Takes an event whose first line is no data for something else."""

    def _line(self, line: bytes) -> Iterator[Event]:
        is_other = bool(line) and not line.startswith(b"data") and not self._data
        self._is_other = is_other or (bool(line) and getattr(self, "_is_other", False))
        return super()._line(b":" if self._is_other else line)


def _whole(read: Callable[[httpx.Response], Any], **headers: str) -> Defect:
    """Read whole answers by `read`, which returns their text; streams as ever."""

    def apply(stages: Stages) -> Stages:
        async def send(upstream: Upstream, body: Any) -> Answer:
            if body.get("stream"):
                return await stages.send(upstream, body)
            async with (
                _client(upstream) as client,
                _posted(client, upstream, body, **headers) as response,
            ):
                try:
                    answer: Answer = parse(await read(response))
                except NotJSON as error:
                    raise UpstreamFailure(f"the answer is {error}", status=200) from None
                return answer

        return replace(stages, send=send)

    return apply


async def _decoding_chunks(response: httpx.Response) -> str:
    return "".join([part.decode("utf-8", "replace") async for part in response.aiter_bytes()])


async def _as_packed(response: httpx.Response) -> str:
    return b"".join([part async for part in response.aiter_raw()]).decode("utf-8", "replace")


async def _exactly_labelled(response: httpx.Response) -> str:
    is_json = response.headers.get("content-type") == "application/json"
    return (await response.aread()).decode() if is_json else "no JSON"


STREAM_DEFECTS: dict[str, Defect] = {
    "streaming-chunks-decoded-apart": _parsing(_DecodingChunks),
    "streaming-lines-cut-at-chunks": _parsing(_ChunkIsEvents),
    "streaming-chunk-taken-for-event": _parsing(_ChunkIsEvent),
    "streaming-blank-wanted": _parsing(_BlankWanted),
    "streaming-line-feeds-only": _parsing(_OnlyLineFeeds),
    "streaming-comment-taken-for-data": _parsing(_CommentIsData),
    "streaming-ids-unknown": _parsing(_DataFirst),
    "streaming-coding-unread": reading(StreamReader, as_packed=True),
}
WHOLE_DEFECTS: dict[str, Defect] = {
    "output-chunks-decoded-apart": _whole(_decoding_chunks),
    "output-charset-unknown": _whole(_exactly_labelled),
    "output-coding-unread": _whole(_as_packed, **{"Accept-Encoding": "gzip, deflate, br"}),
}
