"""Styles of the reference server: other planes, other contracts, other texts."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import anyio
import mcp_types as types
from mcp import MCPError

from servers.completion_server import text_result
from servers.defects.json_places import without
from servers.defects.line_changes import ignoring_cancellations
from servers.defects.published_tools import CHAT_SCHEMA, chat_tool, legacy_tool
from servers.defects.stages import Answer, Arguments, Defect, Result, Stages, enforcing
from servers.defects.styles.messages_text import messages_text
from servers.defects.styles.no_provider import no_provider
from servers.defects.styles.reviewing import reviewing
from servers.defects.styles.stripping import stripping
from servers.defects.styles.structured import structured
from servers.failures import UpstreamFailure
from servers.json_text import render
from servers.provider_client import Upstream

Schema = dict[str, Any]


def _contract(edit: Callable[[Schema], Any], **definition: Any) -> Defect:
    """Publish and enforce a copy of the chat schema that `edit` changes in place."""
    schema = copy.deepcopy(CHAT_SCHEMA)
    edit(schema)
    tools = (chat_tool(input_schema=schema, **definition),)
    return lambda stages: replace(stages, tools=tools, violations=enforcing(tools))


def _removing(*names: str) -> Callable[[Schema], None]:
    def edit(schema: Schema) -> None:
        schema["properties"] = without(schema["properties"], *names)

    return edit


def _as_json_rpc(stages: Stages) -> Stages:
    def refuse(tool: str, found: list[str]) -> NoReturn:
        raise MCPError(types.INVALID_PARAMS, "; ".join(found))

    def failure(failed: UpstreamFailure) -> NoReturn:
        status = {"status": failed.status}
        text = f"{failed.message} ({failed.advice})"
        raise MCPError(types.INTERNAL_ERROR, _redacted(stages, text), status)

    return replace(stages, refuse=refuse, failure=failure)


def _one_at_a_time(stages: Stages) -> Stages:
    turn = anyio.Lock()

    async def send(upstream: Upstream, body: Any) -> Answer:
        async with turn:
            return await stages.send(upstream, body)

    return replace(stages, send=send)


def _redacted(stages: Stages, text: str) -> str:
    return text.replace(stages.settings.key, "***")


def _streams_refused(stages: Stages) -> Stages:
    def violations(tool: str, arguments: Arguments) -> list[str]:
        found = stages.violations(tool, arguments)
        is_stream = arguments.get("stream") is True
        return found or (["/stream: streaming is not supported"] if is_stream else [])

    return replace(stages, violations=violations)


def _needing_choices(stages: Stages, result: Callable[[Answer], Result]) -> Stages:
    """Answer by the first choice; tell an answer without any as a failure."""

    def checked(answer: Answer) -> Result:
        if answer["choices"]:
            return result(answer)
        return stages.failure(UpstreamFailure("the answer has no choices", status=200))

    return replace(stages, result=checked)


def _text_only(stages: Stages) -> Stages:
    base = _contract(_removing("n", "tools", "tool_choice", "stream"))(stages)

    def result(answer: Answer) -> Result:
        message = answer["choices"][0].get("message") or {}
        return text_result(
            _redacted(stages, message.get("content") or message.get("refusal") or "")
        )

    return _needing_choices(base, result)


def _terse(stages: Stages) -> Stages:
    def refuse(tool: str, found: list[str]) -> Result:
        names = sorted({line.split(":")[0].strip("/") or tool for line in found})
        return text_result(f"bad {', '.join(names)}", is_error=True)

    def failure(failed: UpstreamFailure) -> Result:
        wait = "" if failed.retry_after is None else f" {failed.retry_after}s"
        text = f"{failed.status or 'no answer'} {failed.reason}{wait}"
        return text_result(_redacted(stages, text), is_error=True)

    return replace(stages, refuse=refuse, failure=failure)


def _open(schema: Schema) -> None:
    schema["additionalProperties"] = True


def _open_and_ignoring(stages: Stages) -> Stages:
    known = CHAT_SCHEMA["properties"]

    def body(tool: str, arguments: Arguments) -> Any:
        return {key: item for key, item in arguments.items() if key in known}

    return replace(_contract(_silent)(stages), body=body)


def _silent(schema: Schema) -> None:
    del schema["additionalProperties"]


def _with_defaults(schema: Schema) -> None:
    properties = schema["properties"]
    properties["temperature"] |= {"default": 0.7}
    properties["max_tokens"] |= {"description": "Most tokens to generate; 512 when not given"}
    schema["required"] = ["messages"]


def _defaults(stages: Stages) -> Stages:
    base = _contract(
        _with_defaults,
        description="Continue a conversation. Without `model`, asks gpt-4o-mini.",
    )(stages)
    given = {"model": "gpt-4o-mini", "temperature": 0.7, "max_tokens": 512}
    return replace(base, body=lambda tool, arguments: {**given, **arguments})


_SIMPLE_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "model": {"type": "string", "enum": ["small", "large"]},
        "prompt": {"type": "string", "minLength": 1, "description": "What to ask"},
        "system": {"type": "string", "description": "What holds for the conversation"},
        "max_tokens": {"type": "integer", "minimum": 1, "maximum": 4096},
        "temperature": {"type": "number", "minimum": 0, "maximum": 2},
    },
    "required": ["model", "prompt"],
    "additionalProperties": False,
}


def _renamed(stages: Stages) -> Stages:
    """Publish a prompt and a system text, and ask by messages and `max_completion_tokens`."""
    tools = (chat_tool(input_schema=_SIMPLE_SCHEMA),)

    def body(tool: str, arguments: Arguments) -> Any:
        system = arguments.get("system")
        first = [] if system is None else [{"role": "system", "content": system}]
        asked = {**without(arguments, "prompt", "system", "max_tokens")}
        asked["messages"] = [*first, {"role": "user", "content": arguments["prompt"]}]
        if "max_tokens" in arguments:
            asked["max_completion_tokens"] = arguments["max_tokens"]
        return asked

    return replace(stages, tools=tools, violations=enforcing(tools), body=body)


def _two_tools(stages: Stages) -> Stages:
    tools = (chat_tool(), legacy_tool())
    return replace(stages, tools=tools, violations=enforcing(tools))


def _annotated(stages: Stages) -> Stages:
    hints = types.ToolAnnotations(read_only_hint=True, open_world_hint=True)
    return replace(stages, tools=(chat_tool(annotations=hints),))


def _own_retries(stages: Stages) -> Stages:
    """Ask once more after a failure that may pass."""

    async def send(upstream: Upstream, body: Any) -> Answer:
        try:
            return await stages.send(upstream, body)
        except UpstreamFailure as failed:
            if not failed.retryable or failed.timeout is not None:
                raise
            return await stages.send(upstream, body)

    return replace(stages, send=send)


def _streams_inside(stages: Stages) -> Stages:
    """Always stream from the provider, and answer with the whole."""
    base = _contract(_removing("stream"))(stages)
    always = {"stream": True, "stream_options": {"include_usage": True}}
    return replace(base, body=lambda tool, arguments: {**arguments, **always})


def _envelope(stages: Stages) -> Stages:
    """Answer with a small document of its own."""
    base = _contract(_removing("n", "tools", "tool_choice", "stream"))(stages)

    def result(answer: Answer) -> Result:
        choice = answer["choices"][0]
        message = choice.get("message") or {}
        document = {
            "text": message.get("content"),
            "refusal": message.get("refusal"),
            "finish_reason": choice.get("finish_reason"),
            "model": answer.get("model"),
            "usage": answer.get("usage"),
        }
        return text_result(_redacted(stages, render(document)))

    return _needing_choices(base, result)


def _with_references(schema: Schema) -> None:
    items = schema["properties"]["messages"].pop("items")
    schema["properties"]["messages"]["items"] = {"$ref": "#/$defs/Message"}
    schema["$defs"] = {"Message": items}


STYLES: dict[str, Defect] = {
    "reference": lambda stages: stages,
    "annotated": _annotated,
    "errors-as-json-rpc": _as_json_rpc,
    "streams-refused": _streams_refused,
    "one-at-a-time": _one_at_a_time,
    "cancellations-ignored": ignoring_cancellations,
    "no-stream-argument": _contract(_removing("stream")),
    "text-only": _text_only,
    "structured": structured,
    "terse": _terse,
    "open-passing-on": _contract(_open),
    "open-ignoring": _open_and_ignoring,
    "own-defaults": _defaults,
    "renamed-parameters": _renamed,
    "own-retries": _own_retries,
    "streams-inside": _streams_inside,
    "own-envelope": _envelope,
    "schema-with-references": _contract(_with_references),
    "keys-stripped": stripping,
    "two-tools": _two_tools,
    "no-provider": no_provider,
    "messages-text": messages_text,
    "reviewing": reviewing,
}
