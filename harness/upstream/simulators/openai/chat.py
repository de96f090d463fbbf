"""OpenAI chat completions, not streamed (contract sheet: OpenAI §3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.ask import Ask, Reply
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.chat_request import read_chat
from harness.upstream.simulators.logprobs import chat_logprobs
from harness.upstream.simulators.openai.called import called, is_function_call
from harness.upstream.simulators.openai.chat_stream import frames
from harness.upstream.simulators.openai.checks import check_chat
from harness.upstream.simulators.openai.headers import EVENT_STREAM, JSON, account_headers
from harness.upstream.simulators.openai.models import SNAPSHOTS, is_reasoning
from harness.upstream.simulators.openai.sizes import check_chat_size
from harness.upstream.simulators.openai.usage import cached_tokens, usage
from harness.upstream.simulators.reply import compose
from harness.upstream.simulators.wire import pretty

FINISH = {
    "stop": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
}


def answer_chat(call: Call) -> Answer:
    """Return the answer to a POST of a chat request."""
    check_chat(call)
    ask = read_chat(call, has_functions=True)
    check_chat_size(call, ask)
    replies = [
        compose(ask, call.content_seed.branch(str(index)), is_reasoning=is_reasoning(call.model))
        for index in range(call.body.get("n") or 1)
    ]
    whole = _whole(call, ask, replies)
    if call.is_streamed:
        headers = account_headers(call.seed, EVENT_STREAM)
        tokens = [reply.tokens for reply in replies]
        return Answer(status=200, headers=headers, chunks=tuple(frames(call, whole, tokens)))
    headers = account_headers(call.seed, JSON)
    return Answer(status=200, headers=headers, chunks=(pretty(whole) + b"\n",))


def _whole(call: Call, ask: Ask, replies: Sequence[Reply]) -> dict[str, Any]:
    reasoning = sum(reply.reasoning_tokens for reply in replies)
    has_fingerprint = call.seed.number("fingerprinted", 1, 4) > 1
    return {
        "id": f"chatcmpl-Simulated{call.seed.letters('id', 20)}",
        "object": "chat.completion",
        "created": call.seed.created,
        "model": SNAPSHOTS.get(call.model, call.model),
        "choices": [_choice(call, index, reply) for index, reply in enumerate(replies)],
        "usage": usage(
            prompt=ask.prompt_tokens,
            completion=sum(reply.output_tokens for reply in replies) + reasoning,
            reasoning=reasoning,
            cached=cached_tokens(ask.repeated_tokens),
            audio=ask.audio_tokens,
        ),
        "service_tier": "default",
        "system_fingerprint": (
            f"fp_0000{call.seed.hex('fingerprint', 6)}" if has_fingerprint else None
        ),
    }


def _choice(call: Call, index: int, reply: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text}
    if reply.calls:
        message |= {"content": reply.text or None, **called(call, index, reply)}
    finish = "function_call" if is_function_call(call, reply) else FINISH[reply.finish]
    return {
        "index": index,
        "message": {**message, "refusal": None, "annotations": []},
        "logprobs": _logprobs(call, index, reply.tokens),
        "finish_reason": finish,
    }


def _logprobs(call: Call, index: int, tokens: Sequence[str]) -> dict[str, Any] | None:
    if call.body.get("logprobs") is not True:
        return None
    top = call.body.get("top_logprobs") or 0
    return chat_logprobs(tokens, top, call.content_seed.branch(f"logprobs{index}"))
