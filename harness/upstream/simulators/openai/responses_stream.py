"""A response of OpenAI as a stream of events, each with its name and number; no `[DONE]` ends it.

Source: https://platform.openai.com/docs/api-reference/responses-streaming.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from harness.upstream.simulators.call import Call
from harness.upstream.simulators.openai.error_table import OVERLOADED
from harness.upstream.simulators.wire import compact, frame
from harness.upstream.simulators.wording import pieces

Event = tuple[str, dict[str, Any]]


def frames(call: Call, whole: dict[str, Any], tokens: Sequence[str]) -> Iterator[bytes]:
    """Yield the frames of `whole`, the answer as it would be without streaming.

    `tokens` are those of its text.
    """
    options = call.body.get("stream_options") or {}
    is_padded = options.get("include_obfuscation") is not False
    for number, (name, fields) in enumerate(_events(whole, tokens)):
        data = {"type": name, "sequence_number": number, **fields}
        if is_padded and name.endswith(".delta"):
            length = call.seed.number(f"padding{number}", 0, 15)
            data["obfuscation"] = call.seed.letters(f"obfuscation{number}", length)
        yield frame(compact(data), name)


def error_frame(number: int) -> bytes:
    """Return the event that reports a failure, the one after `number` others."""
    data = {
        "type": "error",
        "sequence_number": number,
        "code": OVERLOADED.code,
        "message": OVERLOADED.message,
        "param": OVERLOADED.param,
    }
    return frame(compact(data), "error")


def _events(whole: dict[str, Any], tokens: Sequence[str]) -> Iterator[Event]:
    begun = {
        **whole,
        "status": "in_progress",
        "incomplete_details": None,
        "output": [],
        "usage": None,
    }
    yield "response.created", {"response": begun}
    yield "response.in_progress", {"response": begun}
    for index, item in enumerate(whole["output"]):
        yield from _item(index, item, tokens)
    yield f"response.{whole['status']}", {"response": whole}


def _item(index: int, item: dict[str, Any], tokens: Sequence[str]) -> Iterator[Event]:
    opening = dict(item)
    parts: Iterator[Event] = iter(())
    if item["type"] == "message":
        opening |= {"status": "in_progress", "content": []}
        parts = _text(index, item, tokens)
    elif item["type"] == "function_call":
        opening |= {"status": "in_progress", "arguments": ""}
        parts = _arguments(index, item)
    yield "response.output_item.added", {"output_index": index, "item": opening}
    yield from parts
    yield "response.output_item.done", {"output_index": index, "item": item}


def _text(index: int, item: dict[str, Any], tokens: Sequence[str]) -> Iterator[Event]:
    place = {"item_id": item["id"], "output_index": index, "content_index": 0}
    (part,) = item["content"]
    yield "response.content_part.added", {**place, "part": {**part, "text": ""}}
    for token in tokens:
        yield "response.output_text.delta", {**place, "delta": token, "logprobs": []}
    yield "response.output_text.done", {**place, "text": part["text"], "logprobs": []}
    yield "response.content_part.done", {**place, "part": part}


def _arguments(index: int, item: dict[str, Any]) -> Iterator[Event]:
    place = {"item_id": item["id"], "output_index": index}
    for piece in pieces(item["arguments"]):
        yield "response.function_call_arguments.delta", {**place, "delta": piece}
    yield "response.function_call_arguments.done", {**place, "arguments": item["arguments"]}
