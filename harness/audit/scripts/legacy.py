"""Scripted answers as legacy text completions, plain and streamed (contract sheet: OpenAI §3.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.audit.scripts.asked import Asked
from harness.audit.scripts.parts import CREATED, counts, cut, event, seed_of
from harness.audit.scripts.said import Finish, Said
from harness.upstream.simulators.logprobs import legacy_logprobs
from harness.upstream.simulators.wire import DONE

FINISH: dict[Finish, str] = {"stop": "stop", "length": "length", "filtered": "content_filter"}


def legacy_document(name: str, said: Said, asked: Asked) -> dict[str, Any]:
    """Return the whole answer: as many choices for each prompt as were asked for."""
    echoed = [(prompt, why) for prompt in asked.prompts for why in asked.finishes(said)]
    document: dict[str, Any] = {
        "id": f"cmpl-Audit{seed_of(name).letters('id', 20)}",
        "object": "text_completion",
        "created": CREATED,
        "model": said.model(asked.model),
        "choices": [
            _choice(name, replace(said, finish=why), asked, index, prompt)
            for index, (prompt, why) in enumerate(echoed)
        ],
    }
    if asked.has_usage:
        document["usage"] = _usage(name, said)
    return document | dict(said.extra)


def _choice(name: str, said: Said, asked: Asked, index: int, prompt: str) -> dict[str, Any]:
    text = said.wording(index) or ""
    has_logprobs = said.has_logprobs and asked.has_logprobs
    seed = seed_of(name).branch(str(index))
    return {
        "text": prompt + text,
        "index": index,
        "logprobs": legacy_logprobs(list(cut(prompt)), list(cut(text)), 2, seed)
        if has_logprobs
        else None,
        "finish_reason": FINISH.get(said.finish, "stop"),
        **said.extra,
    }


def _usage(name: str, said: Said) -> dict[str, Any]:
    prompt, completion, _, cached = counts(name)
    usage: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
    if said.has_details:
        usage["prompt_tokens_details"] = {"cached_tokens": cached} | dict(said.extra)
    return usage | dict(said.extra)


def legacy_frames(document: dict[str, Any]) -> Iterator[bytes]:
    """Yield the frames of `document`; a chunk has the same `object` as a whole answer."""
    head = {key: value for key, value in document.items() if key not in ("choices", "usage")}
    rest: dict[str, Any] = {"usage": None} if "usage" in document else {}
    for choice in document["choices"]:
        same = {"index": choice["index"], "logprobs": None, "finish_reason": None}
        for piece in cut(choice["text"]):
            yield event({**head, "choices": [{"text": piece, **same}], **rest})
    for choice in document["choices"]:
        yield event({**head, "choices": [{**choice, "text": ""}], **rest})
    if "usage" in document:
        yield event({**head, "choices": [], "usage": document["usage"]})
    yield DONE
