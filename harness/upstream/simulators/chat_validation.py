"""Check the maps, tools and response format of a chat body in the OpenAI form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from harness.upstream.simulators.message_checks import message_violations
from harness.upstream.simulators.schema_example import example
from harness.upstream.simulators.seeded import Seed
from harness.upstream.simulators.validation import (
    Limit,
    Path,
    Violation,
    find_violation,
    map_violation,
    not_strings,
)

STRING = ("string",)
OBJECT = ("object",)


class ChatRules(NamedTuple):
    """Where the providers differ."""

    limits: tuple[Limit, ...]
    roles: tuple[str, ...]
    parts: tuple[str, ...]
    """Types of content parts."""
    tools: tuple[str, ...] = ("function",)
    """Types of tools."""
    choices: tuple[str, ...] = ("function",)
    """Types of a tool choice that is an object."""
    are_parameters_required: bool = False
    is_call_id_required: bool = False
    """Whether a tool's message must name the call, and an assistant's calls must be whole."""
    bias: tuple[float, float] | None = None
    """Bounds of the values of `logit_bias`."""
    has_metadata: bool = False
    """Whether `metadata` is a map of strings."""
    tool_name: Limit = Limit("name", STRING, 1, is_required=True)


def find_chat_violation(body: Any, rules: ChatRules) -> Violation | None:
    """Return the first violation in a chat body, the top level first."""
    top = find_violation(body, rules.limits)
    if top is not None:
        return top
    checks: tuple[Callable[[Mapping[str, Any], ChatRules], Iterator[Violation]], ...] = (
        _messages,
        _strings,
        _maps,
        _tools,
        _tool_choice,
        _response_format,
    )
    found = (violation for check in checks for violation in check(body, rules))
    return next(found, None)


def _messages(body: Mapping[str, Any], rules: ChatRules) -> Iterator[Violation]:
    yield from message_violations(
        body, rules.roles, rules.parts, is_call_id_required=rules.is_call_id_required
    )


def _maps(body: Mapping[str, Any], rules: ChatRules) -> Iterator[Violation]:
    low, high = rules.bias or (None, None)
    bias = map_violation(body.get("logit_bias"), ("logit_bias",), ("number",), low, high)
    metadata = None
    if rules.has_metadata:
        metadata = map_violation(body.get("metadata"), ("metadata",), STRING, 0, 512)
    yield from (found for found in (bias, metadata) if found is not None)


def _strings(body: Mapping[str, Any], rules: ChatRules) -> Iterator[Violation]:
    yield from not_strings(body.get("stop"), ("stop",))


def _tools(body: Mapping[str, Any], rules: ChatRules) -> Iterator[Violation]:
    kind = Limit("type", STRING, is_required=True, choices=rules.tools)
    function = (
        rules.tool_name,
        Limit("description", STRING),
        Limit("parameters", OBJECT, is_required=rules.are_parameters_required),
    )
    for index, tool in enumerate(body.get("tools") or ()):
        at: Path = ("tools", index)
        violation = find_violation(tool, (kind,), at=at)
        if violation is None and tool["type"] == "function":
            inner: Path = (*at, "function")
            violation = find_violation(
                tool, (Limit("function", OBJECT, is_required=True),), at=at
            ) or find_violation(tool["function"], function, at=inner)
            parameters = None if violation else tool["function"].get("parameters")
            violation = violation or schema_violation(parameters, (*inner, "parameters"))
        elif violation is None and tool["type"] == "custom":
            violation = find_violation(
                tool, (Limit("custom", OBJECT, is_required=True),), at=at
            ) or find_violation(tool["custom"], (rules.tool_name,), at=(*at, "custom"))
        if violation is not None:
            yield violation


def schema_violation(schema: Any, at: Path) -> Violation | None:
    """Return a violation if no value can be made for `schema`, None also without a schema."""
    try:
        example(schema or {}, Seed(""), "")
    except ValueError as error:
        return Violation(at, "schema", str(error))
    return None


def _tool_choice(body: Mapping[str, Any], rules: ChatRules) -> Iterator[Violation]:
    choice = body.get("tool_choice")
    if not isinstance(choice, Mapping):
        return
    at: Path = ("tool_choice",)
    kind = Limit("type", STRING, is_required=True, choices=rules.choices)
    violation = find_violation(choice, (kind,), at=at)
    if violation is None:
        inner = choice["type"]
        fields = _chosen(inner, body.get("tools") or ())
        violation = find_violation(
            choice, (Limit(inner, OBJECT, is_required=True),), at=at
        ) or find_violation(choice[inner], fields, at=(*at, inner))
        if violation is None and inner == "allowed_tools":
            listed = choice[inner]["tools"]
            violation = _allowed_violation(listed, rules, (*at, inner, "tools"))
    if violation is not None:
        yield violation


def _allowed_violation(listed: Sequence[Any], rules: ChatRules, at: Path) -> Violation | None:
    """Return a violation if one of the tools that a choice allows is not named."""
    kind = Limit("type", STRING, is_required=True, choices=rules.tools)
    for index, item in enumerate(listed):
        violation = find_violation(item, (kind,), at=(*at, index))
        if violation is None:
            name = item["type"]
            violation = find_violation(
                item, (Limit(name, OBJECT, is_required=True),), at=(*at, index)
            ) or find_violation(item[name], (rules.tool_name,), at=(*at, index, name))
        if violation is not None:
            return violation
    return None


def _chosen(kind: str, tools: Sequence[Mapping[str, Any]]) -> tuple[Limit, ...]:
    """Return what the object of a tool choice must have: a tool's name, or a mode and tools."""
    if kind == "allowed_tools":
        return (
            Limit("mode", STRING, is_required=True, choices=("auto", "required")),
            Limit("tools", ("array",), 1, is_required=True),
        )
    # A choice of one that cannot be named keeps the table from meaning "anything goes".
    names = tuple(str(tool[kind].get("name")) for tool in tools if tool["type"] == kind) or ("",)
    return (Limit("name", STRING, is_required=True, choices=names),)


def _response_format(body: Mapping[str, Any], rules: ChatRules) -> Iterator[Violation]:
    asked = body.get("response_format")
    if asked is None:
        return
    at: Path = ("response_format",)
    kinds = ("text", "json_object", "json_schema")
    violation = find_violation(
        asked, (Limit("type", STRING, is_required=True, choices=kinds),), at=at
    )
    if violation is None and asked["type"] == "json_schema":
        inner: Path = (*at, "json_schema")
        violation = (
            find_violation(asked, (Limit("json_schema", OBJECT, is_required=True),), at=at)
            or find_violation(
                asked["json_schema"],
                (Limit("name", STRING, is_required=True), Limit("schema", OBJECT)),
                at=inner,
            )
            or schema_violation(asked["json_schema"].get("schema"), (*inner, "schema"))
        )
    if violation is not None:
        yield violation
