"""What a request asks for, as far as a scripted answer depends on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.audit.scripts.forced import ForcedTool, forced_tool, in_call
from harness.audit.scripts.in_json import in_json, schema_asked
from harness.audit.scripts.said import Finish, Said
from harness.records.http import HttpRequest

MOST_CHOICES = 128
"""OpenAI, API reference: `n` is at most 128."""
_UNASKED_USAGE = re.compile(r"acedata|/grok/chat/completions")
DEFAULT_TOOLS = ("get_weather", "get_time")


@dataclass(frozen=True)
class Asked:
    """The parts of a request body that shape an answer."""

    model: str = "model"
    choices: int = 1
    tools: tuple[str, ...] = DEFAULT_TOOLS
    prompts: tuple[str, ...] = ("",)
    """What a legacy answer repeats before its own text, one for each prompt."""
    is_streamed: bool = False
    has_usage: bool = True
    """Whether usage is sent: a stream has it only when the request says so."""
    has_logprobs: bool = False
    schema: Mapping[str, Any] | None = None
    """The JSON Schema of the answer that is asked for; None for any text."""
    forced: ForcedTool | None = None
    """The tool that has to be called; None where the model is free."""

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        """Read a request; what has another type than the API says counts as not given."""
        try:
            body = request.json_body()
        except ValueError:
            return cls()
        if not isinstance(body, dict):
            return cls()
        model, is_streamed = body.get("model"), body.get("stream") is True
        options = body.get("stream_options")
        wants_usage = isinstance(options, dict) and options.get("include_usage") is True
        prompts = _prompts(body.get("prompt"))
        return cls(
            model=model if isinstance(model, str) else "model",
            choices=_choices(body.get("n")),
            tools=_tools(body.get("tools")) or DEFAULT_TOOLS,
            prompts=prompts if body.get("echo") is True else ("",) * len(prompts),
            is_streamed=is_streamed,
            has_usage=wants_usage or not is_streamed or _has_unasked_usage(request),
            has_logprobs=body.get("logprobs") not in (None, False),
            schema=schema_asked(body),
            forced=forced_tool(body),
        )

    def shaped(self, said: Said) -> Said:
        """Return what is said in the form that is asked for."""
        return in_call(in_json(said, self.schema), self.forced)

    def finishes(self, said: Said) -> tuple[Finish, ...]:
        """Return why each choice stops that a prompt gets.

        A stream has no choices that nobody asked for: who reads one joins all deltas.
        """
        is_plain = self.choices == 1 and len(self.prompts) == 1 and not self.is_streamed
        return (said.finish,) * self.choices + (said.others if is_plain else ())


def _has_unasked_usage(request: HttpRequest) -> bool:
    """Tell whether the API is AceDataCloud's, whose streams have their usage unasked."""
    return _UNASKED_USAGE.search(request.url) is not None


def _choices(n: Any) -> int:
    if isinstance(n, bool) or not isinstance(n, int | float) or not n >= 1:
        return 1
    return int(min(n, MOST_CHOICES))


def _tools(tools: Any) -> tuple[str, ...]:
    found = []
    for tool in tools if isinstance(tools, list) else []:
        function = tool.get("function", tool) if isinstance(tool, dict) else None
        name = function.get("name") if isinstance(function, dict) else None
        if isinstance(name, str):
            found.append(name)
    return tuple(found)


def _prompts(prompt: Any) -> tuple[str, ...]:
    """Return a text for each prompt; one of tokens has none."""
    if isinstance(prompt, str):
        return (prompt,)
    if isinstance(prompt, list) and prompt and not isinstance(prompt[0], int):
        texts = [item if isinstance(item, str) else "" for item in prompt]
        return tuple(texts[:MOST_CHOICES])
    return ("",)
