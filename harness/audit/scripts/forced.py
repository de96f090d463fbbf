"""The answer to a request that forces the call of a tool: a model that has to call one does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from harness.audit.scripts.in_json import instance_of
from harness.audit.scripts.said import Called, Said

_ANY = ("required", "any")


class ForcedTool(NamedTuple):
    """A tool that has to be called: its place among those of the request, and its schema."""

    place: int
    schema: Mapping[str, Any]


def forced_tool(body: Mapping[str, Any]) -> ForcedTool | None:
    """Return the tool that a request's `tool_choice` forces, None where the model is free.

    OpenAI (API reference, `tool_choice`): `"required"`, or `{type: function, function: {name}}`.
    Anthropic (API reference, `tool_choice`): `{type: any}`, or `{type: tool, name}`. Where any will
    do it is the first.
    """
    tools, choice = body.get("tools"), body.get("tool_choice")
    functions = [_function(tool) for tool in tools] if isinstance(tools, list) else []
    held = _function(choice)
    name = held.get("name")
    is_any = choice in _ANY or (held.get("type") in _ANY and name is None)
    for place, function in enumerate(functions):
        schema = function.get("parameters", function.get("input_schema"))
        if (is_any or name == function.get("name") is not None) and isinstance(schema, Mapping):
            return ForcedTool(place, schema)
    return None


def _function(tool: Any) -> Mapping[str, Any]:
    held = tool.get("function", tool) if isinstance(tool, Mapping) else {}
    return held if isinstance(held, Mapping) else {}


def in_call(said: Said, forced: ForcedTool | None) -> Said:
    """Return what is said as a call of the forced tool, with arguments that its schema accepts."""
    arguments = instance_of(forced.schema) if forced and said.text and not said.calls else None
    if forced is None or arguments is None:
        return said
    call = Called(arguments, tool=forced.place)
    return replace(said, text=None, more_texts=(), citations=(), calls=(call,), finish="tool_calls")
