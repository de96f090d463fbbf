"""Cassettes in outline, as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from harness.records.cassette_results import ShownInteraction, ShowResult
from harness.report.printable import printable

SHOWN_TEXT = 160
"""Characters of the model's answer in the outline; with bodies, everything is shown."""


def render_show(result: ShowResult) -> str:
    """Return one block a cassette."""
    return "\n".join(line for cassette in result.cassettes for line in _cassette(cassette))


def _cassette(cassette: Any) -> Iterator[str]:
    count = len(cassette.interactions)
    yield f"{cassette.file}: {count} interaction{'s' if count != 1 else ''}"
    for interaction in cassette.interactions:
        yield from _interaction(interaction)


def _interaction(item: ShownInteraction) -> Iterator[str]:
    ended = [str(item.status)] if item.status is not None else []
    ended += [item.failure] if item.failure else []
    yield f"  [{item.number}] {item.method} {printable(item.url)} → {' '.join(ended)}"
    yield f"      {' · '.join(_facts(item))}"
    if item.tool_calls:
        yield f"      asks for {', '.join(map(printable, item.tool_calls))}"
    if item.bodies is not None:
        yield from _body("request", item.bodies.request)
        yield from _body("response", item.bodies.response)
    elif item.text:
        cut = "…" if len(item.text) > SHOWN_TEXT else ""
        yield f"      {json.dumps(item.text[:SHOWN_TEXT], ensure_ascii=False)}{cut}"


def _facts(item: ShownInteraction) -> Iterator[str]:
    yield printable(item.provider) or "no provider"
    yield item.origin or "origin unknown"
    for label, value in (
        ("model", item.model),
        ("tool", item.tool),
        ("fault", item.fault),
        ("recorded", item.recorded),
    ):
        if value:
            yield f"{label} {printable(value)}"
    if item.tokens is not None:
        counts = (item.tokens.prompt, item.tokens.completion)
        yield "tokens " + " + ".join("?" if count is None else str(count) for count in counts)
    if item.events is not None:
        yield f"stream of {item.events} events"


def _body(label: str, body: Any) -> Iterator[str]:
    yield f"      {label}:"
    text = body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)
    yield from (f"        {printable(line)}" for line in text.splitlines())
