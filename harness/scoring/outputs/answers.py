"""What a model said, in the answers of OpenAI- and Anthropic-compatible providers.

Sources: OpenAI API reference, chat completion object (`choices[].message`, `usage`); Anthropic
API reference, Messages (`content[]`, `stop_reason`, `usage`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from harness.cassette.decoded_body import readable
from harness.records.call import ToolCall


class MadeCall(NamedTuple):
    """One tool call of the model."""

    name: str
    arguments: Any
    """Decoded; the text itself where it is no JSON."""


class Usage(NamedTuple):
    """Tokens by the provider's count."""

    input: int
    output: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.input + self.output


def answers(call: ToolCall) -> list[dict[str, Any]]:
    """Return the JSON objects of the answer: what the tool said, else what its providers said."""
    try:
        document = call.outcome.document
    except ValueError:
        document = None
    own = [item for item in _objects(document) if _is_answer(item)]
    return own or _provided(call)


def _provided(call: ToolCall) -> list[dict[str, Any]]:
    bodies = [
        readable(interaction.response)
        for interaction in call.interactions or ()
        if interaction.response is not None
    ]
    return [body for body in bodies if isinstance(body, dict) and _is_answer(body)]


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    """Yield the document, or what wraps it one level down, as some tools do."""
    if isinstance(document, dict):
        yield document
        if not _is_answer(document):
            yield from (item for item in document.values() if isinstance(item, dict))


def _is_answer(item: dict[str, Any]) -> bool:
    return isinstance(item.get("choices"), list) or (
        isinstance(item.get("content"), list) and ("stop_reason" in item or "role" in item)
    )


def _messages(call: ToolCall) -> Iterator[dict[str, Any]]:
    for answer in answers(call):
        for choice in answer.get("choices") or ():
            if isinstance(choice, dict):
                yield {**_object(choice.get("message")), "finish": choice.get("finish_reason"),
                       "text": choice.get("text")}  # fmt: skip
        if isinstance(answer.get("content"), list):
            yield {"blocks": answer["content"], "finish": answer.get("stop_reason")}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def contents(call: ToolCall) -> list[str]:
    """Return the texts of the model's messages."""
    found = []
    for message in _messages(call):
        found += [message[key] for key in ("content", "text") if isinstance(message.get(key), str)]
        blocks = message.get("blocks") or ()
        found += [block["text"] for block in blocks if isinstance(_object(block).get("text"), str)]
    return found


def tool_calls(call: ToolCall) -> list[MadeCall]:
    """Return the model's tool calls in their order."""
    found = []
    for message in _messages(call):
        for made in message.get("tool_calls") or ():
            function = _object(_object(made).get("function"))
            found.append(MadeCall(str(function.get("name")), _decoded(function.get("arguments"))))
        blocks = [_object(block) for block in message.get("blocks") or ()]
        found += [
            MadeCall(str(block.get("name")), block.get("input"))
            for block in blocks
            if block.get("type") == "tool_use"
        ]
    return found


def _decoded(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return text


def refusal_fields(call: ToolCall) -> list[str]:
    """Return what providers say of a refusal in fields of their own."""
    found = []
    for message in _messages(call):
        if isinstance(message.get("refusal"), str) and message["refusal"]:
            found.append(message["refusal"])
        elif message.get("finish") in ("content_filter", "refusal"):
            found.append(f"finish reason {message['finish']}")
    return found


def usage(call: ToolCall) -> Usage | None:
    """Return the tokens of all requests of the call, None where no provider told any."""
    told = [_usage(answer) for answer in _provided(call) or answers(call)]
    known = [item for item in told if item is not None]
    if not known:
        return None
    return Usage(sum(item.input for item in known), sum(item.output for item in known))


def _usage(answer: dict[str, Any]) -> Usage | None:
    told = _object(answer.get("usage"))
    pair = [
        next((told[key] for key in keys if isinstance(told.get(key), int)), None)
        for keys in (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens"))
    ]
    if pair[0] is None or pair[1] is None:
        return None
    return Usage(pair[0], pair[1])
