"""Arguments judged against the published schema; every violation is named, none is repaired.

One line per violation: JSON pointer, what is wrong, and the schema keyword in parentheses, as in
`/messages/0/role: 'x' is not one of ['system', 'user'] (enum)`. A pointer to a missing or
superfluous property points at that property.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import validator_for

DEEPEST = 200
"""Levels of nesting that are accepted: what the JSON parsers on the way can take."""

_LONGEST = 240  # characters of a violation; jsonschema quotes the whole instance
_MISMATCH = frozenset({"type", "const", "enum"})


class ArgumentValidator:
    """Checks arguments against one input schema.

    The draft is the one that `$schema` names, else 2020-12 (SEP-1613).
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self._validator = validator_for(schema, default=Draft202012Validator)(schema)

    def violations(self, arguments: dict[str, Any]) -> list[str]:
        """Return a line for each violation, in the order of the arguments; empty if valid."""
        if (pointer := _too_deep(arguments)) is not None:
            return [f"{pointer}…: nested deeper than {DEEPEST} levels (depth)"]
        not_json = dict(_not_json(arguments))
        lines = [f"{pointer}: {problem} (type)" for pointer, problem in not_json.items()]
        for error in self._validator.iter_errors(arguments):
            if _pointer(error.absolute_path) not in not_json:
                lines.extend(_lines(error))
        return lines


def _lines(error: ValidationError) -> Iterator[str]:
    pointer, keyword = _pointer(error.absolute_path), str(error.validator)
    if keyword == "required":
        # One error per missing name; jsonschema gives the name in its message only.
        name = error.message.removesuffix(" is a required property")[1:-1]
        yield f"{pointer}/{_escape(name)}: a required property is missing (required)"
    elif keyword == "additionalProperties" and error.validator_value is False:
        schema: Any = error.schema
        instance: Any = error.instance
        known = schema.get("properties", {})
        for name in instance:
            if name not in known:
                yield f"{pointer}/{_escape(name)}: not a property of this object ({keyword})"
    elif keyword in ("anyOf", "oneOf") and error.context:
        yield from _alternatives(error, pointer, keyword)
    else:
        yield f"{pointer or '/'}: {_shortened(error.message)} ({keyword})"


def _alternatives(error: ValidationError, pointer: str, keyword: str) -> Iterator[str]:
    """Report the branch that was meant, if the value's own type or tag shows which one it is."""
    branches: dict[str | int, list[ValidationError]] = {}
    for problem in error.context:
        branches.setdefault(problem.relative_schema_path[0], []).append(problem)
    meant = [problems for problems in branches.values() if not any(map(_is_mismatch, problems))]
    if len(meant) == 1:
        for problem in meant[0]:
            yield from _lines(problem)
        return
    telling = (next(filter(_is_mismatch, each), each[0]) for each in branches.values())
    listed = "; ".join(dict.fromkeys(_shortened(problem.message) for problem in telling))
    yield f"{pointer or '/'}: matches none of the alternatives: {listed} ({keyword})"


def _is_mismatch(problem: ValidationError) -> bool:
    """Whether a problem shows that another branch is meant: the wrong type, or the wrong tag."""
    depth = len(problem.relative_path)
    is_tag = depth == 1 and problem.validator == "const"
    return is_tag or (depth == 0 and problem.validator in _MISMATCH)


def _too_deep(arguments: dict[str, Any]) -> str | None:
    """Return the pointer to a place that is too deep, found without recursion, or None."""
    stack: list[tuple[Any, str, int]] = [(arguments, "", 0)]
    while stack:
        value, pointer, depth = stack.pop()
        if depth > DEEPEST:
            return _shortened(pointer)
        stack.extend((item, f"{pointer}/{key}", depth + 1) for key, item in _containers(value))
    return None


def _containers(value: Any) -> Iterator[tuple[str, Any]]:
    for key, item in _members(value):
        if isinstance(item, dict | list):
            yield key, item


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((_escape(str(key)), item) for key, item in value.items())
    elif isinstance(value, list):
        yield from ((str(index), item) for index, item in enumerate(value))


def _not_json(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield pointer and problem of each value that JSON has no form for (RFC 8259, section 6)."""
    if isinstance(value, float) and not math.isfinite(value):
        yield pointer, f"{value} is not a number in JSON"
    elif not isinstance(value, dict | list | str | int | float | None):
        yield pointer, f"a {type(value).__name__} is not a value of JSON"
    for key, item in _members(value):
        yield from _not_json(item, f"{pointer}/{key}")


def _pointer(path: Iterable[str | int]) -> str:
    return "".join(f"/{_escape(str(part))}" for part in path)


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]} … {text[-half:]}"
