"""Tools that are published wrongly; calls are served as the reference does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import mcp_types as types
from mcp import MCPError

from servers.defects.published_tools import CHAT_SCHEMA, LEGACY, chat_tool, legacy_tool
from servers.defects.stages import Defect, Result, Stages, call, enforcing, unknown


def _publishing(*tools: types.Tool) -> Defect:
    return lambda stages: replace(stages, tools=tools)


def _with_property(name: str, **changes: Any) -> dict[str, Any]:
    properties = CHAT_SCHEMA["properties"]
    return {**CHAT_SCHEMA, "properties": {**properties, name: {**properties[name], **changes}}}


def _renamed(name: str) -> Defect:
    """Serve the chat tool under another name."""

    def change(stages: Stages) -> Stages:
        tools = (chat_tool(name=name),)
        first = stages.upstream(stages.tools[0].name)
        return replace(
            stages, tools=tools, violations=enforcing(tools), upstream=lambda tool: first
        )

    return change


def _enforced(schema: dict[str, Any]) -> Defect:
    """Publish a schema and hold arguments against it."""

    def change(stages: Stages) -> Stages:
        tools = (chat_tool(input_schema=schema),)
        return replace(stages, tools=tools, violations=enforcing(tools))

    return change


def _annotated(**hints: bool) -> Defect:
    return _publishing(chat_tool(annotations=types.ToolAnnotations(**hints)))


def _unserved(answer: Callable[[str], Result]) -> Defect:
    """Publish the tool for text completions beside the other, and let `answer` answer it."""

    async def around(stages: Stages, tool: str, arguments: Any) -> Result:
        return answer(tool) if tool == LEGACY else await call(stages, tool, arguments)

    return lambda stages: replace(stages, tools=(*stages.tools, legacy_tool()), call=around)


def _fail(tool: str) -> Result:
    raise MCPError(types.INTERNAL_ERROR, "Internal error")


DEFECTS: dict[str, Defect] = {
    "definitions-unknown-type": _publishing(
        chat_tool(input_schema=_with_property("user", type="text"))
    ),
    "definitions-bound-as-text": _publishing(
        chat_tool(input_schema=_with_property("temperature", minimum="0"))
    ),
    "definitions-default-beyond": _publishing(
        chat_tool(input_schema=_with_property("temperature", default=3))
    ),
    "definitions-pattern-broken": _publishing(
        chat_tool(input_schema=_with_property("user", pattern="^[a-z"))
    ),
    "definitions-required-forbidden": _enforced(
        {**CHAT_SCHEMA, "required": ["model", "messages", "mesages"]}
    ),
    "definitions-bounds-crossed": _enforced(
        {
            **_with_property("max_tokens", minimum=10, maximum=1),
            "required": ["model", "messages", "max_tokens"],
        }
    ),
    "definitions-same-name": _publishing(chat_tool(), chat_tool(title="The same once more")),
    "definitions-name-with-blank": _renamed("create chat completion"),
    "definitions-name-too-long": _renamed("create_chat_completion_" + "x" * 120),
    "definitions-tool-unknown": _unserved(unknown),
    "definitions-tool-fails-inside": _unserved(_fail),
    "definitions-closed-world": _annotated(open_world_hint=False),
    "definitions-read-only-destructive": _annotated(read_only_hint=True, destructive_hint=True),
}
