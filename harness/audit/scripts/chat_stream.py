"""Scripted chat answers as a stream (contract sheet: OpenAI §3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.audit.scripts.parts import cut, event
from harness.upstream.simulators.wire import DONE

_HEAD = ("id", "object", "created", "model", "system_fingerprint")
_HEARD = ("reasoning_content", "content", "refusal")
"""Members of a message that come in deltas, in their order."""
_LATE = ("role", "tool_calls", *_HEARD)


def chat_frames(document: dict[str, Any]) -> Iterator[bytes]:
    """Yield the frames of `document`, whose usage is there if the stream has one.

    A detailed one comes after one that is all zeros, as AceDataCloud sends it: the last one holds.
    """
    has_usage = "usage" in document
    rest: dict[str, Any] = {"usage": None} if has_usage else {}
    head = {key: document[key] for key in _HEAD} | {"object": "chat.completion.chunk"}
    tail = {
        key: value for key, value in document.items() if key not in (*_HEAD, "choices", "usage")
    }
    is_detailed = has_usage and "prompt_tokens_details" in document["usage"]
    early = {"usage": _zeros(document["usage"])} if is_detailed else rest
    deltas = [_parts(choice) for choice in document["choices"]]
    for part in _in_turn(deltas[::-1]):
        yield event({**head, "choices": [part], **rest})
    for choice in document["choices"]:
        kept = {key: value for key, value in choice.items() if key not in ("message", "logprobs")}
        yield event({**head, "choices": [{**kept, "delta": {}}], **tail, **early})
    if has_usage:
        yield event({**head, "choices": [], "usage": document["usage"]})
    yield DONE


def _zeros(usage: Any) -> Any:
    if isinstance(usage, dict):
        return {key: _zeros(value) for key, value in usage.items()}
    return 0 if isinstance(usage, int | float) else usage


def _in_turn(streams: list[Iterator[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Yield from the streams by turns: the choices of one answer come mixed, in any order."""
    while streams:
        for stream in list(streams):
            part = next(stream, None)
            if part is None:
                streams.remove(stream)
            else:
                yield part


def _parts(choice: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the parts of a choice but the closing one; the first alone carries the role."""
    message = choice["message"]
    entries = iter((choice["logprobs"] or {}).get("content") or ())
    has_text = message["content"] is not None
    others = {key: value for key, value in message.items() if key not in _LATE}
    first = {
        "role": message["role"],
        "content": "" if has_text else None,
        "refusal": None,
        **others,
    }
    yield _part(choice, first)
    for key in _HEARD:
        for piece in cut(message.get(key) or ""):
            entry = next(entries, None) if key == "content" else None
            logprobs = None if entry is None else {"content": [entry], "refusal": None}
            yield _part(choice, {key: piece}, logprobs)
    calls = [_call_deltas(place, call) for place, call in enumerate(message.get("tool_calls", ()))]
    for delta in _in_turn(calls):
        yield _part(choice, {"tool_calls": [delta]})


def _call_deltas(place: int, call: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the deltas of a call, which its index joins to one, whatever comes between them."""
    yield {**call, "index": place, "function": {**call["function"], "arguments": ""}}
    for piece in cut(call["function"]["arguments"]):
        yield {"index": place, "function": {"arguments": piece}}


def _part(choice: dict[str, Any], delta: dict[str, Any], logprobs: Any = None) -> dict[str, Any]:
    index = choice["index"]
    return {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": None}
