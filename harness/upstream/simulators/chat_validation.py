"""Check messages, tools and response format of a chat body in the OpenAI form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from harness.upstream.simulators.schema_example import example
from harness.upstream.simulators.seeded import Seed
from harness.upstream.simulators.validation import (
    Limit,
    Path,
    Violation,
    find_violation,
    is_of,
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
    are_parameters_required: bool = False


def find_chat_violation(body: Any, rules: ChatRules) -> Violation | None:
    """Return the first violation in a chat body, the top level first."""
    top = find_violation(body, rules.limits)
    if top is not None:
        return top
    checks: tuple[Callable[[Mapping[str, Any], ChatRules], Iterator[Violation]], ...] = (
        _messages,
        _strings,
        _tools,
        _tool_choice,
        _response_format,
    )
    found = (violation for check in checks for violation in check(body, rules))
    return next(found, None)


def _messages(body: Mapping[str, Any], rules: ChatRules) -> Iterator[Violation]:
    role = Limit("role", STRING, is_required=True, choices=rules.roles)
    for index, message in enumerate(body["messages"]):
        at: Path = ("messages", index)
        violation = find_violation(message, (role, Limit("name", STRING)), at=at)
        if violation is not None:
            yield violation
        else:
            yield from _content(message, rules, (*at, "content"))


def _content(message: Mapping[str, Any], rules: ChatRules, at: Path) -> Iterator[Violation]:
    content = message.get("content")
    if content is None:
        if message["role"] != "assistant":
            yield Violation(at, "missing", types=("string", "array"))
    elif not is_of(content, ("string", "array")):
        yield Violation(at, "type", content, ("string", "array"))
    elif isinstance(content, list):
        kind = Limit("type", STRING, is_required=True, choices=rules.parts)
        for index, part in enumerate(content):
            yield from _part(part, kind, (*at, index))


def _part(part: Any, kind: Limit, at: Path) -> Iterator[Violation]:
    violation = find_violation(part, (kind,), at=at)
    if violation is None and part["type"] == "text":
        violation = find_violation(part, (Limit("text", STRING, is_required=True),), at=at)
    if violation is None and part["type"] == "image_url":
        image = Limit("image_url", OBJECT, is_required=True)
        violation = find_violation(part, (image,), at=at) or find_violation(
            part["image_url"],
            (Limit("url", STRING, is_required=True), Limit("detail", STRING)),
            at=(*at, "image_url"),
        )
    if violation is not None:
        yield violation


def _strings(body: Mapping[str, Any], rules: ChatRules) -> Iterator[Violation]:
    yield from not_strings(body.get("stop"), ("stop",))


def _tools(body: Mapping[str, Any], rules: ChatRules) -> Iterator[Violation]:
    kind = Limit("type", STRING, is_required=True, choices=rules.tools)
    function = (
        Limit("name", STRING, 1, is_required=True),
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
    violation = find_violation(
        choice, (Limit("function", OBJECT, is_required=True),), at=at
    ) or find_violation(
        choice["function"],
        (Limit("name", STRING, is_required=True, choices=_names(body.get("tools") or ())),),
        at=(*at, "function"),
    )
    if violation is not None:
        yield violation


def _names(tools: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    # A choice of one that cannot be named keeps the table from meaning "anything goes".
    return tuple(tool["function"]["name"] for tool in tools if tool["type"] == "function") or ("",)


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
