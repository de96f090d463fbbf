"""Anthropic Messages, not streamed (contract sheet: Anthropic §5.2)."""

from __future__ import annotations

from typing import Any

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.anthropic.checks import check_messages
from harness.upstream.simulators.anthropic.headers import EVENT_STREAM, JSON, account_headers
from harness.upstream.simulators.anthropic.message_stream import frames
from harness.upstream.simulators.anthropic.prompt_size import PromptSize, prompt_size
from harness.upstream.simulators.anthropic.request import is_thinking, read_messages
from harness.upstream.simulators.ask import Reply
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.reply import compose
from harness.upstream.simulators.wire import compact

STOP_REASONS = {
    "stop": "end_turn",
    "stop_sequence": "stop_sequence",
    "length": "max_tokens",
    "tool_calls": "tool_use",
}


def answer_messages(call: Call) -> Answer:
    """Return the answer to a POST of a Messages request."""
    check_messages(call)
    ask = read_messages(call)
    reply = compose(ask, call.content_seed, is_reasoning=is_thinking(call.body))
    message = _message(call, reply, prompt_size(call.body))
    if call.is_streamed:
        headers = (*account_headers(call.seed, EVENT_STREAM), ("cache-control", "no-cache"))
        return Answer(status=200, headers=headers, chunks=tuple(frames(message, call.seed)))
    headers = account_headers(call.seed, JSON)
    return Answer(status=200, headers=headers, chunks=(compact(message),))


def _message(call: Call, reply: Reply, size: PromptSize) -> dict[str, Any]:
    return {
        "model": call.model,
        "id": f"msg_01Simulated{call.seed.letters('id', 15)}",
        "type": "message",
        "role": "assistant",
        "content": _blocks(call, reply),
        "stop_reason": STOP_REASONS[reply.finish],
        "stop_sequence": reply.stop_sequence,
        "stop_details": None,
        "usage": {
            "input_tokens": size.fresh,
            "cache_creation_input_tokens": size.written_5m + size.written_1h,
            "cache_read_input_tokens": size.read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": size.written_5m,
                "ephemeral_1h_input_tokens": size.written_1h,
            },
            "output_tokens": reply.output_tokens + reply.reasoning_tokens,
            "service_tier": "standard",
            "inference_geo": "not_available",
        },
    }


def _blocks(call: Call, reply: Reply) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if reply.reasoning:
        signature = f"Simulated{call.seed.letters('signature', 40)}=="
        blocks.append({"type": "thinking", "thinking": reply.reasoning, "signature": signature})
    if reply.text:
        blocks.append({"type": "text", "text": reply.text})
    blocks += [
        {
            "type": "tool_use",
            "id": f"toolu_01Simulated{call.seed.letters(f'call{index}', 15)}",
            "name": item.name,
            "input": item.arguments,
        }
        for index, item in enumerate(reply.calls)
    ]
    return blocks
