"""Scripted answers in OpenAI's form of chat completions (contract sheet: OpenAI §3.2, xAI §1.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.audit.scripts.asked import Asked
from harness.audit.scripts.parts import (
    CREATED,
    arguments_text,
    call_id,
    counts,
    cut,
    seed_of,
    tool_name,
)
from harness.audit.scripts.said import Finish, Said
from harness.upstream.simulators.logprobs import chat_logprobs

FINISH: dict[Finish, str] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "filtered": "content_filter",
    "refusal": "stop",
}


def chat_document(name: str, said: Said, asked: Asked) -> dict[str, Any]:
    """Return the whole answer; one that is streamed has what the stream adds up to."""
    document: dict[str, Any] = {
        "id": f"chatcmpl-Audit{seed_of(name).letters('id', 20)}",
        "object": "chat.completion",
        "created": CREATED,
        "model": said.model(asked.model),
        "choices": [
            _choice(name, replace(said, finish=finish), asked, index)
            for index, finish in enumerate(asked.finishes(said))
        ],
    }
    if asked.has_usage:
        document["usage"] = _usage(name, said)
    if said.citations:
        document["citations"] = list(said.citations)
    fingerprint = f"fp_{seed_of(name).hex('fingerprint', 10)}"
    return document | {"system_fingerprint": fingerprint} | dict(said.extra)


def _choice(name: str, said: Said, asked: Asked, index: int) -> dict[str, Any]:
    text = said.wording(index)
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if said.reasoning:
        message["reasoning_content"] = said.reasoning
    message["refusal"] = said.refusal or None
    if said.citations and text:
        message["annotations"] = [_annotation(url, text) for url in said.citations]
    if said.calls:
        message["tool_calls"] = [
            {
                "id": f"call_{call_id(name, index, place)}",
                "type": "function",
                "function": {
                    "name": tool_name(call, asked.tools),
                    "arguments": arguments_text(call),
                },
            }
            for place, call in enumerate(said.calls)
        ]
    has_logprobs = said.has_logprobs and asked.has_logprobs
    seed = seed_of(name).branch(str(index))
    return {
        "index": index,
        "message": {**message, **said.extra},
        "logprobs": chat_logprobs(list(cut(text or "")), 2, seed) if has_logprobs else None,
        "finish_reason": FINISH.get(said.finish, "stop"),
        **said.extra,
    }


def _annotation(url: str, text: str) -> dict[str, Any]:
    citation = {"start_index": 4, "end_index": len(text), "title": "A source", "url": url}
    return {"type": "url_citation", "url_citation": citation}


def _usage(name: str, said: Said) -> dict[str, Any]:
    """Return the usage; with details, the reasoning is beside the completion, as xAI counts it."""
    prompt, completion, reasoning, cached = counts(name)
    usage: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
    if said.has_details:
        usage["total_tokens"] += reasoning
        read = {"cached_tokens": cached, "audio_tokens": 0}
        written = {"reasoning_tokens": reasoning, "audio_tokens": 0}
        usage["prompt_tokens_details"] = read | dict(said.extra)
        usage["completion_tokens_details"] = written | dict(said.extra)
        usage["num_sources_used"] = 3
    return usage | dict(said.extra)
