"""An interaction as a block and back: where each of its facts stands in the file."""

from __future__ import annotations

from typing import Any, get_args

from harness.cassette.block import Block, NotABlock, read_block, write_block
from harness.cassette.matching import match_key
from harness.records.http import Chunks, HttpRequest, HttpResponse, Interaction, TransportFailure

NO_RESPONSE_STATUS = 599
"""Stands for "no response" in the file: vcrpy needs a status there. No provider sends it."""
_FAILURES = frozenset(get_args(TransportFailure))
_OWN_FACTS = ("key", "seq", "failure", "seconds", "chunks")


def to_block(interaction: Interaction, sequence: int) -> str:
    """Return the text of `interaction`; `sequence` is its place in the order of start."""
    request, response = interaction.request, interaction.response
    if response is None:
        response = HttpResponse(
            status=NO_RESPONSE_STATUS, reason=f"no response: {interaction.failure}"
        )
    extra: dict[str, Any] = {"key": match_key(request), "seq": sequence, **interaction.metadata}
    if interaction.failure is not None:
        extra["failure"] = interaction.failure
    if interaction.seconds:
        extra["seconds"] = interaction.seconds
    if interaction.chunks:
        extra["chunks"] = list(map(list, interaction.chunks))
    return write_block(
        Block(
            request.method,
            request.url,
            request.headers,
            request.body,
            response.status,
            response.reason,
            response.headers,
            response.body,
            extra,
        )
    )


def from_block(data: bytes) -> Interaction:
    """Return the interaction in a block that nobody changed since it was written.

    Raises:
        NotABlock: somebody did, or it is no block.
    """
    block = read_block(data)
    facts = block.extra
    # Checked by its checksum, so the records are made without validating each field again.
    request = HttpRequest.model_construct(
        method=block.method,
        url=block.url,
        headers=block.request_headers,
        body=block.request_body,
    )
    response = None
    if block.status != NO_RESPONSE_STATUS:
        response = HttpResponse.model_construct(
            status=block.status,
            reason=block.reason,
            headers=block.response_headers,
            body=block.response_body,
        )
    failure, seconds, chunks = ending(facts)
    return Interaction.model_construct(
        request=request,
        response=response,
        failure=failure,
        seconds=seconds,
        chunks=chunks,
        metadata={name: value for name, value in facts.items() if name not in _OWN_FACTS},
    )


def ending(facts: dict[str, Any]) -> tuple[TransportFailure | None, float, Chunks]:
    """Return failure, seconds and chunks, as `Interaction` has them, from a block's last line.

    Raises:
        NotABlock: they are none; the last line is not under the checksum.
    """
    failure: TransportFailure | None = facts.get("failure")
    if failure is not None and failure not in _FAILURES:
        raise NotABlock(f"unknown failure {failure!r}"[:80])
    chunks = _chunks(facts["chunks"]) if "chunks" in facts else ()
    return failure, _seconds(facts.get("seconds", 0.0)), chunks


def _seconds(value: Any) -> float:
    if not isinstance(value, float | int):
        raise NotABlock(f"no number of seconds: {value!r}"[:80])
    return value


def _chunks(value: Any) -> Chunks:
    try:
        return tuple((_seconds(seconds), int(size)) for seconds, size in value)
    except (ValueError, TypeError) as error:
        raise NotABlock(f"no chunks: {error}") from error
