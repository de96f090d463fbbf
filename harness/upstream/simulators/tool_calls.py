"""Which tools a simulated model calls.

`required` calls the first tool, a forced tool is called, `none` calls nothing. `auto` calls when
the last message is the user's and names a tool (`get_weather`, or `get weather`), or asks for
one in general ("use the tool", "call a function"), which means the first.
"""

from __future__ import annotations

import re

from harness.upstream.simulators.ask import Ask, Tool, ToolCall
from harness.upstream.simulators.schema_example import example
from harness.upstream.simulators.seeded import Seed
from harness.upstream.simulators.wording import quote

ASKS_FOR_ANY = re.compile(
    r"\b(use|call|run|invoke)\s+(\w+\s+){0,2}(tools?|functions?)\b", re.IGNORECASE
)


def tool_calls(ask: Ask, seed: Seed) -> tuple[ToolCall, ...]:
    """Return the calls for `ask`, with arguments that meet each tool's schema."""
    chosen = _chosen(ask)
    if not ask.has_parallel_calls:
        chosen = chosen[:1]
    text = quote(ask.prompt, 40)
    return tuple(_call(tool, seed.branch(tool.name), text) for tool in chosen)


def _chosen(ask: Ask) -> tuple[Tool, ...]:
    if ask.forced_tool is not None:
        return tuple(tool for tool in ask.tools if tool.name == ask.forced_tool)
    if ask.tool_choice == "required":
        return ask.tools[:1]
    if ask.tool_choice == "none" or ask.tool_result is not None:
        return ()
    text = ask.prompt.lower()
    named = tuple(tool for tool in ask.tools if _is_named(tool, text))
    return named or (ask.tools[:1] if ASKS_FOR_ANY.search(text) else ())


def _is_named(tool: Tool, text: str) -> bool:
    name = tool.name.lower()
    return name in text or name.replace("_", " ") in text


def _call(tool: Tool, seed: Seed, text: str) -> ToolCall:
    if tool.is_free:
        return ToolCall(tool.name, {}, free_text=text or "text")
    return ToolCall(tool.name, _arguments(tool, seed, text))


def _arguments(tool: Tool, seed: Seed, text: str) -> dict[str, object]:
    arguments = example({"type": "object", **tool.parameters}, seed, text)
    return arguments if isinstance(arguments, dict) else {}
