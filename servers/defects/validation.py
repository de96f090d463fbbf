"""Arguments that are judged otherwise than the published schema says, or refused badly."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import anyio

from servers.completion_server import text_result
from servers.defects.json_places import changed, each
from servers.defects.published_tools import CHAT_SCHEMA, chat_tool
from servers.defects.stages import Arguments, Defect, Result, Stages, call, enforcing

_TEXT = {"type": "string"}


def _enforcing_other(edit: Callable[[dict[str, Any]], Any]) -> Defect:
    """Hold arguments against a copy of the published schema that `edit` changes in place."""
    schema = copy.deepcopy(CHAT_SCHEMA)
    edit(schema["properties"])
    return lambda stages: replace(stages, violations=enforcing((chat_tool(input_schema=schema),)))


def _refusing_also(is_refused: Callable[[Arguments], Any], line: str) -> Defect:
    def change(stages: Stages) -> Stages:
        def violations(tool: str, arguments: Arguments) -> list[str]:
            found = stages.violations(tool, arguments)
            return found or ([line] if is_refused(arguments) else [])

        return replace(stages, violations=violations)

    return change


def _failing_first(on: Callable[[Arguments], Any]) -> Defect:
    """Run code on the arguments before anything has judged them."""

    def change(stages: Stages) -> Stages:
        def arrange(arguments: Arguments) -> Arguments:
            on(arguments)
            return arguments

        return replace(stages, arrange=arrange)

    return change


def _arranging(arrange: Callable[[Arguments], Arguments]) -> Defect:
    return lambda stages: replace(stages, arrange=arrange)


def _refusing(refuse: Callable[[str, list[str]], Result]) -> Defect:
    return lambda stages: replace(stages, refuse=refuse)


def _to_number(value: Any) -> Any:
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _to_whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and abs(value) < 1e15 else value


def _to_truth(value: Any) -> Any:
    words = {"true": True, "false": False, "1": True, "0": False}
    return words.get(value.lower(), value) if isinstance(value, str) else value


def _known(arguments: Arguments) -> Arguments:
    return {key: item for key, item in arguments.items() if key in CHAT_SCHEMA["properties"]}


def _known_in_messages(arguments: Arguments) -> Arguments:
    known = CHAT_SCHEMA["properties"]["messages"]["items"]["properties"]

    def keep(message: Any) -> Any:
        is_object = isinstance(message, dict)
        return {key: message[key] for key in message if key in known} if is_object else message

    return changed(arguments, "messages", each(keep)) if _has_list(arguments) else arguments


def _has_list(arguments: Arguments) -> bool:
    return isinstance(arguments.get("messages"), list)


def _judged_late(stages: Stages) -> Stages:
    async def late(stages: Stages, tool: str, arguments: Any) -> Result:
        result = await call(replace(stages, violations=lambda tool, arguments: []), tool, arguments)
        found = stages.violations(tool, arguments or {})
        return stages.refuse(tool, found) if found else result

    return replace(stages, call=late)


def _endless(stages: Stages) -> Stages:
    async def wait(stages: Stages, tool: str, arguments: Any) -> Result:
        if stages.violations(tool, arguments or {}):
            await anyio.sleep_forever()
        return await call(stages, tool, arguments)

    return replace(stages, call=wait)


DEFECTS: dict[str, Defect] = {
    "validation-bound-excluded": _refusing_also(
        lambda arguments: arguments.get("temperature") == 2,
        "/temperature: 2 is not less than 2 (exclusiveMaximum)",
    ),
    "validation-enum-member-refused": _refusing_also(
        lambda arguments: any(item["role"] == "tool" for item in arguments["messages"]),
        "/messages: the role 'tool' is not supported (enum)",
    ),
    "validation-stop-list-refused": _enforcing_other(lambda schema: schema.update(stop=_TEXT)),
    "validation-parts-refused": _enforcing_other(
        lambda schema: schema["messages"]["items"]["properties"].update(content=_TEXT)
    ),
    "validation-empty-text-refused": _refusing_also(
        lambda arguments: any(item["content"] == "" for item in arguments["messages"]),
        "/messages: a content must not be empty (minLength)",
    ),
    "validation-choices-refused": _refusing_also(
        lambda arguments: arguments.get("n", 1) > 4, "/n: at most 4 choices (maximum)"
    ),
    "validation-range-open": _enforcing_other(
        lambda schema: schema.update(temperature={"type": "number"})
    ),
    "validation-role-open": _enforcing_other(
        lambda schema: schema["messages"]["items"]["properties"].update(role=_TEXT)
    ),
    "validation-type-open": _enforcing_other(lambda schema: schema.update(user={})),
    "validation-items-open": _enforcing_other(
        lambda schema: schema["stop"]["anyOf"][1].update(items={})
    ),
    "validation-length-open": _enforcing_other(
        lambda schema: schema["stop"]["anyOf"][1].pop("maxItems")
    ),
    "validation-pattern-open": _enforcing_other(
        lambda schema: schema["messages"]["items"]["properties"].update(name=_TEXT)
    ),
    "validation-content-optional": _enforcing_other(
        lambda schema: schema["messages"]["items"].update(required=["role"])
    ),
    "validation-unknown-passed": lambda stages: replace(
        stages,
        violations=enforcing(
            (chat_tool(input_schema={**CHAT_SCHEMA, "additionalProperties": True}),)
        ),
    ),
    "validation-nothing-checked": lambda stages: replace(
        stages, violations=lambda tool, arguments: []
    ),
    "validation-number-from-text": _arranging(
        lambda arguments: changed(arguments, "temperature", _to_number)
    ),
    "validation-fraction-cut": _arranging(
        lambda arguments: changed(arguments, "max_tokens", _to_whole)
    ),
    "validation-truth-from-text": _arranging(
        lambda arguments: changed(arguments, "stream", _to_truth)
    ),
    "validation-null-dropped": _arranging(
        lambda arguments: {key: item for key, item in arguments.items() if item is not None}
    ),
    "validation-unknown-dropped": _arranging(_known),
    "validation-unknown-dropped-inside": _arranging(_known_in_messages),
    "validation-judged-late": _judged_late,
    "validation-refused-as-success": _refusing(
        lambda tool, found: text_result("\n".join(["Invalid arguments:", *found]))
    ),
    "validation-refused-without-name": _refusing(
        lambda tool, found: text_result("The request is not valid.", is_error=True)
    ),
    "validation-refused-by-tool-name": _refusing(
        lambda tool, found: text_result(f"{tool}: {len(found)} problem(s)", is_error=True)
    ),
    "validation-missing-crashes": _failing_first(lambda arguments: arguments["model"]),
    "validation-type-crashes": _failing_first(
        lambda arguments: [item["role"].upper() for item in arguments.get("messages", [])]
    ),
    "validation-refusal-never-comes": _endless,
}
