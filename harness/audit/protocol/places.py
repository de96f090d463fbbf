"""Where a tool's arguments can carry a text of ours."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonpointer import JsonPointer

from harness.audit.context import ToolFacts
from harness.audit.parameters import parameter_of, snake_case
from harness.generation.validity import Validity

USUAL = ("prompt", "content", "text", "input", "query", "question", "message", "instructions")
"""Names of what is passed on to the model in the model's words."""
SENTINEL = re.compile(r"toolreel-[a-z]+-\d{3}-asked")
LAST = ("user",)
"""Names of what a server may look up before it passes it on."""
NEVER = ("model", "modelname", "modelid")
"""Names of what a server may know by heart: another model is another server to it."""


def text_places(tool: ToolFacts) -> list[str]:
    """Return RFC 6901 pointers to texts in the accepted arguments, the likeliest prompt first.

    Where they have none, as those of a tool that needs no argument, what the model is asked counts.
    """
    base = dict(tool.base or {})
    accepts = Validity(dict(tool.schema)).accepts
    for pointers in ([pointer for pointer, _ in _texts(base, "")], _optional(tool)):
        found = [
            pointer
            for pointer in pointers
            if _name(pointer).replace("_", "").lower() not in NEVER
            and accepts(with_text(base, pointer, f"{sentinel('place', 0)} and more"))
        ]
        if found:
            return sorted(found, key=_rank)
    return []


def with_text(arguments: Mapping[str, Any], pointer: str, text: str) -> dict[str, Any]:
    """Return `arguments` with `text` at `pointer`."""
    changed = copy.deepcopy(dict(arguments))
    JsonPointer(pointer).set(changed, text)
    return changed


def takes_length(tool: ToolFacts, pointer: str, length: int) -> bool:
    """Tell whether the schema takes a text of `length` characters at `pointer`."""
    arguments = with_text(dict(tool.base or {}), pointer, "x" * length)
    return Validity(dict(tool.schema)).accepts(arguments)


def sentinel(group: str, number: int) -> str:
    """Return a text that nothing else holds, and of which none is a part of another."""
    return f"toolreel-{group}-{number:03d}-asked"


def answer_to(text: str) -> str:
    """Return what the provider says to a sentinel."""
    return f"{text.removesuffix('-asked')}-answered"


def sentinel_in(value: object) -> str:
    """Return the last sentinel in a JSON value, empty if there is none."""
    found = SENTINEL.findall(json.dumps(value))
    return found[-1] if found else ""


def holds(value: object, text: str) -> bool:
    """Tell whether `text` stands anywhere in a JSON value, also in JSON inside of a text."""
    return text in json.dumps(value, ensure_ascii=False)


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            name = str(key).replace("~", "~0").replace("/", "~1")
            yield from _texts(item, f"{pointer}/{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{pointer}/{index}")


def _optional(tool: ToolFacts) -> list[str]:
    """Return pointers to the top arguments that are passed on to the model, given or not."""
    properties = tool.schema.get("properties")
    names = list(properties) if isinstance(properties, Mapping) else []
    known = {name: parameter_of(name) for name in names}
    return [
        f"/{name}"
        for name, parameter in known.items()
        if snake_case(name).rpartition("_")[2] in USUAL
        or (parameter is not None and parameter.is_text)
    ]


def _name(pointer: str) -> str:
    return pointer.rpartition("/")[2]


def _rank(pointer: str) -> tuple[int, str]:
    name = _name(pointer)
    if name in USUAL:
        return USUAL.index(name), pointer
    return len(USUAL) + (name in LAST), pointer
