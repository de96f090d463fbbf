"""Streams that are not read, read wrongly, or told as whole when they are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import httpx

from servers import provider_client
from servers.completion_server import text_result
from servers.defects.json_places import changed, without
from servers.defects.stages import Answer, Defect, Result, Stages, call
from servers.defects.stream_forms import STREAM_DEFECTS, reading
from servers.failures import UpstreamFailure
from servers.json_text import NotJSON, request_body
from servers.provider_client import Upstream
from servers.sse import Event
from servers.stream_assembly_openai import OpenAIAssembly
from servers.stream_reading import StreamReader

Chunk = dict[str, Any]


async def _no_progress(count: int, delta: str) -> None:
    """Take a delta."""


class _Changing(OpenAIAssembly):
    """Changes each chunk before it takes it in; None leaves it out."""

    def __init__(self, change: Callable[[Chunk, int], Chunk | None]) -> None:
        super().__init__()
        self._change = change
        self._count = 0

    def add(self, chunk: Chunk) -> list[str]:
        self._count += 1
        changed_chunk = self._change(chunk, self._count)
        return [] if changed_chunk is None else super().add(changed_chunk)


class _Backwards(OpenAIAssembly):
    """Puts each new piece of text before what is there."""

    def result(self) -> Answer | None:
        answer = super().result()
        for choice in (answer or {}).get("choices", []):
            text = choice.get("message", {}).get("content")
            if isinstance(text, str):
                choice["message"]["content"] = text[::-1]
        return answer


class _FirstUsage(OpenAIAssembly):
    """Keeps the first usage that comes, though the last one holds."""

    def __init__(self) -> None:
        super().__init__()
        self._has_usage = False

    def add(self, chunk: Chunk) -> list[str]:
        pieces = super().add(without(chunk, "usage") if self._has_usage else chunk)
        self._has_usage = self._has_usage or chunk.get("usage") is not None
        return pieces


class _Rounding(OpenAIAssembly):
    """Takes the numbers of calls for doubles."""

    def result(self) -> Answer | None:
        answer = super().result()
        for choice in (answer or {}).get("choices", []):
            for item in choice.get("message", {}).get("tool_calls") or ():
                with suppress(ValueError):
                    doubles = json.loads(item["function"]["arguments"], parse_int=float)
                    item["function"]["arguments"] = json.dumps(doubles)
        return answer


def _with_usage(defect: Defect) -> Defect:
    """Ask for the usage of each stream."""

    def apply(stages: Stages) -> Stages:
        def body(tool: str, arguments: Any) -> Any:
            asked = stages.body(tool, arguments)
            is_stream = asked.get("stream") is True
            return asked | ({"stream_options": {"include_usage": True}} if is_stream else {})

        return replace(defect(stages), body=body)

    return apply


def _assembling(assembly: Callable[[], OpenAIAssembly]) -> Defect:
    async def send(upstream: Upstream, body: Any) -> Answer:
        return await provider_client.exchange(upstream, body, assembly(), _no_progress)

    return lambda stages: replace(stages, send=send)


def _changing(change: Callable[[Chunk, int], Chunk | None]) -> Defect:
    return _assembling(lambda: _Changing(change))


def _delta(change: Callable[[Any], Any]) -> Callable[[Chunk, int], Chunk]:
    def choices(items: Any) -> Any:
        return [changed(choice, "delta", change) for choice in items or []]

    return lambda chunk, count: changed(chunk, "choices", choices)


def _keeping_what_came(is_kept: Callable[[UpstreamFailure], Any]) -> Defect:
    """Take what had arrived of a broken stream for the answer."""

    async def send(upstream: Upstream, body: Any) -> Answer:
        assembly = OpenAIAssembly()
        try:
            return await provider_client.exchange(upstream, body, assembly, _no_progress)
        except UpstreamFailure as failed:
            partial = assembly.result()
            if failed.arrived is None or partial is None or not is_kept(failed):
                raise
            return partial

    return lambda stages: replace(stages, send=send)


def _first_choice(chunk: Chunk, count: int) -> Chunk:
    first = [item for item in chunk.get("choices") or [] if not item.get("index")]
    return {**chunk, "choices": first}


def _unread(stages: Stages) -> Stages:
    """Read each answer as one JSON document."""

    async def send(upstream: Upstream, body: Any) -> Answer:
        if not body.get("stream"):
            return await stages.send(upstream, body)
        response = await _post(upstream, body)
        try:
            answer: Answer = response.json()
        except ValueError as error:
            raise UpstreamFailure(f"unexpected answer: {error}", status=200) from None
        return answer

    return replace(stages, send=send)


def _raw(stages: Stages) -> Stages:
    """Return the events as they came."""

    async def raw(stages_: Stages, tool: str, arguments: Any) -> Result:
        given = arguments or {}
        if stages.violations(tool, given) or not given.get("stream"):
            return await call(stages_, tool, arguments)
        try:
            response = await _post(stages.upstream(tool), stages.body(tool, given))
        except UpstreamFailure as failed:
            return stages.failure(failed)
        return text_result(response.text)

    return replace(stages, call=raw)


class _Skipping(StreamReader):
    """Reads on after an event that cannot be read."""

    async def _take(self, event: Event) -> None:
        with suppress(NotJSON):
            await super()._take(event)


async def _post(upstream: Upstream, body: Any) -> httpx.Response:
    """Return the answer of a good status.

    Raises:
        UpstreamFailure: there is none.
    """
    try:
        async with httpx.AsyncClient(timeout=upstream.timeout, trust_env=False) as client:
            response = await client.post(
                upstream.url, content=request_body(body), headers=dict(upstream.headers)
            )
    except httpx.TimeoutException:
        raise UpstreamFailure("the provider timed out") from None
    except httpx.HTTPError as error:
        raise UpstreamFailure(f"the connection failed: {type(error).__name__}") from None
    if not response.is_success:
        raise UpstreamFailure(response.text, status=response.status_code)
    return response


def _ignoring(stages: Stages) -> Stages:
    """Ask for a whole answer whatever the caller wants."""

    def body(tool: str, arguments: Any) -> Any:
        return without(stages.body(tool, arguments), "stream")

    return replace(stages, body=body)


DEFECTS: dict[str, Defect] = {
    "streaming-ignored": _ignoring,
    "streaming-unread": _unread,
    "streaming-raw-events": _raw,
    "streaming-backwards": _assembling(_Backwards),
    "streaming-first-usage-kept": _with_usage(_assembling(_FirstUsage)),
    "streaming-call-numbers-rounded": _assembling(_Rounding),
    "streaming-first-delta-lost": _changing(lambda chunk, count: None if count == 2 else chunk),
    "streaming-first-choice-only": _changing(_first_choice),
    "streaming-blanks-lost": _changing(
        _delta(lambda delta: changed(delta, "content", lambda text: text and text.strip()))
    ),
    "streaming-tool-calls-lost": _changing(_delta(lambda delta: without(delta, "tool_calls"))),
    "streaming-cut-as-success": _keeping_what_came(lambda failed: "broke off" in failed.reason),
    "streaming-error-event-as-success": _keeping_what_came(
        lambda failed: "carried an error" in failed.reason
    ),
    "streaming-end-unseen": _keeping_what_came(lambda failed: "before the answer" in failed.reason),
    "streaming-finish-lost": _changing(
        lambda chunk, count: changed(
            chunk, "choices", lambda items: [without(item, "finish_reason") for item in items or []]
        )
    ),
    "streaming-broken-event-skipped": reading(_Skipping),
    "streaming-any-break-as-success": _keeping_what_came(lambda failed: True),
    **STREAM_DEFECTS,
}
