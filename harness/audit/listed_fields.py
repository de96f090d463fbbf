"""The JSON types of what `tools/list` says of a tool beside its schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from harness.audit.found import Found
from harness.generation.source import joined

RULE = "definitions.fields-invalid"
_LAST = "9999"
_NAMES = {
    bool: "a boolean", str: "a string", dict: "an object", list: "an array", int: "a number",
    float: "a number", type(None): "null",
}  # fmt: skip


class _Field(NamedTuple):
    """A member of a tool; every one may be left out, and none may be null."""

    path: tuple[str, ...]
    type: type
    since: str
    """The first revision of MCP whose schema has it."""
    until: str = _LAST
    """The last one."""


_HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
_FIELDS = (
    _Field(("description",), str, "2024-11-05"),
    _Field(("annotations",), dict, "2025-03-26"),
    _Field(("annotations", "title"), str, "2025-03-26"),
    *(_Field(("annotations", hint), bool, "2025-03-26") for hint in _HINTS),
    _Field(("title",), str, "2025-06-18"),
    _Field(("outputSchema",), dict, "2025-06-18"),
    _Field(("_meta",), dict, "2025-06-18"),
    _Field(("icons",), list, "2025-11-25"),
    _Field(("execution",), dict, "2025-11-25", until="2025-11-25"),
)
"""MCP's schema.ts, `Tool` and `ToolAnnotations`, of each revision."""


def invalid_fields(tool: Mapping[str, Any], revision: str) -> Iterator[Found]:
    """Yield a breach for each member of a tool, as it came, that has another type than its schema.

    All that are null are one breach: whoever writes one so writes the others so. What a revision
    does not define may be anything in it. Name and input schema are judged elsewhere.
    """
    name = str(tool.get("name"))
    nulls = []
    for field, value in _wrong(tool, revision):
        if value is None:
            nulls.append(field.path)
            continue
        what = f"{json.dumps(value)[:60]}, {_NAMES[type(value)]}"
        message = f"{'.'.join(field.path)} is {what}; it has to be {_NAMES[field.type]}"
        pointer = joined("", *field.path)
        yield Found(RULE, message, name, pointer=pointer, cause=pointer)
    if nulls:
        places = ", ".join(map(".".join, nulls))
        message = f"null for {places}: what there is not has to be left out"
        yield Found(RULE, message, name, pointer=joined("", *nulls[0]), cause="null")


def without_invalid(tool: Mapping[str, Any], revision: str) -> dict[str, Any]:
    """Return a tool without the members that have another type than its schema."""
    kept = dict(tool)
    for field, _ in _wrong(tool, revision):
        *above, key = field.path
        if not above:
            del kept[key]
        else:
            kept[above[0]] = {one: value for one, value in kept[above[0]].items() if one != key}
    return kept


def _wrong(tool: Mapping[str, Any], revision: str) -> Iterator[tuple[_Field, Any]]:
    """Yield the members of a wrong type with their values; none stands in another."""
    for field in _FIELDS:
        found, value = _at(tool, field.path)
        is_defined = field.since <= revision <= field.until
        if is_defined and found and type(value) is not field.type:
            yield field, value


def _at(value: Any, path: tuple[str, ...]) -> tuple[bool, Any]:
    """Return whether there is something at `path`, and what it is."""
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return False, None
        value = value[key]
    return True, value
