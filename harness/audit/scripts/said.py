"""What a provider says in one choice of an answer, in words of no dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.audit.dialect import Dialect

Finish = Literal["stop", "stop_sequence", "length", "tool_calls", "filtered", "refusal", "paused"]
"""Why the model stopped; each dialect has its own word, and not every dialect has every one."""

EVERYWHERE: frozenset[Dialect] = frozenset({"chat", "legacy", "messages"})
TALKS: frozenset[Dialect] = frozenset({"chat", "messages"})
"""Where tools can be called."""

Feature = Literal["tools", "choices", "logprobs", "thinking"]
"""What a caller must have asked for before a provider answers so."""


@dataclass(frozen=True)
class Called:
    """A call of one of the caller's tools."""

    arguments: Any
    """A JSON object; or a text, which is sent as the arguments although it is no JSON."""
    tool: int = 0
    """Its place among the tools of the request; the last one if there are fewer."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """A script: one choice; a request for several gets it in several wordings."""

    text: str | None
    finish: Finish = "stop"
    more_texts: tuple[str, ...] = ()
    """Further blocks of text, where the dialect has blocks."""
    is_second_silent: bool = False
    """Whether the second of several choices is an empty text."""
    is_second_same: bool = False
    """Whether the second of several choices says the same as the first."""
    others: tuple[Finish, ...] = ()
    """Why further choices stopped, which come although one was asked for."""
    calls: tuple[Called, ...] = ()
    refusal: str = ""
    reasoning: str = ""
    citations: tuple[str, ...] = ()
    """URLs of sources."""
    has_logprobs: bool = False
    is_resolved: bool = False
    """Whether the model is told by its full name, where an alias was asked for."""
    has_details: bool = False
    """Whether the usage is broken down, as each provider does it."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Members that no document names, put into the answer, each choice, message and the usage."""
    needs: Feature | None = None
    dialects: frozenset[Dialect] = EVERYWHERE

    def model(self, asked: str) -> str:
        """Return the name by which the answer tells the model that was asked for as `asked`."""
        return f"{asked}-2026-08-07" if self.is_resolved else asked

    def wording(self, choice: int) -> str | None:
        """Return the text of the choice with this index: none that says something has another."""
        if choice == 0 or not self.text:
            return self.text
        if choice == 1 and self.is_second_silent:
            return ""
        if choice == 1 and self.is_second_same:
            return self.text
        middle = len(self.text) // 2
        return f"{self.text[:middle]} ({choice + 1}) {self.text[middle:]}"
