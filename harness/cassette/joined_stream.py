"""Event streams of completions, joined into the one document that a plain answer would have been.

OpenAI's and xAI's form: chunks whose `choices[].delta` add up, closed by `[DONE]`. Anthropic's
form: `content_block_*` and `message_*` events. What only streams have (padding, `obfuscation`,
pings, where chunks are cut; contract sheet: providers, §7) is gone then.
"""

from __future__ import annotations

import json
from typing import Any

from harness.cassette.event_stream import Event, read_events

DONE = "[DONE]"
_ANTHROPIC_PIECES = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
}


def join_stream(text: str) -> dict[str, Any]:
    """Return the joined document; `stream` in it tells how the stream ended.

    A stream of any other form becomes `{"events": [{"event", "data"}]}`.
    """
    events = read_events(text)
    parsed = [_parsed(event) for event in events]
    joined: dict[str, Any] | None = None
    if any(_has(value, "type", "message_start") for value in parsed):
        joined = _join_anthropic(parsed)
    elif any(
        isinstance(value, dict) and isinstance(value.get("choices"), list) for value in parsed
    ):
        joined = _join_openai(parsed)
    if joined is None:
        named = zip(events, parsed, strict=True)
        return {"events": [{"event": event.name, "data": value} for event, value in named]}
    errors = [value for value in parsed if isinstance(value, dict) and value.get("error")]
    if errors:
        joined["stream_error"] = errors[0]["error"]
    joined["stream"] = _ending(parsed)
    return joined


def _parsed(event: Event) -> Any:
    try:
        return json.loads(event.data)
    except (ValueError, RecursionError):
        return event.data


def _has(value: Any, key: str, expected: str) -> bool:
    return isinstance(value, dict) and value.get(key) == expected


def _ending(parsed: list[Any]) -> str:
    is_closed = any(value == DONE or _has(value, "type", "message_stop") for value in parsed)
    return "complete" if is_closed else "broken off"


def _join_openai(parsed: list[Any]) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    choices: dict[Any, dict[str, Any]] = {}
    for chunk in (value for value in parsed if isinstance(value, dict)):
        for key, value in chunk.items():
            # The first of them counts, as `created` drifts in xAI's streams; the last usage does.
            if key == "usage" and value is not None:
                joined[key] = value
            elif key not in ("choices", "obfuscation", "error"):
                joined.setdefault(key, value)
        for piece in chunk.get("choices") or ():
            if isinstance(piece, dict):
                index = piece.get("index", 0)
                _add_choice(choices.setdefault(str(index), {"index": index}), piece)
    joined["choices"] = [choices[key] for key in sorted(choices, key=_number)]
    return joined


def _add_choice(choice: dict[str, Any], piece: dict[str, Any]) -> None:
    for key, value in piece.items():
        if key == "delta":
            if isinstance(value, dict):
                _add_delta(choice.setdefault("message", {}), value)
        elif key == "text" and isinstance(value, str):
            choice[key] = choice.get(key, "") + value
        elif value is not None or key not in choice:
            choice[key] = value


def _add_delta(message: dict[str, Any], delta: dict[str, Any]) -> None:
    for key, value in delta.items():
        if key == "tool_calls" and isinstance(value, list):
            _add_tool_calls(message.setdefault(key, []), value)
        elif isinstance(value, str) and isinstance(message.get(key), str) and key != "role":
            message[key] += value
        elif value is not None or key not in message:
            message[key] = value


def _add_tool_calls(calls: list[dict[str, Any]], pieces: list[Any]) -> None:
    for piece in (item for item in pieces if isinstance(item, dict)):
        index = piece.get("index", len(calls))
        call = next((item for item in calls if item.get("index") == index), None)
        if call is None:
            calls.append({**piece, "index": index, "function": dict(piece.get("function") or {})})
            continue
        function = piece.get("function")
        for key, value in (function if isinstance(function, dict) else {}).items():
            before = call["function"].get(key)
            is_text = isinstance(before, str) and isinstance(value, str)
            call["function"][key] = before + value if is_text else value


def _join_anthropic(parsed: list[Any]) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    blocks: dict[str, dict[str, Any]] = {}
    for event in (value for value in parsed if isinstance(value, dict)):
        kind, at = event.get("type"), str(event.get("index", 0))
        if kind == "message_start" and isinstance(event.get("message"), dict):
            joined = dict(event["message"])
        elif kind == "content_block_start" and isinstance(event.get("content_block"), dict):
            blocks[at] = dict(event["content_block"])
        elif kind == "content_block_delta" and isinstance(event.get("delta"), dict):
            _add_block_delta(blocks.setdefault(at, {}), event["delta"])
        elif kind == "message_delta":
            joined.update(event.get("delta") or {})
            joined["usage"] = {**(joined.get("usage") or {}), **(event.get("usage") or {})}
    joined["content"] = [_closed(blocks[at]) for at in sorted(blocks, key=_number)]
    return joined


def _number(text: str) -> tuple[int, str]:
    return (int(text) if text.isdecimal() else 0, text)


def _add_block_delta(block: dict[str, Any], delta: dict[str, Any]) -> None:
    key = _ANTHROPIC_PIECES.get(str(delta.get("type")))
    if key is not None:
        block[key] = f"{block.get(key) or ''}{delta.get(key) or ''}"
    elif delta.get("type") == "input_json_delta":
        block["input_json"] = f"{block.get('input_json', '')}{delta.get('partial_json') or ''}"


def _closed(block: dict[str, Any]) -> dict[str, Any]:
    """Return a block with the pieces of its tool input as JSON."""
    if "input_json" not in block:
        return block
    text = block["input_json"]
    kept = {key: value for key, value in block.items() if key != "input_json"}
    try:
        return {**kept, "input": json.loads(text or "{}")}
    except (ValueError, RecursionError):
        return {**kept, "input": text}
