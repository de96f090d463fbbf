"""Tool calls in the three forms OpenAI has for them (contract sheet: OpenAI §3.1, §3.2)."""

from __future__ import annotations

from typing import Any

from harness.upstream.simulators.ask import Reply, ToolCall
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.reply import arguments_text


def called(call: Call, index: int, reply: Reply) -> dict[str, Any]:
    """Return what a message with calls has: `tool_calls`, or the deprecated `function_call`."""
    if not reply.calls:
        return {}
    if is_function_call(call, reply):
        first = reply.calls[0]
        return {"function_call": {"name": first.name, "arguments": arguments_text(first)}}
    items = [
        {
            "id": f"call_Simulated{call.seed.letters(f'call{index}.{number}', 15)}",
            **_form(item),
        }
        for number, item in enumerate(reply.calls)
    ]
    return {"tool_calls": items}


def is_function_call(call: Call, reply: Reply) -> bool:
    """Whether the calls answer the deprecated `functions`."""
    names = {item["name"] for item in call.body.get("functions") or ()}
    return bool(reply.calls) and reply.calls[0].name in names


def _form(item: ToolCall) -> dict[str, Any]:
    if item.free_text is not None:
        return {"type": "custom", "custom": {"name": item.name, "input": item.free_text}}
    return {
        "type": "function",
        "function": {"name": item.name, "arguments": arguments_text(item)},
    }
