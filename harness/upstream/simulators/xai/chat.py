"""xAI chat completions, plain and streamed (contract sheet: xAI §1.2, §1.3, §1.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.ask import Ask, Reply
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.chat_request import read_chat
from harness.upstream.simulators.logprobs import chat_logprobs
from harness.upstream.simulators.reply import arguments_text, compose
from harness.upstream.simulators.wire import DONE, compact, frame
from harness.upstream.simulators.wording import pieces
from harness.upstream.simulators.xai.checks import check_chat
from harness.upstream.simulators.xai.deferred import defer
from harness.upstream.simulators.xai.headers import success_headers
from harness.upstream.simulators.xai.models import (
    is_reasoning,
    is_reasoning_shown,
    resolved_name,
)
from harness.upstream.simulators.xai.usage import usage

FINISH = {
    "stop": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
}

CHUNKS_A_SECOND = 20
"""`created` drifts within a stream: it is one second later after this many chunks."""


def answer_chat(call: Call) -> Answer:
    """Return the answer to a POST of a chat request."""
    check_chat(call)
    headers = success_headers(call.seed, is_streamed=call.is_streamed)
    ask = read_chat(call)
    replies = [
        compose(ask, call.content_seed.branch(str(index)), is_reasoning=is_reasoning(call.model))
        for index in range(call.body.get("n") or 1)
    ]
    is_deferred = call.body.get("deferred") is True
    if call.is_streamed and not is_deferred:
        return Answer(status=200, headers=headers, chunks=tuple(_frames(call, ask, replies)))
    plain = (compact(_plain(call, ask, replies)),)
    if is_deferred:
        whole = success_headers(call.seed, is_streamed=False)
        return defer(call, Answer(status=200, headers=whole, chunks=plain))
    return Answer(status=200, headers=headers, chunks=plain)


def _plain(call: Call, ask: Ask, replies: Sequence[Reply]) -> dict[str, Any]:
    choices = [_choice(call, index, reply) for index, reply in enumerate(replies)]
    return {
        **_identity(call, "chat.completion"),
        "choices": choices,
        "usage": _usage(ask, replies),
        **_closing(call),
    }


def _choice(call: Call, index: int, reply: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text}
    if is_reasoning_shown(call.model):
        message["reasoning_content"] = reply.reasoning
    if reply.calls:
        message["tool_calls"] = _tool_calls(call, index, reply)
    choice = {
        "index": index,
        "message": {**message, "refusal": None},
        "finish_reason": FINISH[reply.finish],
    }
    return {**choice, **_logprobs(call, index, reply.tokens)}


def _tool_calls(call: Call, choice: int, reply: Reply) -> list[dict[str, Any]]:
    return [
        {
            "id": f"call_{call.seed.digits(f'call{choice}.{index}', 8)}",
            "function": {"name": item.name, "arguments": arguments_text(item)},
            "type": "function",
        }
        for index, item in enumerate(reply.calls)
    ]


def _logprobs(call: Call, index: int, tokens: Sequence[str]) -> dict[str, Any]:
    if call.body.get("logprobs") is not True:
        return {}
    top = call.body.get("top_logprobs") or 0
    return {"logprobs": chat_logprobs(tokens, top, call.content_seed.branch(f"logprobs{index}"))}


def _frames(call: Call, ask: Ask, replies: Sequence[Reply]) -> Iterator[bytes]:
    number = 0
    for index, reply in enumerate(replies):
        for choice in _stream_choices(call, index, reply):
            yield _chunk(call, number, choices=[choice])
            number += 1
    if (call.body.get("stream_options") or {}).get("include_usage"):
        yield _chunk(call, number, choices=[], usage=_usage(ask, replies))
    yield DONE


def _chunk(call: Call, number: int, **fields: Any) -> bytes:
    identity = _identity(call, "chat.completion.chunk")
    identity["created"] += number // CHUNKS_A_SECOND
    return frame(compact({**identity, **fields, **_closing(call)}))


def _stream_choices(call: Call, index: int, reply: Reply) -> Iterator[dict[str, Any]]:
    """Yield the choices of one reply; `finish_reason` is absent until the last."""
    first = True
    for choice in _deltas(call, index, reply):
        if first:
            choice["delta"]["role"] = "assistant"
            first = False
        yield {"index": index, **choice}
    yield {"index": index, "delta": {}, "finish_reason": FINISH[reply.finish]}


def _deltas(call: Call, index: int, reply: Reply) -> Iterator[dict[str, Any]]:
    if is_reasoning_shown(call.model):
        for piece in pieces(reply.reasoning):
            yield {"delta": {"reasoning_content": piece}}
    entries = _logprobs(call, index, reply.tokens).get("logprobs", {}).get("content")
    for place, piece in enumerate(reply.tokens or ([] if reply.calls else [""])):
        mine = entries and {"logprobs": {"content": [entries[place]], "refusal": None}}
        yield {"delta": {"content": piece}, **(mine or {})}
    for number, item in enumerate(_tool_calls(call, index, reply)):
        whole = {"id": item["id"], "function": item["function"], "index": number}
        yield {"delta": {"tool_calls": [{**whole, "type": "function"}]}}


def _identity(call: Call, kind: str) -> dict[str, Any]:
    return {
        "id": call.seed.uuid("id"),
        "object": kind,
        "created": call.seed.created,
        "model": resolved_name(call.model, call.body.get("reasoning_effort")),
    }


def _closing(call: Call) -> dict[str, Any]:
    tier = call.body.get("service_tier")
    return {
        "system_fingerprint": f"fp_0000{call.seed.hex('fingerprint', 6)}",
        **({"service_tier": tier} if tier else {}),
    }


def _usage(ask: Ask, replies: Sequence[Reply]) -> dict[str, Any]:
    return usage(
        prompt=ask.prompt_tokens,
        image=ask.image_tokens,
        completion=sum(reply.output_tokens for reply in replies),
        reasoning=sum(reply.reasoning_tokens for reply in replies),
        repeated=ask.repeated_tokens,
    )
