"""What a request asks for and what it gets, in no provider's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from harness.upstream.simulators.wording import pieces


class Tool(NamedTuple):
    """A function the model may call; `parameters` is a JSON Schema.

    A free tool (OpenAI's type `custom`) takes a text instead of arguments.
    """

    name: str
    parameters: Mapping[str, Any]
    is_free: bool = False


class ToolCall(NamedTuple):
    """A call the model wants made; a free tool gets its text alone."""

    name: str
    arguments: Mapping[str, Any]
    free_text: str | None = None


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request for one text or tool call."""

    prompt: str
    """Text of the last user message."""
    tool_result: str | None = None
    """Text of the last message, when that is the result of a tool."""
    prompt_tokens: int = 0
    image_tokens: int = 0
    """Part of `prompt_tokens`."""
    audio_tokens: int = 0
    """Part of `prompt_tokens`."""
    repeated_tokens: int = 0
    """Part of `prompt_tokens` that an earlier turn of the conversation has sent already."""
    tools: tuple[Tool, ...] = ()
    tool_choice: Literal["auto", "none", "required"] = "auto"
    forced_tool: str | None = None
    has_parallel_calls: bool = True
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None
    json_schema: Mapping[str, Any] | None = None
    """The schema the text must meet; `{"type": "object"}` for plain JSON mode."""
    lead: str = ""
    """Text before the answer's own: a legacy completion goes on where the prompt ended."""
    suffix: str = ""
    """Text the answer has to lead up to."""
    tail: str = ""
    """Text after the answer's own, beyond every limit."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One text or tool call; providers name the finish in their own words."""

    text: str
    finish: Literal["stop", "stop_sequence", "length", "tool_calls"]
    stop_sequence: str | None = None
    calls: tuple[ToolCall, ...] = ()
    reasoning: str = ""
    tokens: tuple[str, ...] = field(default=())
    """The text in tokens."""
    call_tokens: int = 0

    @property
    def output_tokens(self) -> int:
        """Tokens of text and calls, without reasoning."""
        return len(self.tokens) + self.call_tokens

    @property
    def reasoning_tokens(self) -> int:
        """Tokens of the reasoning."""
        return len(pieces(self.reasoning))
