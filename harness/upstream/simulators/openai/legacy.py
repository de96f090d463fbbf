"""OpenAI legacy completions, plain and streamed (contract sheet: OpenAI §3.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.ask import Ask
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.legacy_request import (
    Continuation,
    ask_for,
    continuations,
    prompts,
)
from harness.upstream.simulators.logprobs import legacy_logprobs
from harness.upstream.simulators.openai.checks import check_completion
from harness.upstream.simulators.openai.headers import JSON, legacy_headers
from harness.upstream.simulators.openai.sizes import check_legacy_size
from harness.upstream.simulators.openai.usage import legacy_usage
from harness.upstream.simulators.wire import DONE, compact, frame, pretty
from harness.upstream.simulators.wording import pieces

DEFAULT_TOKENS = 16
EVENT_STREAM = "text/event-stream"


def answer_completion(call: Call) -> Answer:
    """Return the answer to a POST of a legacy request."""
    check_completion(call)
    suffix = call.body.get("suffix") or ""
    asks = [
        ask_for(call, prompt, default_tokens=DEFAULT_TOKENS, suffix=suffix)
        for prompt in prompts(call.body.get("prompt"))
    ]
    for ask in asks:
        check_legacy_size(call, ask)
    choices = continuations(call, asks)
    if call.is_streamed:
        headers = legacy_headers(call.seed, EVENT_STREAM, call.model)
        return Answer(status=200, headers=headers, chunks=tuple(_frames(call, asks, choices)))
    body = {
        **_identity(call),
        "model": call.model,
        "choices": [_choice(call, item) for item in choices],
        "usage": _usage(call, asks, choices),
    }
    headers = legacy_headers(call.seed, JSON, call.model)
    return Answer(status=200, headers=headers, chunks=(pretty(body) + b"\n",))


def _choice(call: Call, item: Continuation) -> dict[str, Any]:
    return {
        "text": item.text,
        "index": item.index,
        "logprobs": _logprobs(call, item),
        "finish_reason": item.finish_reason,
    }


def _logprobs(call: Call, item: Continuation) -> dict[str, Any] | None:
    top = call.body.get("logprobs")
    if top is None:
        return None
    seed = call.content_seed.branch(f"logprobs{item.index}")
    return legacy_logprobs(pieces(item.prompt), item.reply.tokens, top, seed)


def _frames(call: Call, asks: Sequence[Ask], choices: Sequence[Continuation]) -> Iterator[bytes]:
    has_usage = (call.body.get("stream_options") or {}).get("include_usage") is True
    extra: dict[str, Any] = {"usage": None} if has_usage else {}
    for item in choices:
        for part in _parts(call, item):
            yield _chunk(call, {"choices": [part], "model": call.model, **extra})
    if has_usage:
        counts = _usage(call, asks, choices)
        yield _chunk(call, {"choices": [], "model": call.model, "usage": counts})
    yield DONE


def _parts(call: Call, item: Continuation) -> Iterator[dict[str, Any]]:
    whole = _logprobs(call, item)
    tokens = [*pieces(item.prompt), *item.reply.tokens]
    for place, token in enumerate(tokens):
        logprobs = whole and {
            key: None if values is None else values[place : place + 1]
            for key, values in whole.items()
        }
        yield {"text": token, "index": item.index, "logprobs": logprobs, "finish_reason": None}
    yield {
        "text": "",
        "index": item.index,
        "logprobs": None,
        "finish_reason": item.finish_reason,
    }


def _chunk(call: Call, fields: dict[str, Any]) -> bytes:
    return frame(compact({**_identity(call), **fields}))


def _identity(call: Call) -> dict[str, Any]:
    return {
        "id": f"cmpl-Simulated{call.seed.letters('id', 20)}",
        "object": "text_completion",
        "created": call.seed.created,
    }


def _usage(call: Call, asks: Sequence[Ask], choices: Sequence[Continuation]) -> dict[str, Any]:
    """Count the candidates that `best_of` threw away as if each were as long as the kept."""
    kept = sum(item.reply.output_tokens for item in choices)
    wanted = call.body.get("n") or 1
    candidates = max(call.body.get("best_of") or wanted, wanted)
    return legacy_usage(sum(ask.prompt_tokens for ask in asks), kept * candidates // wanted)
