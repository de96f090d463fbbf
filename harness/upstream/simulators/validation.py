"""Check a request body against a table; providers put the finding in their own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

Path = tuple[str | int, ...]

Rule = Literal["missing", "type", "minimum", "maximum", "choice", "pattern", "unknown", "schema"]


class Limit(NamedTuple):
    """What a field may be.

    `minimum` and `maximum` bound the value of a number and the length of a string or array.
    """

    field: str
    types: tuple[str, ...]
    minimum: float | None = None
    maximum: float | None = None
    is_required: bool = False
    is_above_minimum: bool = False
    """Whether the minimum itself is too little."""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    """Regular expression that all of a string has to match."""


class Violation(NamedTuple):
    """The first thing wrong with a body, and where."""

    path: Path
    rule: Rule
    value: Any = None
    types: tuple[str, ...] = ()
    """The JSON types that would do."""
    bound: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""

    @property
    def value_type(self) -> str:
        """The JSON type of `value`."""
        return json_type(self.value)

    def path_text(self, item: str = "[{}]") -> str:
        """Return `messages[0].role`; `item` says how an index is written."""
        text = ""
        for part in self.path:
            if isinstance(part, int):
                text += item.format(part)
            else:
                text += f".{part}" if text else part
        return text


def json_type(value: Any) -> str:
    """Return the JSON type of `value`; a number without a fraction part is an integer."""
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return "null" if value is None else names.get(type(value), "object")


def is_of(value: Any, types: Sequence[str]) -> bool:
    """Whether `value` has one of `types`."""
    kind = json_type(value)
    return kind in types or (kind == "integer" and "number" in types)


def find_violation(
    body: Any, limits: Sequence[Limit], *, is_closed: bool = False, at: Path = ()
) -> Violation | None:
    """Return the first violation of `limits` in the object `body`.

    Null stands for an absent field. A closed table also refuses fields that are not in it.
    """
    if not isinstance(body, Mapping):
        return Violation(at, "type", body, ("object",))
    return next(_violations(body, limits, is_closed, at), None)


def not_strings(value: Any, at: Path) -> Iterator[Violation]:
    """Yield a violation for each item of the array `value` that is not a string."""
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if not isinstance(item, str):
            yield Violation((*at, index), "type", item, ("string",))


def map_violation(
    value: Any,
    at: Path,
    types: tuple[str, ...],
    low: float | None = None,
    high: float | None = None,
) -> Violation | None:
    """Return the first violation among the values of the object `value`, None without one."""
    limits = [Limit(str(name), types, low, high, is_required=True) for name in value or ()]
    return find_violation(value or {}, limits, at=at)


def _violations(
    body: Mapping[str, Any], limits: Sequence[Limit], is_closed: bool, at: Path
) -> Iterator[Violation]:
    for limit in limits:
        value = body.get(limit.field)
        path = (*at, limit.field)
        if value is None:
            if limit.is_required:
                yield Violation(path, "missing", types=limit.types)
        elif not is_of(value, limit.types):
            yield Violation(path, "type", value, limit.types)
        else:
            yield from _out_of_bounds(value, limit, path)
    if is_closed:
        known = {limit.field for limit in limits}
        yield from (Violation((*at, key), "unknown") for key in body if key not in known)


def _out_of_bounds(value: Any, limit: Limit, path: Path) -> Iterator[Violation]:
    if limit.choices and isinstance(value, str) and value not in limit.choices:
        yield Violation(path, "choice", value, limit.types, choices=limit.choices)
    yield from _wrong_size(value, limit, path)
    if limit.pattern and isinstance(value, str) and not re.fullmatch(limit.pattern, value):
        yield Violation(path, "pattern", value, limit.types, pattern=limit.pattern)


def _wrong_size(value: Any, limit: Limit, path: Path) -> Iterator[Violation]:
    size = _size(value, limit)
    if size is None:
        return
    low, high = limit.minimum, limit.maximum
    if low is not None and (size < low or (limit.is_above_minimum and size == low)):
        yield Violation(path, "minimum", value, limit.types, low)
    if high is not None and size > high:
        yield Violation(path, "maximum", value, limit.types, high)


def _size(value: Any, limit: Limit) -> float | None:
    if isinstance(value, list):
        return len(value)
    if isinstance(value, str):
        # Bounds of a field that may also be an array count its items.
        return None if "array" in limit.types else len(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
