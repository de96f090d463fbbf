"""OpenAI chat completions as a stream (contract sheet: OpenAI §3.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from harness.upstream.simulators.call import Call
from harness.upstream.simulators.wire import DONE, compact, frame
from harness.upstream.simulators.wording import pieces


def frames(call: Call, whole: dict[str, Any], tokens: Sequence[Sequence[str]]) -> Iterator[bytes]:
    """Yield the frames of `whole`, the answer as it would be without streaming.

    `tokens` has the text of each choice in tokens.
    """
    options = call.body.get("stream_options") or {}
    has_usage = options.get("include_usage") is True
    extra: dict[str, Any] = {"usage": None} if has_usage else {}
    number = 0
    for choice, texts in zip(whole["choices"], tokens, strict=True):
        for part in _stream_choices(choice, texts):
            yield _chunk(call, whole, number, {"choices": [part], **extra})
            number += 1
    if has_usage:
        yield _chunk(call, whole, number, {"choices": [], "usage": whole["usage"]})
    yield DONE


def _chunk(call: Call, whole: dict[str, Any], number: int, fields: dict[str, Any]) -> bytes:
    kept = ("id", "object", "created", "model", "service_tier", "system_fingerprint")
    chunk = {key: whole[key] for key in kept} | {"object": "chat.completion.chunk"} | fields
    if (call.body.get("stream_options") or {}).get("include_obfuscation") is not False:
        length = call.seed.number(f"padding{number}", 0, 15)
        chunk["obfuscation"] = call.seed.letters(f"obfuscation{number}", length)
    return frame(compact(chunk))


def _stream_choices(choice: dict[str, Any], tokens: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the choices of one reply; `finish_reason` and `logprobs` are there on each."""
    entries = (choice["logprobs"] or {}).get("content")
    for delta, place in _deltas(choice["message"], tokens):
        logprobs = None
        if entries is not None and place is not None:
            logprobs = {"content": [entries[place]], "refusal": None}
        yield _part(choice, delta, logprobs, None)
    yield _part(choice, {}, None, choice["finish_reason"])


def _part(
    choice: dict[str, Any], delta: dict[str, Any], logprobs: Any, finish: str | None
) -> dict[str, Any]:
    return {
        "index": choice["index"],
        "delta": delta,
        "logprobs": logprobs,
        "finish_reason": finish,
    }


def _deltas(
    message: dict[str, Any], tokens: Sequence[str]
) -> Iterator[tuple[dict[str, Any], int | None]]:
    """Yield deltas, each with the place of its token; only the first carries the role."""
    calls = [*_call_deltas(message)]
    role = {"role": "assistant", "content": None if calls and not tokens else ""}
    if not calls or tokens:
        yield {**role, "refusal": None}, None
        role = {}
    for place, token in enumerate(tokens):
        yield {"content": token}, place
    for delta in calls:
        yield {**role, **delta, **({"refusal": None} if role else {})}, None
        role = {}


def _call_deltas(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the parts of the calls: each opens with its name, and its text follows in pieces."""
    if "function_call" in message:
        whole = message["function_call"]
        for part in _fragments(whole, "arguments"):
            yield {"function_call": part}
    for index, item in enumerate(message.get("tool_calls", ())):
        kind = item["type"]
        opening = {"index": index, "id": item["id"], "type": kind}
        for part in _fragments(item[kind], "arguments" if kind == "function" else "input"):
            yield {"tool_calls": [{**opening, kind: part}]}
            opening = {"index": index}


def _fragments(called: dict[str, Any], field: str) -> Iterator[dict[str, Any]]:
    yield {**called, field: ""}
    for piece in pieces(called[field]):
        yield {field: piece}
