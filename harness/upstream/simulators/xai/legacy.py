"""xAI legacy completions, of which no recording exists (contract sheet: xAI §2)."""

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
from harness.upstream.simulators.wire import DONE, compact, frame
from harness.upstream.simulators.wording import pieces
from harness.upstream.simulators.xai.checks import check_completion
from harness.upstream.simulators.xai.headers import success_headers
from harness.upstream.simulators.xai.usage import usage


def answer_completion(call: Call) -> Answer:
    """Return the answer to a POST of a legacy request; `logprobs` and `suffix` do nothing."""
    check_completion(call)
    asks = [
        ask_for(call, prompt, default_tokens=None) for prompt in prompts(call.body.get("prompt"))
    ]
    choices = continuations(call, asks)
    headers = success_headers(call.seed, is_streamed=call.is_streamed)
    if call.is_streamed:
        return Answer(status=200, headers=headers, chunks=tuple(_frames(call, asks, choices)))
    body = {
        "choices": [
            {"index": item.index, "text": item.text, "finish_reason": item.finish_reason}
            for item in choices
        ],
        "usage": _usage(asks, choices),
    }
    return Answer(status=200, headers=headers, chunks=(compact(_whole(call, body)),))


def _frames(call: Call, asks: Sequence[Ask], choices: Sequence[Continuation]) -> Iterator[bytes]:
    for item in choices:
        for piece in pieces(item.text):
            yield _chunk(call, {"choices": [{"index": item.index, "text": piece}]})
        closing = {"index": item.index, "text": "", "finish_reason": item.finish_reason}
        yield _chunk(call, {"choices": [closing]})
    if (call.body.get("stream_options") or {}).get("include_usage"):
        yield _chunk(call, {"choices": [], "usage": _usage(asks, choices)})
    yield DONE


def _chunk(call: Call, body: dict[str, Any]) -> bytes:
    return frame(compact(_whole(call, body)))


def _whole(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": call.seed.uuid("id"),
        "object": "text_completion",
        "created": call.seed.created,
        "model": call.model,
        **body,
        "system_fingerprint": f"fp_0000{call.seed.hex('fingerprint', 6)}",
    }


def _usage(asks: Sequence[Ask], choices: Sequence[Continuation]) -> dict[str, Any]:
    return usage(
        prompt=sum(ask.prompt_tokens for ask in asks),
        image=0,
        completion=sum(item.reply.output_tokens for item in choices),
        reasoning=0,
    )
