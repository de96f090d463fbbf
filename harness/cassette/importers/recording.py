"""What importing a recording gives, and why it may give nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from harness.errors import InvalidCassette
from harness.records.http import HttpRequest, HttpResponse, Interaction


class UnsupportedRecording(InvalidCassette):
    """The file holds no recording that can be read; `line` counts from 1 where it is known."""

    def __init__(self, name: str, reason: str, *, line: int | None = None) -> None:
        self.name, self.reason = name, " ".join(reason.split())
        super().__init__(Path(name), self.reason, line=line)


class Note(NamedTuple):
    """Something that could not be kept or was guessed.

    `place` is a JSON pointer into the file's data (where a file holds several YAML documents or
    httprr records, the first step is their number), or `line N`.
    """

    place: str
    reason: str


@dataclass(frozen=True)
class Imported:
    """The interactions of a recording, in the order of the file, and what was lost on the way.

    What a recorder says about itself or the connection (protocol version, cache, timings) is left
    behind without a note.
    """

    format: str
    interactions: tuple[Interaction, ...]
    notes: tuple[Note, ...]


class Exchange(NamedTuple):
    """One entry of a recording as its format gives it; `recorded_at` is the recorder's text."""

    request: HttpRequest
    response: HttpResponse
    seconds: float = 0.0
    recorded_at: str | None = None

    def to_interaction(self, recorder: str) -> Interaction:
        """Return the record of this exchange, which the tool `recorder` kept."""
        facts: dict[str, Any] = {
            "origin": "imported",
            "provider": urlsplit(self.request.url).hostname or "",
            "recorder": recorder,
        }
        if self.recorded_at is not None:
            facts["date"] = self.recorded_at
        return Interaction(
            request=self.request, response=self.response, seconds=self.seconds, metadata=facts
        )
