"""What `tools/list` publishes: names, schemas, and hints that the calls have to bear out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from jsonpointer import JsonPointer

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found, Verdict
from harness.audit.mapped.requests import asked
from harness.audit.published import (
    invalid_defaults,
    is_unsatisfiable,
    schema_problem,
    unusable_arguments,
)
from harness.audit.refusals.absent import judge_absent
from harness.records.audit import NotTested, Observation

LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # names, no binding
_NAME = re.compile(r"[A-Za-z0-9_./-]{1,128}")


def judge(observations: Sequence[Observation], context: AuditContext) -> Iterator[Verdict]:
    """Yield the breaches of the rules `definitions.*`."""
    yield from _names(context.tools)
    for tool in context.tools:
        yield from _schemas(tool)
        absent = judge_absent(tool, context.tools)
        if absent is not None:
            yield absent
        yield from _annotations(
            tool, [item for item in observations if item.probe.tool == tool.name]
        )


def _names(tools: Sequence[ToolFacts]) -> Iterator[Found]:
    for name, count in Counter(tool.name for tool in tools).items():
        if count > 1:
            message = f"{count} tools are called {name!r}: calls can reach one of them"
            yield Found("definitions.name-duplicate", message, name, pointer="/name")
        if not _NAME.fullmatch(name):
            message = f"the name {name[:80]!r} ({len(name)} characters) is not allowed"
            yield Found("definitions.name-illegal", message, name, pointer="/name")


def _schemas(tool: ToolFacts) -> Iterator[Verdict]:
    for key in ("inputSchema", "outputSchema"):
        schema = tool.definition.get(key)
        if schema is None and key == "outputSchema":
            continue
        problem = schema_problem(schema)
        if problem is None and key == "inputSchema":
            problem = _no_object(schema)
        if problem is not None:
            pointer, what = problem
            message = f"{key}: {what}"
            yield Found(
                "definitions.schema-invalid", message, tool.name, pointer=f"/{key}{pointer}",
                cause=key,
            )  # fmt: skip
        else:
            yield from _defaults(tool, key, schema)
            if key == "inputSchema":
                yield from _satisfiable(tool)


def _defaults(tool: ToolFacts, key: str, schema: Any) -> Iterator[Found]:
    for pointer, default in invalid_defaults(schema):
        message = f"{key}: the default {default!r:.60} breaks the schema that it stands in"
        rule = "definitions.default-invalid"
        yield Found(rule, message, tool.name, pointer=f"/{key}{pointer}", cause=pointer)


def _no_object(schema: Any) -> tuple[str, str] | None:
    """MCP's schema.ts: `inputSchema: {type: "object", …}`."""
    kind = schema.get("type")
    return None if kind == "object" else ("/type", f"its type is {kind!r}, not 'object'")


def _satisfiable(tool: ToolFacts) -> Iterator[Verdict]:
    answer = is_unsatisfiable(tool.schema)
    rule = "definitions.schema-unsatisfiable"
    if answer:
        message = "no arguments at all satisfy the input schema"
        yield Found(rule, message, tool.name, pointer="/inputSchema")
    elif answer is None:
        reason = "whether any arguments satisfy the input schema cannot be told"
        yield NotTested(tool=tool.name, what=rule, reason=reason)
    for name in () if answer else unusable_arguments(tool.schema):
        message = f"no value at all satisfies the argument {name!r}, which is declared all the same"
        pointer = JsonPointer.from_parts(["inputSchema", "properties", name]).path
        yield Found(rule, message, tool.name, pointer=pointer, cause=name)


def _is_asked_abroad(item: Observation) -> bool:
    """Whether a call asks a provider, and not one on the same machine: that is a closed domain."""
    requests = [one.request for one in item.call.interactions or ()]
    hosts = {urlsplit(request.url).hostname for request in requests}
    return asked(item) is not None and not hosts <= LOCAL


def _annotations(tool: ToolFacts, seen: Sequence[Observation]) -> Iterator[Found]:
    hints = tool.definition.get("annotations")
    if not isinstance(hints, Mapping):
        return
    rule = "definitions.annotations-contradict"
    if hints.get("readOnlyHint") is True and hints.get("destructiveHint") is True:
        message = "readOnlyHint and destructiveHint are both true"
        yield Found(rule, message, tool.name, None, "/annotations", "read-only")
    if hints.get("openWorldHint") is False:
        item = next((item for item in seen if _is_asked_abroad(item)), None)
        if item is not None:
            message = "openWorldHint is false, and it asks a provider over the network"
            yield Found(rule, message, tool.name, item, "/annotations/openWorldHint", "open world")
