"""Check the messages of a chat body in the OpenAI form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.upstream.simulators.validation import Limit, Path, Violation, find_violation, is_of

STRING = ("string",)
OBJECT = ("object",)
TEXTS = ("string", "array")

PART_FIELDS = {
    "text": (Limit("text", STRING, is_required=True),),
    "refusal": (Limit("refusal", STRING, is_required=True),),
    "image_url": (Limit("image_url", OBJECT, is_required=True),),
    "input_audio": (Limit("input_audio", OBJECT, is_required=True),),
    "file": (),
}
"""Type of a content part → what it must have."""

INNER_FIELDS = {
    "image_url": (Limit("url", STRING, is_required=True), Limit("detail", STRING)),
    "input_audio": (
        Limit("data", STRING, is_required=True),
        Limit("format", STRING, is_required=True, choices=("wav", "mp3")),
    ),
}

TOOL_CALL = (
    Limit("id", STRING, is_required=True),
    Limit("type", STRING, is_required=True, choices=("function", "custom")),
)
CALLED = (Limit("name", STRING, is_required=True), Limit("arguments", STRING, is_required=True))


def message_violations(
    body: Mapping[str, Any],
    roles: tuple[str, ...],
    parts: tuple[str, ...],
    *,
    is_call_id_required: bool,
) -> Iterator[Violation]:
    """Yield what is wrong with `messages`, at most one violation a place."""
    fields = (
        Limit("role", STRING, is_required=True, choices=roles),
        Limit("name", STRING),
        Limit("tool_call_id", STRING),
        Limit("tool_calls", ("array",)),
        Limit("reasoning_content", STRING),
    )
    for index, message in enumerate(body["messages"]):
        at: Path = ("messages", index)
        violation = find_violation(message, fields, at=at)
        if violation is not None:
            yield violation
            continue
        yield from _content(message, parts, (*at, "content"))
        if message["role"] == "tool" and is_call_id_required:
            yield from _found(message, (Limit("tool_call_id", STRING, is_required=True),), at)
        if is_call_id_required:
            yield from _tool_calls(message, (*at, "tool_calls"))


def _content(message: Mapping[str, Any], parts: tuple[str, ...], at: Path) -> Iterator[Violation]:
    content = message.get("content")
    if content is None:
        if message["role"] != "assistant":
            yield Violation(at, "missing", types=TEXTS)
    elif not is_of(content, TEXTS):
        yield Violation(at, "type", content, TEXTS)
    elif isinstance(content, list):
        kind = Limit("type", STRING, is_required=True, choices=parts)
        for index, part in enumerate(content):
            yield from _part(part, kind, (*at, index))


def _part(part: Any, kind: Limit, at: Path) -> Iterator[Violation]:
    violation = find_violation(part, (kind,), at=at)
    if violation is None:
        name = part["type"]
        violation = find_violation(part, PART_FIELDS.get(name, ()), at=at)
        if violation is None and name in INNER_FIELDS:
            violation = find_violation(part[name], INNER_FIELDS[name], at=(*at, name))
    if violation is not None:
        yield violation


def _tool_calls(message: Mapping[str, Any], at: Path) -> Iterator[Violation]:
    for index, item in enumerate(message.get("tool_calls") or ()):
        place = (*at, index)
        problems = [*_found(item, TOOL_CALL, place)]
        if not problems and item["type"] == "function":
            function = (Limit("function", OBJECT, is_required=True),)
            problems = [*_found(item, function, place)] or [
                *_found(item["function"], CALLED, (*place, "function"))
            ]
        yield from problems


def _found(value: Any, limits: tuple[Limit, ...], at: Path) -> Iterator[Violation]:
    violation = find_violation(value, limits, at=at)
    if violation is not None:
        yield violation
