"""An upstream exchange, and a request that no cassette answered, as blocks."""

from __future__ import annotations

from collections.abc import Iterator

from harness.records.call import Miss
from harness.records.http import HttpRequest, HttpResponse, Interaction, Message
from harness.report.page import blocks
from harness.report.page.blocks import Block
from harness.report.page.shown import body_text, bytes_text, seconds_text


def exchange_view(number: int, interaction: Interaction) -> Block:
    """Return one exchange: its facts, what was sent, what came back and when."""
    response, request = interaction.response, interaction.request
    ended = f"{response.status} {response.reason}".strip() if response else "no response"
    if interaction.failure:
        ended += f", {interaction.failure}"
    content = [
        blocks.facts(
            [
                ("ended", ended),
                ("took", seconds_text(interaction.seconds)),
                *((str(name), value) for name, value in interaction.metadata.items()),
            ]
        ),
        *_request(request),
        *_response(interaction),
    ]
    is_bad = interaction.failure or (response and response.status >= 400)
    return blocks.group(
        f"{number} · {request.method} {request.url}",
        content,
        is_open=True,
        tone="error" if is_bad else "",
        hint=f"→ {ended}",
    )


def miss_view(miss: Miss) -> Block:
    """Return a request without an answer, with the nearest recording and what differs."""
    content = [
        blocks.facts(
            [("cassette", miss.cassette), ("reason", miss.reason), ("nearest", miss.nearest)]
        ),
        *_request(miss.request),
    ]
    if miss.differences:
        differing = blocks.differences("differs from the nearest", miss.differences)
        content.insert(1, differing)
    label = f"no recording for {miss.request.method} {miss.request.url}"
    return blocks.group(label, content, is_open=True, tone="error")


def _request(request: HttpRequest) -> Iterator[Block]:
    yield _headers("request headers", request)
    if request.body:
        yield blocks.body(_body_label("request body", request), body_text(request.body))


def _response(interaction: Interaction) -> Iterator[Block]:
    response = interaction.response
    if interaction.failure:
        yield blocks.note(f"transport failure: {interaction.failure}", tone="error")
    if response is None:
        return
    yield _headers("response headers", response)
    if len(interaction.chunks) > 1:
        yield _frames(response, interaction)
    if response.body:
        yield blocks.body(_body_label("response body", response), body_text(response.body))


def _headers(label: str, message: Message) -> Block:
    rows = list(message.headers)
    return blocks.group(label, [blocks.table("", ("name", "value"), rows)], hint=str(len(rows)))


def _body_label(label: str, message: Message) -> str:
    return f"{label}, {bytes_text(len(message.body))}"


def _frames(response: HttpResponse, interaction: Interaction) -> Block:
    pieces, start = [], 0
    for at, size in interaction.chunks:
        text = body_text(response.body[start : start + size])
        content = text.rstrip("\n")
        pieces.append((at, size, content + "⏎" * (len(text) - len(content))))
        start += size
    last = interaction.chunks[-1][0]
    frames = blocks.frames("pieces of the stream", max(interaction.seconds, last), pieces)
    hint = f"{len(pieces)} pieces, the last after {seconds_text(last)}"
    return blocks.group("stream", [frames], hint=hint)
