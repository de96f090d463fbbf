"""OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses/object).

Texts, reasoning items and calls of functions; the provider's own tools, log probabilities, stored
and background responses are not simulated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.ask import Ask, Reply
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.openai.headers import EVENT_STREAM, JSON, account_headers
from harness.upstream.simulators.openai.models import SNAPSHOTS, is_reasoning
from harness.upstream.simulators.openai.responses_request import read_response
from harness.upstream.simulators.openai.responses_stream import frames
from harness.upstream.simulators.openai.usage import cached_tokens
from harness.upstream.simulators.reply import arguments_text, compose
from harness.upstream.simulators.wire import pretty

_ECHOED: Mapping[str, Any] = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "safety_identifier": None,
    "store": True,
    "tool_choice": "auto",
    "top_logprobs": 0,
    "truncation": "disabled",
    "user": None,
}
"""Fields of the request that come back, and what they are when they are not given."""


def answer_response(call: Call) -> Answer:
    """Return the answer to a POST of a response request."""
    ask = read_response(call)
    reply = compose(ask, call.content_seed.branch("0"), is_reasoning=is_reasoning(call.model))
    whole = _whole(call, ask, reply)
    if call.is_streamed:
        headers = account_headers(call.seed, EVENT_STREAM)
        return Answer(status=200, headers=headers, chunks=tuple(frames(call, whole, reply.tokens)))
    headers = account_headers(call.seed, JSON)
    return Answer(status=200, headers=headers, chunks=(pretty(whole) + b"\n",))


def _whole(call: Call, ask: Ask, reply: Reply) -> dict[str, Any]:
    is_cut = reply.finish == "length"
    thinks = is_reasoning(call.model)
    return {
        "id": f"resp_simulated{call.seed.hex('id', 40)}",
        "object": "response",
        "created_at": call.seed.created,
        "status": "incomplete" if is_cut else "completed",
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if is_cut else None,
        "model": SNAPSHOTS.get(call.model, call.model),
        "output": _output(call, reply, "incomplete" if is_cut else "completed"),
        "reasoning": {
            "effort": "medium" if thinks else None,
            "summary": None,
            **(call.body.get("reasoning") or {}),
        },
        "service_tier": "default",
        "temperature": _given(call, "temperature", 1.0),
        "text": {
            "format": {"type": "text"},
            "verbosity": "medium",
            **(call.body.get("text") or {}),
        },
        "tools": [_tool(tool) for tool in call.body.get("tools") or ()],
        "top_p": _given(call, "top_p", 1.0),
        "usage": _usage(ask, reply),
        **{name: _given(call, name, usual) for name, usual in _ECHOED.items()},
    }


def _given(call: Call, name: str, usual: Any) -> Any:
    value = call.body.get(name)
    return usual if value is None else value


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    if tool.get("type") != "function":
        return dict(tool)
    return {"description": None, "parameters": None, "strict": True, **tool}


def _output(call: Call, reply: Reply, status: str) -> list[dict[str, Any]]:
    """Return the items: what was thought, what was said, what is to be called."""
    output: list[dict[str, Any]] = []
    if is_reasoning(call.model):
        name = f"rs_simulated{call.seed.hex('reasoning', 40)}"
        output.append({"id": name, "type": "reasoning", "summary": []})
    if reply.text or not reply.calls:
        text = {"type": "output_text", "annotations": [], "logprobs": [], "text": reply.text}
        output.append(
            {
                "id": f"msg_simulated{call.seed.hex('message', 40)}",
                "type": "message",
                "status": status,
                "content": [text],
                "role": "assistant",
            }
        )
    for number, item in enumerate(reply.calls):
        output.append(
            {
                "id": f"fc_simulated{call.seed.hex(f'item{number}', 40)}",
                "type": "function_call",
                "status": "completed",
                "arguments": arguments_text(item),
                "call_id": f"call_Simulated{call.seed.letters(f'call{number}', 15)}",
                "name": item.name,
            }
        )
    return output


def _usage(ask: Ask, reply: Reply) -> dict[str, Any]:
    output = reply.output_tokens + reply.reasoning_tokens
    return {
        "input_tokens": ask.prompt_tokens,
        "input_tokens_details": {
            "cache_write_tokens": 0,
            "cached_tokens": cached_tokens(ask.repeated_tokens),
        },
        "output_tokens": output,
        "output_tokens_details": {"reasoning_tokens": reply.reasoning_tokens},
        "total_tokens": ask.prompt_tokens + output,
    }
