"""What a definition says about one argument: in its schema, and in a list of arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.mapped.argument_places import part_at

_INSIDE = ("items", "anyOf", "oneOf", "allOf")
"""Keywords whose schemas describe the value, or the elements of a list."""


def description_of(definition: Mapping[str, Any], name: str) -> str:
    """Return all that a tool's definition says about its argument `name`, one text a line.

    That is the description of its schema and of its elements, and the lines on it in the tool's
    own description, as docstrings list arguments: `name: …`, `- name (str): …`, `:param name: …`,
    with the lines below that are indented more.
    """
    schema = definition.get("inputSchema")
    own = part_at(schema, (name,)) if isinstance(schema, Mapping) else {}
    told = str(definition.get("description") or "")
    return "\n".join(dict.fromkeys(filter(None, (*_descriptions(own), *_lines_on(name, told)))))


def argument_names(definition: Mapping[str, Any]) -> list[str]:
    """Return the names of a tool's arguments; none where its schema has no properties."""
    schema = definition.get("inputSchema")
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    return list(properties) if isinstance(properties, Mapping) else []


def _descriptions(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _descriptions(one)
    elif isinstance(part, Mapping):
        yield str(part.get("description") or "")
        for key in _INSIDE:
            yield from _descriptions(part.get(key))


def _lines_on(name: str, told: str) -> Iterator[str]:
    begin = re.compile(
        rf"^(?P<indent>\s*)(?:[-*•+]\s+)?(?:[:@]param\s+(?:\w+\s+)?)?[`'\"*]*{re.escape(name)}[`'\"*]*"
        r"\s*(?:[:：=–—(\[]|-\s)"
    )
    indent: int | None = None
    for line in told.splitlines():
        found = begin.match(line)
        if found is not None:
            indent = len(found["indent"])
            yield line.strip()
        elif indent is not None and line.strip():
            if len(line) - len(line.lstrip()) > indent:
                yield line.strip()
            else:
                indent = None
