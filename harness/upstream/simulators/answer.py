"""What a simulated provider sends back."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from harness.records.http import Headers


class Answer(BaseModel):
    """A response as it is sent.

    `chunks` holds one item for a plain body and one per frame for an event stream. `ending` is
    `cut` when the connection closes before the body is whole, and `silent` when nothing is sent
    at all (`status` is then 0).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: int
    headers: Headers
    chunks: tuple[bytes, ...]
    ending: Literal["complete", "cut", "silent"] = "complete"

    @property
    def body(self) -> bytes:
        """All chunks in one."""
        return b"".join(self.chunks)

    @property
    def is_stream(self) -> bool:
        """Whether the body is an event stream."""
        return any(
            name == "content-type" and value.startswith("text/event-stream")
            for name, value in self.headers
        )
