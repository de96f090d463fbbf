"""What Anthropic refuses: size, version before key, JSON, fields, messages, tools, model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harness.upstream.simulators.anthropic import errors
from harness.upstream.simulators.anthropic.block_checks import (
    TEXTS,
    block_violations,
    cache_violations,
)
from harness.upstream.simulators.anthropic.prompt_size import context_of, prompt_size
from harness.upstream.simulators.call import Call, Rejection, is_bad_key, name_in
from harness.upstream.simulators.chat_validation import schema_violation
from harness.upstream.simulators.limits import ANTHROPIC_BETA, ANTHROPIC_MESSAGES
from harness.upstream.simulators.model_names import has_shape
from harness.upstream.simulators.validation import (
    Limit,
    Path,
    Violation,
    find_violation,
    not_strings,
)

SHAPE = re.compile(r"claude-(?:\d|instant-\d|[a-z]+-(?:\d|preview))")
VERSION = re.compile(r"20\d\d-\d\d-\d\d")
"""Of the API: 2023-06-01 in the sheet; the SDKs of late 2026 send a newer one."""

LARGEST_BODY = 32 * 1024 * 1024

STRING = ("string",)
MESSAGE = (
    Limit("role", STRING, is_required=True, choices=("user", "assistant")),
    Limit("content", TEXTS, is_required=True),
)
TOOL = (
    Limit("name", STRING, 1, 128, is_required=True, pattern=r"[a-zA-Z0-9_-]{1,128}"),
    Limit("description", STRING),
    Limit("input_schema", ("object",), is_required=True),
)
CHOICE = (Limit("type", STRING, is_required=True, choices=("auto", "any", "tool", "none")),)
THINKING = (
    Limit(
        "type",
        STRING,
        is_required=True,
        choices=("enabled", "adaptive", "between_tools", "disabled"),
    ),
)
BUDGET = (Limit("budget_tokens", ("integer",), 1024, is_required=True),)
METADATA = (Limit("user_id", STRING, 0, 512),)
OUTPUT = (
    Limit("format", ("object",)),
    Limit("effort", STRING, choices=("low", "medium", "high", "xhigh", "max")),
)
FORMAT = (
    Limit("type", STRING, is_required=True, choices=("json_schema",)),
    Limit("schema", ("object",), is_required=True),
)

SYSTEM_ROLE = (
    'messages: Unexpected role "system". The Messages API accepts a top-level `system` '
    'parameter, not "system" as an input message role.'
)
BUDGET_TOO_LARGE = "`max_tokens` must be greater than `thinking.budget_tokens`."


def check_messages(call: Call) -> None:
    """Raise the rejection of a bad request."""
    _check_transport(call)
    fields = ANTHROPIC_BETA if call.request.header("anthropic-beta") else ANTHROPIC_MESSAGES
    _raise_for(call, find_violation(call.body, fields, is_closed=True))
    if any(
        isinstance(item, dict) and item.get("role") == "system" for item in call.body["messages"]
    ):
        raise Rejection(errors.invalid(call, SYSTEM_ROLE))
    _raise_for(call, next(_violations(call.body), None))
    _check_thinking(call)
    if not has_shape(call.model, SHAPE):
        raise Rejection(errors.error(call, 404))
    _check_size(call)


def _check_transport(call: Call) -> None:
    if len(call.request.body) > LARGEST_BODY:
        raise Rejection(errors.too_large(call))
    _check_version(call)
    key = call.request.header("x-api-key")
    named = name_in(key or call.bearer, errors.BY_NAME)
    if named is not None:
        raise Rejection(errors.BY_NAME[named](call))
    if key and is_bad_key(key):
        raise Rejection(errors.unauthenticated(call, "invalid x-api-key"))
    if not key and is_bad_key(call.bearer):
        raise Rejection(errors.unauthenticated(call, "Invalid bearer token"))
    if not key and not call.bearer:
        raise Rejection(errors.unauthenticated(call, "x-api-key header is required"))
    if call.problem:
        message = f"The request body is not valid JSON: {call.problem}"
        raise Rejection(errors.invalid(call, message))


def _check_version(call: Call) -> None:
    version = call.request.header("anthropic-version")
    if not version:
        raise Rejection(errors.invalid(call, "anthropic-version: header is required"))
    if not VERSION.fullmatch(version):
        message = f'anthropic-version: "{version}" is not a valid version'
        raise Rejection(errors.invalid(call, message))


def _check_size(call: Call) -> None:
    size, most = prompt_size(call.body), context_of(call.request.header("anthropic-beta") or "")
    if size.total > most:
        message = f"prompt is too long: {size.total} tokens > {most} maximum"
        raise Rejection(errors.invalid(call, message))


def _check_thinking(call: Call) -> None:
    thinking = call.body.get("thinking") or {"type": "disabled"}
    is_enabled = thinking["type"] == "enabled"
    if is_enabled and thinking["budget_tokens"] >= call.body["max_tokens"]:
        raise Rejection(errors.invalid(call, BUDGET_TOO_LARGE))


def _violations(body: Mapping[str, Any]) -> Iterator[Violation]:
    checks: tuple[Callable[[Mapping[str, Any]], Iterator[Violation]], ...] = (
        _messages,
        _tools,
        _tool_choice,
        _thinking,
        _metadata,
        _output_config,
    )
    for check in checks:
        yield from check(body)
    yield from not_strings(body.get("stop_sequences"), ("stop_sequences",))


def _messages(body: Mapping[str, Any]) -> Iterator[Violation]:
    for index, message in enumerate(body["messages"]):
        at: Path = ("messages", index)
        violation = find_violation(message, MESSAGE, is_closed=True, at=at)
        if violation is not None:
            yield violation
        else:
            yield from block_violations(message.get("content"), (*at, "content"))
    if body.get("system") is not None:
        yield from block_violations(body["system"], ("system",))
    if body.get("cache_control") is not None:
        yield from cache_violations(body["cache_control"], ("cache_control",))


def _tools(body: Mapping[str, Any]) -> Iterator[Violation]:
    for index, tool in enumerate(body.get("tools") or ()):
        at: Path = ("tools", index)
        violation = find_violation(tool, (), at=at)
        if violation is None and tool.get("type") in (None, "custom"):
            at = (*at, "custom")
            violation = find_violation(tool, TOOL, at=at)
            if violation is None and tool.get("cache_control") is not None:
                violation = next(
                    cache_violations(tool["cache_control"], (*at, "cache_control")), None
                )
            schema = None if violation else tool["input_schema"]
            inner: Path = (*at, "input_schema")
            if schema is not None and "type" not in schema:
                violation = Violation((*inner, "type"), "missing")
            violation = violation or schema_violation(schema, inner)
        if violation is not None:
            yield violation


def _tool_choice(body: Mapping[str, Any]) -> Iterator[Violation]:
    choice = body.get("tool_choice")
    if choice is None:
        return
    at: Path = ("tool_choice",)
    violation = find_violation(choice, CHOICE, at=at)
    if violation is None and choice["type"] == "tool":
        names = tuple(str(tool.get("name", "")) for tool in body.get("tools") or ()) or ("",)
        name = Limit("name", STRING, is_required=True, choices=names)
        violation = find_violation(choice, (name,), at=(*at, "tool"))
    if violation is not None:
        yield violation


def _thinking(body: Mapping[str, Any]) -> Iterator[Violation]:
    thinking = body.get("thinking")
    if thinking is None:
        return
    found = find_violation(thinking, THINKING, at=("thinking",))
    if found is None and thinking["type"] == "enabled":
        found = find_violation(thinking, BUDGET, at=("thinking", "enabled"))
    if found is not None:
        yield found


def _metadata(body: Mapping[str, Any]) -> Iterator[Violation]:
    found = find_violation(body.get("metadata") or {}, METADATA, is_closed=True, at=("metadata",))
    if found is not None:
        yield found


def _output_config(body: Mapping[str, Any]) -> Iterator[Violation]:
    config = body.get("output_config") or {}
    at: Path = ("output_config",)
    found = find_violation(config, OUTPUT, at=at)
    if found is None and config.get("format") is not None:
        inner: Path = (*at, "format")
        found = find_violation(config["format"], FORMAT, is_closed=True, at=inner)
        found = found or schema_violation(config["format"]["schema"], (*inner, "schema"))
    if found is not None:
        yield found


def _raise_for(call: Call, found: Violation | None) -> None:
    if found is not None:
        raise Rejection(errors.violation(call, found))
