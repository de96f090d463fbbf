"""AceDataCloud's Grok chat, plain and streamed (contract sheet: AceDataCloud §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from harness.upstream.simulators.acedata import errors
from harness.upstream.simulators.acedata.checks import check_chat
from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.ask import Ask, Reply
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.chat_request import read_chat
from harness.upstream.simulators.logprobs import chat_logprobs
from harness.upstream.simulators.openai.usage import cached_tokens, usage
from harness.upstream.simulators.reply import arguments_text, compose
from harness.upstream.simulators.wire import DONE, frame, spaced

EVENT_STREAM = "text/event-stream"

FINISH = {
    "stop": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
}

SLICE = 4
"""Characters in a content delta."""


def answer_chat(call: Call) -> Answer:
    """Return the answer to a POST of a chat request."""
    check_chat(call)
    ask = read_chat(call)
    replies = [
        compose(ask, call.content_seed.branch(str(index)))
        for index in range(call.body.get("n") or 1)
    ]
    choices = [_choice(call, index, reply) for index, reply in enumerate(replies)]
    counts = _usage(ask.prompt_tokens, sum(reply.output_tokens for reply in replies), ask)
    if call.is_streamed:
        headers = errors.headers(call, EVENT_STREAM)
        return Answer(status=200, headers=headers, chunks=tuple(_frames(call, choices, counts)))
    body = {**_identity(call, "chat.completion"), "choices": choices, "usage": counts}
    return Answer(status=200, headers=errors.headers(call), chunks=(spaced(body),))


def _choice(call: Call, index: int, reply: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text}
    if reply.calls:
        message["content"] = reply.text or None
        message["tool_calls"] = [
            {
                "id": f"call_Simulated{call.seed.letters(f'call{index}.{number}', 15)}",
                "type": "function",
                "function": {"name": item.name, "arguments": arguments_text(item)},
            }
            for number, item in enumerate(reply.calls)
        ]
    choice = {"index": index, "message": message}
    if call.body.get("logprobs") is True:
        top = call.body.get("top_logprobs") or 0
        seed = call.content_seed.branch(f"logprobs{index}")
        choice["logprobs"] = chat_logprobs(reply.tokens, top, seed)
    return {**choice, "finish_reason": FINISH[reply.finish]}


def _frames(
    call: Call, choices: Sequence[dict[str, Any]], counts: dict[str, Any]
) -> Iterator[bytes]:
    """Yield the frames; the closing one of each choice has a usage of nothing but zeros."""
    for choice in choices:
        for part in _with_logprobs(choice, _deltas(choice["message"])):
            yield _chunk(call, [part], None)
        closing = _part(choice, {}, choice["finish_reason"])
        yield _chunk(call, [closing], _usage(0, 0))
    yield _chunk(call, [], counts)
    yield DONE


def _deltas(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    calls = message.get("tool_calls", [])
    text = message["content"]
    yield {"role": "assistant", "content": None if text is None else ""}
    for part in _slices(text or ""):
        yield {"content": part}
    for index, item in enumerate(calls):
        opening = {"index": index, **item, "function": {**item["function"], "arguments": ""}}
        yield {"tool_calls": [opening]}
        for part in _slices(item["function"]["arguments"]):
            yield {"tool_calls": [{"index": index, "function": {"arguments": part}}]}


def _with_logprobs(
    choice: dict[str, Any], deltas: Iterable[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the parts of a choice; the probability of a token goes with its first character."""
    entries = list((choice.get("logprobs") or {}).get("content", ()))
    said = given = 0
    for delta in deltas:
        part = _part(choice, delta, None)
        said += len(delta.get("content") or "")
        mine = []
        while entries and given < said:
            given += len(entries[0]["token"])
            mine.append(entries.pop(0))
        yield {**part, "logprobs": {"content": mine, "refusal": None}} if mine else part


def _slices(text: str) -> list[str]:
    return [text[start : start + SLICE] for start in range(0, len(text), SLICE)]


def _part(choice: dict[str, Any], delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    return {"index": choice["index"], "delta": delta, "finish_reason": finish}


def _chunk(call: Call, choices: list[dict[str, Any]], counts: dict[str, Any] | None) -> bytes:
    identity = _identity(call, "chat.completion.chunk")
    return frame(spaced({**identity, "choices": choices, "usage": counts}))


def _identity(call: Call, kind: str) -> dict[str, Any]:
    return {
        "id": f"foaicmpl-{call.seed.uuid('id')}",
        "object": kind,
        "created": call.seed.created,
        "model": call.model,
    }


def _usage(prompt: int, completion: int, ask: Ask | None = None) -> dict[str, Any]:
    cached = 0 if ask is None else cached_tokens(ask.repeated_tokens)
    audio = 0 if ask is None else ask.audio_tokens
    return {
        **usage(prompt, completion, 0, cached=cached, audio=audio),
        "input_tokens": 0,
        "output_tokens": 0,
        "input_tokens_details": None,
    }
