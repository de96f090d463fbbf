"""From what is asked to what is answered."""

from __future__ import annotations

import json

from harness.upstream.simulators.ask import Ask, Reply, ToolCall
from harness.upstream.simulators.schema_example import example
from harness.upstream.simulators.seeded import Seed
from harness.upstream.simulators.tool_calls import tool_calls
from harness.upstream.simulators.wording import cut_at_stop, cut_to, pieces, quote, sentences

REASONING = 'The user wrote "{quote}". I will answer briefly and plainly.'


def compose(ask: Ask, seed: Seed, *, is_reasoning: bool = False) -> Reply:
    """Return the reply to `ask`: tool calls if the rule asks for them, else a text."""
    reasoning = REASONING.format(quote=quote(ask.prompt, 40)) if is_reasoning else ""
    calls = tool_calls(ask, seed)
    if calls:
        return Reply(
            text=ask.tail,
            finish="tool_calls",
            calls=calls,
            reasoning=reasoning,
            tokens=tuple(pieces(ask.tail)),
            call_tokens=sum(len(pieces(call.name + arguments_text(call))) for call in calls),
        )
    stopped = cut_at_stop(_text(ask, seed), ask.stop)
    text = cut_to(stopped.text, ask.max_tokens)
    is_cut = text != stopped.text
    by = None if is_cut else stopped.by
    return Reply(
        text=text + ask.tail,
        finish="length" if is_cut else "stop" if by is None else "stop_sequence",
        stop_sequence=by,
        reasoning=reasoning,
        tokens=tuple(pieces(text + ask.tail)),
    )


def arguments_text(call: ToolCall) -> str:
    """Return the arguments of `call` as compact JSON, or the text of a free tool's call."""
    if call.free_text is not None:
        return call.free_text
    return json.dumps(call.arguments, ensure_ascii=False, separators=(",", ":"))


def _text(ask: Ask, seed: Seed) -> str:
    text = sentences(ask.prompt, ask.tool_result, seed)
    if ask.json_schema is not None:
        return json.dumps(_value(ask, seed, text), ensure_ascii=False)
    if ask.suffix:
        text += f' It leads up to "{quote(ask.suffix, 40)}".'
    return ask.lead + text


def _value(ask: Ask, seed: Seed, text: str) -> object:
    schema = ask.json_schema or {}
    if set(schema) <= {"type"}:
        return {"answer": text}
    return example(schema, seed, quote(ask.prompt, 40))
