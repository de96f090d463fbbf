"""Anthropic Messages as a stream (contract sheet: Anthropic §5.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from harness.upstream.simulators.seeded import Seed
from harness.upstream.simulators.wire import compact, frame
from harness.upstream.simulators.wording import pieces

MOST_PADDING = 15

PING = frame(b'{"type": "ping"}', "ping")


def frames(message: dict[str, Any], seed: Seed) -> Iterator[bytes]:
    """Yield the frames of `message`, the answer as it would be without streaming."""
    for number, event in enumerate(_events(message)):
        yield _padded(event, seed.number(f"padding{number}", 0, MOST_PADDING))
        if event["type"] == "content_block_start" and event["index"] == 0:
            yield PING


def _padded(event: dict[str, Any], spaces: int) -> bytes:
    """Return a frame whose JSON has spaces before its last brace, as the provider's has."""
    return frame(compact(event)[:-1] + b" " * spaces + b"}", event["type"])


def _events(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    opened: dict[str, Any] = {"content": [], "stop_reason": None, "stop_sequence": None}
    usage = {**message["usage"], "output_tokens": 1}
    yield {"type": "message_start", "message": {**message, **opened, "usage": usage}}
    for index, block in enumerate(message["content"]):
        start, deltas = _parts(block)
        yield {"type": "content_block_start", "index": index, "content_block": start}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    counts = (
        "input_tokens",
        "cache_creation_input_tokens",
        "cache_read_input_tokens",
        "output_tokens",
    )
    yield {
        "type": "message_delta",
        "delta": {key: message[key] for key in ("stop_reason", "stop_sequence", "stop_details")},
        "usage": {key: message["usage"][key] for key in counts},
    }
    yield {"type": "message_stop"}


def _parts(block: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a block as it starts, and the deltas that fill it."""
    if block["type"] == "text":
        texts = pieces(block["text"])
        return {**block, "text": ""}, [{"type": "text_delta", "text": text} for text in texts]
    if block["type"] == "thinking":
        thoughts = [
            {"type": "thinking_delta", "thinking": text} for text in pieces(block["thinking"])
        ]
        signed = {"type": "signature_delta", "signature": block["signature"]}
        return {**block, "thinking": "", "signature": ""}, [*thoughts, signed]
    arguments = json.dumps(block["input"], ensure_ascii=False) if block["input"] else ""
    fragments = ["", *pieces(arguments)]
    return {**block, "input": {}}, [
        {"type": "input_json_delta", "partial_json": fragment} for fragment in fragments
    ]
