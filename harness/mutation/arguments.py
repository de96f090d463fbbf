"""Mutants of the request mapping: what the caller gives reaches the target changed."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from harness.mutation.json_text import in_strings, with_longest_cut
from harness.mutation.mutation import Mutation, Tools, mutation
from harness.mutation.passage import Asked

_NOTICED_BY = "upstream_request, text_contains or pointer"
_NAMED_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})


class _Kind(NamedTuple):
    name: str
    types: frozenset[str]
    does: str
    change: Callable[[Any], Any]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _rounded(value: Any) -> Any:
    return round(value) if isinstance(value, float) and math.isfinite(value) else value


def _changed_number(value: Any) -> Any:
    return value + 1 if _is_number(value) else value


def _as_text(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, int | float) else value


def _list(change: Callable[[list[Any]], list[Any]]) -> Callable[[Any], Any]:
    return lambda value: change(value) if isinstance(value, list) else value


def _emptied(value: Any) -> Any:
    return {} if isinstance(value, dict) else value


def _inverted(value: Any) -> Any:
    return not value if isinstance(value, bool) else value


_NUMBERS = frozenset({"number", "integer"})
_TEXTS = frozenset({"string", "array", "object"})
_KINDS = (
    _Kind("rounded", frozenset({"number"}), "is rounded to an integer", _rounded),
    _Kind("one-more", _NUMBERS, "is sent one higher", _changed_number),
    _Kind("as-text", _NUMBERS | {"boolean"}, "is sent as a string", _as_text),
    _Kind("inverted", frozenset({"boolean"}), "is inverted", _inverted),
    _Kind("item-lost", frozenset({"array"}), "loses its last item", _list(lambda a: a[:-1])),
    _Kind("reversed", frozenset({"array"}), "is sent in reverse order", _list(lambda a: a[::-1])),
    _Kind("emptied", frozenset({"object"}), "is sent as an empty object", _emptied),
    _Kind("text-cut", _TEXTS, "loses the second half of its longest text", with_longest_cut),
    _Kind("trimmed", _TEXTS, "loses the spaces around its texts", in_strings(str.strip)),
    _Kind(
        "normalised",
        _TEXTS,
        "has its texts in Unicode's normal form C",
        in_strings(lambda text: unicodedata.normalize("NFC", text)),
    ),
)


def argument_mutations(tools: Tools) -> Iterator[Mutation]:
    """Yield the mutants of each argument that a tool publishes."""
    for tool in tools:
        schema = tool.get("inputSchema") or {}
        properties = schema.get("properties")
        for name, inner in (properties if isinstance(properties, dict) else {}).items():
            yield from _of_argument(tool["name"], name, inner, schema)


def _of_argument(tool: str, name: str, inner: Any, schema: Mapping[str, Any]) -> Iterator[Mutation]:
    yield mutation(
        f"arguments.dropped:{tool}/{name}",
        f"{name} of {tool} does not reach the target",
        noticed_by=_NOTICED_BY,
        needs=f"a call of {tool} that passes {name}",
        arguments=_on(tool, lambda given: {k: v for k, v in given.items() if k != name}),
    )
    if name not in _items(schema, "required"):
        value = _invented(inner)
        yield mutation(
            f"arguments.invented:{tool}/{name}",
            f"{name} of {tool} is sent as {json.dumps(value, ensure_ascii=False)} "
            "though the caller did not give it",
            noticed_by=_NOTICED_BY,
            needs=f"a call of {tool} without {name}",
            arguments=_on(tool, lambda given: {name: value, **given}),
        )
    types = _types(inner)
    for kind in _KINDS:
        if types & kind.types:
            yield mutation(
                f"arguments.{kind.name}:{tool}/{name}",
                f"{name} of {tool} {kind.does}",
                noticed_by=_NOTICED_BY,
                needs="a call that passes a value which this changes",
                arguments=_on(tool, _at(name, kind.change)),
            )


def _on(
    tool: str, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> Callable[[Asked], Mapping[str, Any]]:
    return lambda asked: change(asked.arguments) if asked.tool == tool else asked.arguments


def _at(name: str, change: Callable[[Any], Any]) -> Callable[[Mapping[str, Any]], Any]:
    return lambda given: {k: change(v) if k == name else v for k, v in given.items()}


def _types(schema: Any) -> frozenset[str]:
    """Return the JSON types that a schema names; all of them where it names none."""
    return frozenset(_named(schema)) or _NAMED_TYPES


def _named(schema: Any) -> Iterator[str]:
    if not isinstance(schema, dict):
        return
    named = schema.get("type")
    yield from (named,) if isinstance(named, str) else _items(schema, "type")
    for value in () if named else _items(schema, "enum"):
        yield _type_of(value)
    for branch in (*_items(schema, "anyOf"), *_items(schema, "oneOf")):
        yield from _named(branch)


def _items(schema: Mapping[str, Any], keyword: str) -> list[Any]:
    found = schema.get(keyword)
    return found if isinstance(found, list) else []


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    for kind, name in ((str, "string"), (int, "integer"), (float, "number"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "null" if value is None else "object"


_SAMPLES: dict[str, tuple[Any, Any]] = {
    "string": ("x", "y"),
    "integer": (1, 2),
    "number": (1, 2),
    "boolean": (True, False),
    "array": ([], ["x"]),
    "object": ({}, {"x": 1}),
}
"""For each type two values, one of which is no default."""


def _invented(schema: Any) -> Any:
    """Return a plausible value that is not the published default, which would be no invention."""
    if not isinstance(schema, dict):
        return "x"
    default = schema.get("default")
    bound = [schema["minimum"]] if "minimum" in schema else []
    samples = [_SAMPLES[name] for name in _named(schema) if name in _SAMPLES]
    candidates = [*_items(schema, "enum"), *bound, *(value for pair in samples for value in pair)]
    others = (value for value in candidates if value is not None and value != default)
    return next(others, "x")
