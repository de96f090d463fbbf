"""What a replay sends: a recorded response as bytes for the wire, or how the exchange failed."""

from __future__ import annotations

from typing import NamedTuple

from harness.records.http import Chunks, Interaction, TransportFailure

# Who sends the replay over a wire sets these itself; the recorded values are often wrong (contract
# sheet: providers, §9, replay traps).
_FRAMING = frozenset({b"content-length", b"transfer-encoding", b"connection", b"keep-alive"})
_CODING = b"content-encoding"


class RecordedAnswer(NamedTuple):
    """An interaction without its request; `failure`, `seconds` and `chunks` as in `Interaction`."""

    status: int | None
    """None when there was no response."""
    reason: bytes
    headers: list[tuple[bytes, bytes]]
    """Lines in wire order."""
    body: bytes
    failure: TransportFailure | None = None
    seconds: float = 0.0
    chunks: Chunks = ()

    def header(self, name: bytes) -> bytes:
        """Return the first value of the header `name`, given in lower case, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), b"")


def unframed(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the header lines that do not say how the body is sent: for sending it anew."""
    return [line for line in headers if line[0].lower() not in _FRAMING]


def sent_headers(headers: list[tuple[bytes, bytes]], body: bytes) -> list[tuple[bytes, bytes]]:
    """Return the header lines to send with a recorded body.

    `content-encoding` is left out when the body was stored decoded: compressed bytes are not
    UTF-8, decoded text is.
    """
    kept = [line for line in headers if line[0].lower() != _CODING]
    return kept if len(kept) == len(headers) or _is_text(body) else headers


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def answer_of(interaction: Interaction) -> RecordedAnswer:
    """Return what a replay of `interaction` sends."""
    response = interaction.response
    rest = interaction.failure, interaction.seconds, interaction.chunks
    if response is None:
        return RecordedAnswer(None, b"", [], b"", *rest)
    headers = [(_wire(name), _wire(value)) for name, value in response.headers]
    headers = sent_headers(headers, response.body)
    return RecordedAnswer(response.status, _wire(response.reason), headers, response.body, *rest)


def _wire(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
