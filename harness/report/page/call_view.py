"""One tool call as blocks: arguments, the MCP exchange, and what it caused upstream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.records.call import Outcome, ToolCall
from harness.report.page import blocks
from harness.report.page.blocks import Block
from harness.report.page.exchange_view import exchange_view, miss_view
from harness.report.page.shown import seconds_text, short_json


def call_view(call: ToolCall) -> list[Block]:
    """Return everything that is known of a call."""
    origin = call.origin.model_dump(exclude_none=True)
    known = [
        ("call", call.id),
        ("target", call.target),
        ("protocol", call.protocol),
        ("took", seconds_text(call.seconds)),
        ("arguments from", ", ".join(f"{name} {value}" for name, value in origin.items())),
    ]
    return [
        blocks.facts(known),
        blocks.json_value("arguments", call.arguments),
        *(miss_view(miss) for miss in call.misses),
        blocks.group(
            "MCP exchange",
            list(_exchange(call)),
            is_open=True,
            tone=_tone(call.outcome),
            hint=f"→ {call.outcome.plane}",
        ),
        *_upstream(call),
    ]


def _tone(outcome: Outcome) -> str:
    return "" if outcome.plane == "result" else "error"


def _exchange(call: ToolCall) -> Iterator[Block]:
    outcome = call.outcome
    yield blocks.facts([("plane", outcome.plane), ("code", outcome.code)])
    if outcome.message is not None:
        yield blocks.body("message", outcome.message)
    if outcome.data is not None:
        yield blocks.json_value("error data", outcome.data)
    yield from content_view(outcome.content)
    if outcome.structured is not None:
        yield blocks.group("structured", [blocks.json_value("", outcome.structured)])
    if outcome.meta:
        yield blocks.json_value("_meta", outcome.meta)
    yield from _notifications(call)


def content_view(content: Any) -> Iterator[Block]:
    """Yield the content blocks of a result, texts as texts."""
    for number, item in enumerate(content if isinstance(content, list) else [content], start=1):
        if isinstance(item, dict) and isinstance(text := item.get("text"), str):
            rest = {name: value for name, value in item.items() if name not in ("text", "type")}
            yield blocks.body(f"content {number}, {item.get('type')}", text)
            if rest:
                yield blocks.json_value(f"content {number}, besides its text", rest)
        else:
            yield blocks.json_value(f"content {number}", item)


def _notifications(call: ToolCall) -> Iterator[Block]:
    if call.progress:
        rows = [
            (
                short_json(item.progress),
                "" if item.total is None else short_json(item.total),
                item.message or "",
            )
            for item in call.progress
        ]
        yield blocks.group(
            "progress notifications",
            [blocks.table("", ("progress", "total", "message"), rows)],
            hint=str(len(rows)),
        )
    if call.logs:
        rows = [(item.level, item.logger or "", short_json(item.data)) for item in call.logs]
        yield blocks.group(
            "log notifications",
            [blocks.table("", ("level", "logger", "data"), rows)],
            is_open=True,
            hint=str(len(rows)),
        )


def _upstream(call: ToolCall) -> Iterator[Block]:
    if call.interactions is None:
        yield blocks.note("Upstream: the harness could not see this target's requests.")
    elif not call.interactions:
        sent = "no request was answered" if call.misses else "no request was sent"
        yield blocks.note(f"Upstream: {sent}.")
    else:
        content = [exchange_view(at, item) for at, item in enumerate(call.interactions, start=1)]
        yield blocks.group("Upstream", content, is_open=True, hint=str(len(content)))
