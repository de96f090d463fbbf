"""An interaction in outline: what a reader wants to know before the bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.cassette.compare import provider_of
from harness.cassette.decoded_body import decoded, readable
from harness.cassette.event_stream import is_event_stream, read_events
from harness.records.cassette_results import Bodies, ShownInteraction, Tokens
from harness.records.http import HttpResponse, Interaction


def show(number: int, interaction: Interaction, *, with_bodies: bool) -> ShownInteraction:
    """Return the outline of the interaction at position `number`."""
    request, response, known = interaction.request, interaction.response, interaction.metadata
    asked = readable(request)
    answer = readable(response) if response is not None else None
    return ShownInteraction(
        number=number,
        method=request.method,
        url=request.url,
        status=response.status if response is not None else None,
        failure=interaction.failure,
        origin=_word(known.get("origin")),
        provider=_word(known.get("provider")) or provider_of(interaction),
        model=_word(_at(answer, "model")) or _word(_at(asked, "model")),
        tool=_word(known.get("tool")),
        recorded=_word(known.get("recorded")),
        fault=_word(known.get("fault")),
        tokens=_tokens(_at(answer, "usage")),
        text="\n".join(_said(answer)),
        tool_calls=tuple(_tool_calls(answer)),
        events=_events(response),
        request_bytes=len(request.body),
        response_bytes=len(response.body) if response is not None else 0,
        bodies=Bodies(request=asked, response=answer) if with_bodies else None,
    )


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _tokens(usage: Any) -> Tokens | None:
    if not isinstance(usage, dict):
        return None

    def counted(*names: str) -> int | None:
        found = [usage.get(name) for name in names]
        # AceData has both spellings, the second of them zero (contract sheet: providers, §6).
        numbers = [item for item in found if isinstance(item, int) and not isinstance(item, bool)]
        return next((item for item in numbers if item), numbers[0] if numbers else None)

    tokens = Tokens(
        prompt=counted("prompt_tokens", "input_tokens"),
        completion=counted("completion_tokens", "output_tokens"),
        total=counted("total_tokens"),
    )
    return tokens if tokens != Tokens() else None


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _said(answer: Any) -> list[str]:
    """Return what the model said, or what the provider says went wrong."""
    texts = [_at(block, "text") for block in _items(_at(answer, "content"))]
    for choice in _items(_at(answer, "choices")):
        texts += [_at(choice, "message", "content"), _at(choice, "text")]
    for error in (_at(answer, "error"), _at(answer, "stream_error")):
        texts += [error, _at(error, "message")]
    return [text for text in texts if isinstance(text, str) and text]


def _tool_calls(answer: Any) -> list[str]:
    names = [
        _at(block, "name")
        for block in _items(_at(answer, "content"))
        if _at(block, "type") == "tool_use"
    ]
    for choice in _items(_at(answer, "choices")):
        calls = _items(_at(choice, "message", "tool_calls"))
        names += [_at(call, "function", "name") for call in calls]
    return [name for name in names if isinstance(name, str)]


def _events(response: HttpResponse | None) -> int | None:
    if response is None:
        return None
    text = decoded(response).decode("utf-8", errors="replace")
    if not is_event_stream(response.header("content-type"), text):
        return None
    return len(read_events(text))
