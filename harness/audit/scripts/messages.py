"""Scripted answers as Anthropic messages, plain and streamed (contract sheet: §5.2, §5.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from harness.audit.scripts.asked import Asked
from harness.audit.scripts.parts import call_id, counts, cut, event, seed_of, tool_name
from harness.audit.scripts.said import Finish, Said
from harness.upstream.simulators.wire import frame

FINISH: dict[Finish, str] = {
    "stop": "end_turn",
    "stop_sequence": "stop_sequence",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "refusal": "refusal",
    "paused": "pause_turn",
}
STOP_SEQUENCE = "###"
PADDING = b"      "
"""The provider pads the data of its events before the last brace."""


def messages_document(name: str, said: Said, asked: Asked) -> dict[str, Any]:
    """Return the message; the API has one answer to a request and no choices."""
    return {
        "model": said.model(asked.model),
        "id": f"msg_01Audit{seed_of(name).letters('id', 15)}",
        "type": "message",
        "role": "assistant",
        "content": list(_blocks(name, said, asked)),
        "stop_reason": FINISH.get(said.finish, "end_turn"),
        "stop_sequence": STOP_SEQUENCE if said.finish == "stop_sequence" else None,
        "usage": _usage(name, said),
        **said.extra,
    }


def _blocks(name: str, said: Said, asked: Asked) -> Iterator[dict[str, Any]]:
    if said.reasoning:
        signature = f"Audit{seed_of(name).letters('signature', 40)}=="
        yield {"type": "thinking", "thinking": said.reasoning, "signature": signature}
    texts = (said.text or said.refusal, *said.more_texts)
    for text in filter(None, texts):
        citations = [_citation(url, text) for url in said.citations]
        block = {"type": "text", "text": text, **said.extra}
        yield {**block, "citations": citations} if citations else block
    if said.text == "":
        yield {"type": "text", "text": ""}
    for place, call in enumerate(said.calls):
        yield {
            "type": "tool_use",
            "id": f"toolu_01Audit{call_id(name, 0, place)}",
            "name": tool_name(call, asked.tools),
            "input": call.arguments,
        }


def _citation(url: str, text: str) -> dict[str, Any]:
    return {
        "type": "web_search_result_location",
        "url": url,
        "title": "A source",
        "encrypted_index": "QXVkaXQ=",
        "cited_text": text[:20],
    }


def _usage(name: str, said: Said) -> dict[str, Any]:
    prompt, completion, _, cached = counts(name)
    usage: dict[str, Any] = {"input_tokens": prompt, "output_tokens": completion}
    if said.has_details:
        usage["cache_creation_input_tokens"] = 0
        usage["cache_read_input_tokens"] = cached
        usage["service_tier"] = "standard"
    return usage | dict(said.extra)


def messages_frames(document: dict[str, Any]) -> Iterator[bytes]:
    """Yield the frames of `document`; there is no `[DONE]`."""
    for data in _events(document):
        yield event(data, data["type"], PADDING)
        if data["type"] == "content_block_start" and data["index"] == 0:
            yield frame(b'{"type": "ping"}', "ping")


def _events(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    usage = document["usage"]
    opened: dict[str, Any] = {"content": [], "stop_reason": None, "stop_sequence": None}
    started = {**document, **opened, "usage": {**usage, "output_tokens": 1}}
    yield {"type": "message_start", "message": started}
    for index, block in enumerate(document["content"]):
        start, deltas = _opened(block)
        yield {"type": "content_block_start", "index": index, "content_block": start}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    ending = {key: document[key] for key in ("stop_reason", "stop_sequence")}
    final = {key: value for key, value in usage.items() if key.endswith("_tokens")}
    yield {"type": "message_delta", "delta": ending, "usage": final}
    yield {"type": "message_stop"}


def _opened(block: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a block as it starts, and the deltas that fill it."""
    if block["type"] == "thinking":
        thoughts = [{"type": "thinking_delta", "thinking": text} for text in cut(block["thinking"])]
        signed = {"type": "signature_delta", "signature": block["signature"]}
        return {**block, "thinking": "", "signature": ""}, [*thoughts, signed]
    if block["type"] == "tool_use":
        text = json.dumps(block["input"], ensure_ascii=False) if block["input"] else ""
        fragments = ["", *cut(text)]
        return {**block, "input": {}}, [
            {"type": "input_json_delta", "partial_json": fragment} for fragment in fragments
        ]
    deltas = [{"type": "text_delta", "text": text} for text in cut(block["text"])]
    found = block.get("citations")
    if found is None:
        return {**block, "text": ""}, deltas
    cited = [{"type": "citations_delta", "citation": citation} for citation in found]
    return {**block, "text": "", "citations": []}, [*deltas, *cited]
