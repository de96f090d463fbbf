"""What can go wrong between a server and its provider, as one exception that carries the facts.

Planes of failure, chosen per kind. A *tool error* (`isError: true`) is text that a model can read
and act on; a *JSON-RPC error* reaches the client's program only.

| failure                          | grok, acedata   | gateway         | why                     |
|----------------------------------|-----------------|-----------------|-------------------------|
| unknown tool                     | JSON-RPC −32602 | JSON-RPC −32601 | 2025-11-25 / seed 003   |
| `messages` missing or empty      | tool error      | JSON-RPC −32602 | seed 004 / seed 003     |
| any other invalid argument       | tool error      | tool error      | SEP-1303                |
| upstream status, 200 with error  | tool error      | JSON-RPC −32603 | seeds 000, 004 / 003    |
| no answer: timeout, refused, …   | tool error      | JSON-RPC −32603 | the same to a caller    |
| answer not usable: not JSON, …   | tool error      | JSON-RPC −32603 | never an empty success  |
| stream broken off, error event   | tool error      | JSON-RPC −32603 | with what had arrived   |
| defect of the server             | tool error      | JSON-RPC −32603 | seed 003; no internals  |

SEP-1303 (since 2025-11-25): invalid arguments are results, so that a model can correct them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from servers import provider_messages, retry_advice
from servers.json_text import NotJSON, parse


@dataclass(frozen=True)
class Arrived:
    """What had come of a stream before it failed."""

    deltas: int
    text: str

    def facts(self) -> dict[str, Any]:
        """Return deltas, characters and the text itself, as JSON."""
        return {"deltas": self.deltas, "characters": len(self.text), "text": self.text}

    def sentence(self) -> str:
        """Return the same as a sentence; the partial text comes last."""
        count = f"{self.deltas} {'delta' if self.deltas == 1 else 'deltas'}"
        size = f"{len(self.text)} {'character' if len(self.text) == 1 else 'characters'}"
        partial = f" Partial text: {self.text}" if self.text else ""
        return f"{count} ({size}) had arrived.{partial}"


class UpstreamFailure(Exception):
    """The provider gave no usable answer.

    Attributes:
        reason: the provider's message, or what happened to the connection or the answer.
        status: HTTP status, None when no response came.
        retryable: whether repeating the call may help.
        retry_after: seconds to wait first, None when not given.
        resets_at: ISO 8601 time when a rate limit resets, None when not given.
        timeout: the limit in seconds that was exceeded, None for other failures.
        arrived: what had come of a stream, None when no stream had begun.
    """

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        retryable: bool = True,
        retry_after: float | None = None,
        resets_at: str | None = None,
        timeout: float | None = None,
        arrived: Arrived | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.retryable = retryable
        self.retry_after = retry_after
        self.resets_at = resets_at
        self.timeout = timeout
        self.arrived = arrived

    @property
    def message(self) -> str:
        """The reason, and for a stream how much of it had arrived."""
        return f"{self.reason}; {self.arrived.sentence()}" if self.arrived else self.reason

    @property
    def advice(self) -> str:
        """One line: the status, whether retrying may help, after how long."""
        status = "No HTTP answer." if self.status is None else f"HTTP {self.status}."
        if not self.retryable:
            return f"{status} Retrying will not help."
        wait = "" if self.retry_after is None else f", after {self.retry_after} s"
        return f"{status} Retrying may help{wait}."

    def facts(self) -> dict[str, Any]:
        """Return status, retryable, retry_after (seconds) and, for a stream, what had arrived."""
        facts: dict[str, Any] = {
            "status": self.status,
            "retryable": self.retryable,
            "retry_after": self.retry_after,
        }
        return {**facts, "stream": self.arrived.facts()} if self.arrived else facts


class EmptyAnswer(UpstreamFailure):
    """The provider answered with a good status and nothing: no body, `null` or `{}`."""

    def __init__(self, status: int) -> None:
        super().__init__("the provider's answer is empty", status=status)


def from_response(status: int, headers: Mapping[str, str], body: bytes) -> UpstreamFailure:
    """Return the failure that a response with a status other than 2xx stands for."""
    try:
        value = parse(body)
    except NotJSON:
        value = None
    reason = provider_messages.from_body(body, status)
    return UpstreamFailure(
        f"{reason} (redirects are not followed)" if 300 <= status < 400 else reason,
        status=status,
        retryable=retry_advice.is_retryable(status, headers, value),
        retry_after=retry_advice.retry_after(headers),
        resets_at=retry_advice.reset_time(headers),
    )


def has_error(answer: dict[str, Any]) -> bool:
    """Whether a body with a good status carries an error.

    xAI reports overload as HTTP 200 with `{"code", "error"}`, Azure OpenAI and OpenRouter send
    200 with an `error` object, Mistral's errors say `"object": "error"`.
    """
    return answer.get("error") not in (None, False, "", {}) or "error" in (
        answer.get("object"),
        answer.get("type"),
    )


def from_error_answer(status: int, answer: dict[str, Any]) -> UpstreamFailure:
    """Return the failure inside a body that came with a good status."""
    return UpstreamFailure(
        provider_messages.from_json(answer) or "an error without a message",
        status=status,
        retryable=provider_messages.is_transient(answer),
    )
