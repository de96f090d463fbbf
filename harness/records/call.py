"""One tool call: what every expectation, check, scorer and report reads.

A live call, a replay and a stored run give the same record. Text in it has been redacted when
the record was made: a secret that the server let out stands there as `REDACTED[NAME]`.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field

from harness.records.http import HttpRequest, Interaction
from harness.records.json_value import JsonValue
from harness.records.record import Record

Plane = Literal["result", "tool_error", "protocol_error", "transport_error", "timeout"]
"""Where an outcome shows: a result; a result with `isError`; a JSON-RPC error; no answer because
the link broke; no answer in time. The first three are MCP's, the others are the absence of it."""


BROKEN_RESULT = "the result breaks the protocol"
"""How the message of an outcome begins whose result is none by the protocol's own schema."""


class Outcome(Record):
    """How a call ended, on its plane."""

    plane: Plane
    content: JsonValue = Field(default_factory=list)
    """Content blocks as on the wire (`[{"type": "text", "text": …}]`), empty without a result."""
    structured: JsonValue = None
    meta: JsonValue = Field(default_factory=dict)
    """The result's `_meta`."""
    code: int | None = None
    """The JSON-RPC error code, on plane `protocol_error`."""
    message: str | None = None
    """The JSON-RPC error message, or why there was no answer."""
    data: JsonValue = None
    """The JSON-RPC error's data."""

    @property
    def text(self) -> str:
        """What a reader sees: the text blocks, one a line, or the error message."""
        if self.plane in ("result", "tool_error"):
            return "\n".join(_texts(self.content))
        return self.message or ""

    @property
    def document(self) -> Any:
        """The JSON that the tool answered with: its text as JSON, else the structured content.

        Raises:
            ValueError: neither is there.
        """
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as error:
            if self.structured is None:
                raise ValueError(f"not JSON: {error}") from error
            return self.structured


def _texts(content: Any) -> list[str]:
    blocks = content if isinstance(content, list) else []
    return [
        block["text"]
        for block in blocks
        if isinstance(block, dict)
        and block.get("type") == "text"
        and isinstance(block.get("text"), str)
    ]


class Progress(Record):
    """One MCP progress notification of the call."""

    progress: JsonValue
    """A number; JSON as some servers write it has infinities."""
    total: JsonValue = None
    message: str | None = None


class Log(Record):
    """One MCP log notification that arrived during the call."""

    level: str
    logger: str | None = None
    data: JsonValue = None


class Difference(Record):
    """One place where two JSON values differ; a side that lacks the place is absent."""

    pointer: str
    """RFC 6901."""
    change: Literal["changed", "added", "removed"]
    recorded: JsonValue = None
    actual: JsonValue = None


MissReason = Literal["no_cassette", "no_match", "already_played", "empty_cassette"]


class Miss(Record):
    """A request that the cassette could not answer. It says nothing about the server."""

    request: HttpRequest
    cassette: str
    reason: MissReason
    nearest: int | None = None
    """Position of the most similar interaction in the cassette, from 0."""
    differences: tuple[Difference, ...] = ()
    """What differs between the nearest recorded request and this one."""


class ArgumentsOrigin(Record):
    """How the arguments were made: written in a scenario, generated, or given by hand."""

    kind: Literal["scenario", "generated", "given"]
    scenario: str | None = None
    step: int | None = None
    mode: str | None = None
    keyword: str | None = None
    pointer: str | None = None
    seed: int | None = None


class ToolCall(Record):
    """A call of one tool, its outcome and everything that it caused."""

    id: str
    target: str
    tool: str
    arguments: JsonValue
    origin: ArgumentsOrigin
    outcome: Outcome
    progress: tuple[Progress, ...] = ()
    logs: tuple[Log, ...] = ()
    interactions: tuple[Interaction, ...] | None = ()
    """Upstream HTTP exchanges in the order of their start; None when the harness could not see
    the target's upstream."""
    misses: tuple[Miss, ...] = ()
    protocol: str | None = None
    """The protocol revision of the connection, `2026-07-28`."""
    seconds: float = 0.0
