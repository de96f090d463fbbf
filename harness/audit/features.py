"""Asking a tool for something special: several choices, tools, a stream, probabilities.

What a tool's own schema has no argument for cannot be asked of it. An argument is known by its
name, at the top or one object below (`{"request": {…}}`), and its value by the schema's word.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.first_arguments import first_arguments
from harness.audit.scripts.said import Said
from harness.audit.thinking_budget import LEAST_BUDGET
from harness.generation.validity import Validity

Feature = Literal["stream", "usage", "tools", "choices", "logprobs", "thinking"]

_CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
_NAMES = ("get_weather", "get_time")
_TOOLS = (
    [
        {"type": "function", "function": {"name": name, "description": name, "parameters": _CITY}}
        for name in _NAMES
    ],
    [{"type": "function", "function": {"name": name}} for name in _NAMES],
    [{"name": name, "description": name, "input_schema": _CITY} for name in _NAMES],
    [{"name": name, "description": name, "parameters": _CITY} for name in _NAMES],
)

_BUDGETS = ("thinkingbudget", "thinkingbudgettokens", "budgettokens", "thinkingtokens")
_LIMITS = ("maxtokens", "maxoutputtokens", "maxtokenstosample")

_ARGUMENTS: dict[Feature, tuple[tuple[str, ...], tuple[Any, ...]]] = {
    "stream": (("stream", "streaming"), (True,)),
    "usage": (("streamoptions", "includeusage"), ({"include_usage": True}, True)),
    "tools": (("tools", "functions"), _TOOLS),
    "choices": (
        ("n", "numchoices", "choicecount", "nchoices", "choices", "numcompletions"),
        (3, 2),
    ),
    "logprobs": (("logprobs",), (True, 2, 1)),
    "thinking": (
        ("thinking", "reasoning", "reasoningeffort", "enablethinking", *_BUDGETS),
        ({"type": "enabled", "budget_tokens": LEAST_BUDGET}, "low", True, LEAST_BUDGET),
    ),
}
"""Names without case and underscores, and values from the usual to the rare."""


def start(tool: ToolFacts, context: AuditContext) -> dict[str, Any] | None:
    """Return small arguments of `tool` that ask for no stream, None when there are none."""
    base = tool.base
    if base is None:
        base = next(first_arguments(tool.definition, context.seed), None)
    if base is None:
        return None
    found = copy.deepcopy(dict(base))
    for place in _asking_places(tool, "stream"):
        holder = _holder(found, place)
        if holder is not None and holder.get(place[-1]) is True:
            holder[place[-1]] = False
    return found


def asking(tool: ToolFacts, base: Mapping[str, Any], feature: Feature) -> dict[str, Any] | None:
    """Return `base` with the argument that asks for `feature`; None when the schema has none."""
    _, values = _ARGUMENTS[feature]
    places = list(_asking_places(tool, feature))
    try:
        validity = Validity(dict(tool.schema)) if places else None
    except ValueError:
        return None
    for place in places:
        for value in values:
            found = copy.deepcopy(dict(base))
            holder = _holder(found, place)
            if holder is None or validity is None:
                continue
            holder[place[-1]] = copy.deepcopy(value)
            if validity.accepts(found):
                return found
    return None


def for_script(said: Said, tool: ToolFacts, base: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return arguments after which the provider may answer so; None when the schema has none."""
    # Anthropic's messages hold thoughts only when asked for; other providers show them unasked.
    needs = said.needs or ("thinking" if said.reasoning and tool.dialect == "messages" else None)
    found = dict(base) if needs is None else asking(tool, base, needs)
    return _with_room(tool, found) if found is not None and needs == "thinking" else found


def _with_room(tool: ToolFacts, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return arguments whose limit of tokens is above a budget for thinking, where it can be."""
    place = next(_places(tool.schema, _LIMITS), None)
    found = copy.deepcopy(arguments)
    holder = _holder(found, place) if place is not None else None
    if place is None or holder is None:
        return arguments
    limit = holder.get(place[-1])
    if isinstance(limit, int) and limit > LEAST_BUDGET:
        return arguments
    holder[place[-1]] = 2 * LEAST_BUDGET
    return found if Validity(dict(tool.schema)).accepts(found) else arguments


def place_of(tool: ToolFacts, feature: Feature) -> tuple[str, ...] | None:
    """Return where the schema has the argument that asks for `feature`."""
    return next(_asking_places(tool, feature), None)


def _asking_places(tool: ToolFacts, feature: Feature) -> Iterator[tuple[str, ...]]:
    yield from _places(tool.schema, _ARGUMENTS[feature][0])
    if feature in tool.learned:
        yield tool.learned[feature]


def _holder(arguments: dict[str, Any], place: tuple[str, ...]) -> dict[str, Any] | None:
    holder: Any = arguments
    for key in place[:-1]:
        holder = holder.setdefault(key, {}) if isinstance(holder, dict) else None
    return holder if isinstance(holder, dict) else None


def _places(schema: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield where properties with one of `names` are: at the top first, then one object below."""
    top = _properties(schema, schema)
    yield from ((key,) for key in top if _plain(key) in names)
    for key, inner in top.items():
        yield from ((key, name) for name in _properties(inner, schema) if _plain(name) in names)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _properties(schema: Any, root: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of an object schema, through `$ref` into the same document."""
    for _ in range(4):
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        schema = root
        for step in reference[2:].split("/"):
            schema = schema.get(step) if isinstance(schema, Mapping) else None
    found = schema.get("properties") if isinstance(schema, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}
