"""A value that meets an ordinary JSON Schema.

Knows type, enum, const, properties, required, items, prefixItems, the length, size and number
bounds, multipleOf, common formats, local `$ref`, anyOf, oneOf and allOf. Patterns are met only if
one of a few stock strings matches; other keywords are passed over.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from harness.upstream.simulators.schema_resolution import Schema, resolved
from harness.upstream.simulators.seeded import Seed

SHALLOW = 5
"""Below this depth optional properties and free array items are left out."""

DEEPEST = 40

LONGEST = 1000
"""Array items and string characters made at most, whatever a schema asks for."""

FORMATS = {
    "date": "2026-09-21",
    "date-time": "2026-09-21T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "PT1M",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
STOCK = (
    "a",
    "A",
    "1",
    "abc",
    "ABC",
    "123",
    "a1",
    "A1",
    "AB",
    "AB12",
    "2026-09-21",
    "12:00",
    "a-b",
    "a_b",
)
KEYWORD_TYPES = {
    "properties": "object",
    "required": "object",
    "items": "array",
    "prefixItems": "array",
    "minimum": "number",
    "maximum": "number",
}


class Source(NamedTuple):
    """Where values come from: the root for references, a seed, a text for strings."""

    root: Schema
    seed: Seed
    text: str


def example(schema: Any, seed: Seed, text: str) -> Any:
    """Return a value for `schema`; strings are made from `text` where they may be.

    Raises:
        ValueError: a keyword has a value that no JSON Schema may have.
    """
    root = schema if isinstance(schema, Mapping) else {}
    try:
        return _value(root, Source(root, seed, text or "text"), "", 0)
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError) as error:
        raise ValueError(f"not a JSON Schema: {error}") from error


def _value(schema: Any, source: Source, path: str, depth: int) -> Any:
    if not isinstance(schema, Mapping) or depth > DEEPEST:
        return source.text
    schema = resolved(schema, source.root, is_deep=depth > SHALLOW)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return source.seed.pick(path, list(schema["enum"]))
    return MAKERS.get(_type(schema), _string)(schema, source, path, depth)


def _type(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return next((str(name) for name in kind if name != "null"), "null")
    guesses = (guess for key, guess in KEYWORD_TYPES.items() if key in schema)
    return kind if isinstance(kind, str) else next(guesses, "string")


def _object(schema: Schema, source: Source, path: str, depth: int) -> dict[str, Any]:
    properties = schema.get("properties") or {}
    required = list(schema.get("required") or [])
    names = required if depth > SHALLOW else [*properties, *required]
    made = {
        name: _value(properties.get(name, {}), source, f"{path}/{name}", depth + 1)
        for name in dict.fromkeys(names)
    }
    extra = schema.get("additionalProperties", True)
    for index in range(len(made), min(int(schema.get("minProperties", 0)), LONGEST)):
        made[f"key{index}"] = _value(extra, source, f"{path}/{index}", depth + 1)
    return made


def _array(schema: Schema, source: Source, path: str, depth: int) -> list[Any]:
    fixed = schema.get("prefixItems") or []
    wanted = max(int(schema.get("minItems", 0)), len(fixed), 0 if depth > SHALLOW else 1)
    count = min(wanted, int(schema.get("maxItems", wanted)), LONGEST)
    made: list[Any] = []
    for index in range(count):
        item = fixed[index] if index < len(fixed) else schema.get("items", {})
        made.append(_fresh(item, source, f"{path}/{index}", depth + 1, made, schema))
    return made


def _fresh(
    item: Any, source: Source, path: str, depth: int, made: list[Any], schema: Schema
) -> Any:
    """Return a value that is not in `made` if the array asks for unique items."""
    value = _value(item, source, path, depth)
    for attempt in range(50 if schema.get("uniqueItems") else 0):
        if value not in made:
            break
        varied = source._replace(text=f"{attempt}{source.text}")
        value = _value(item, varied, f"{path}.{attempt}", depth)
    return value


def _string(schema: Schema, source: Source, path: str, depth: int) -> str:
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    shortest = min(int(schema.get("minLength", 0)), LONGEST)
    longest = int(schema.get("maxLength", max(shortest, len(source.text))))
    padded = source.text + "x" * (shortest - len(source.text))
    return _matching(schema.get("pattern"), padded[:longest], shortest, longest)


def _matching(pattern: Any, text: str, shortest: int, longest: int) -> str:
    if not isinstance(pattern, str):
        return text
    repeated = [stock * max(1, shortest) for stock in STOCK]
    candidates = [text, *STOCK, *(item[:longest] for item in repeated)]
    try:
        found = re.compile(pattern)
    except re.error:
        return text
    fitting = (item for item in candidates if shortest <= len(item) and found.search(item))
    return next(fitting, text)


def _number(schema: Schema, source: Source, path: str, depth: int) -> float:
    step = float(schema.get("multipleOf") or 0)
    low, high = _bounds(schema, 0 if step else 0.5)
    if step:
        return math.ceil(low / step) * step
    if low <= math.ceil(low) <= high:
        return math.ceil(low)
    return low + (high - low) / 2 if math.isfinite(high) else low


def _integer(schema: Schema, source: Source, path: str, depth: int) -> int:
    low, high = _bounds(schema, 1)
    step = int(schema.get("multipleOf") or 1) or 1
    first = math.ceil(low / step)
    last = min(math.floor(high / step) if math.isfinite(high) else first + 20, first + 20)
    return step * source.seed.number(path, first, max(first, last))


def _bounds(schema: Schema, gap: float) -> tuple[float, float]:
    """Return bounds that may be met; an exclusive bound moves inwards by `gap` or halfway."""
    low = float(schema.get("minimum", -math.inf))
    high = float(schema.get("maximum", math.inf))
    above = float(schema.get("exclusiveMinimum", -math.inf))
    below = float(schema.get("exclusiveMaximum", math.inf))
    room = min(high, below) - max(low, above)
    inset = gap if gap >= 1 else min(gap or 1e-9, room / 4 if math.isfinite(room) else 1)
    low, high = max(low, above + inset), min(high, below - inset)
    if not math.isfinite(low):
        low = 1.0 if high >= 1 else high - 10
    return low, high


def _boolean(schema: Schema, source: Source, path: str, depth: int) -> bool:
    return source.seed.pick(path, (True, False))


def _null(schema: Schema, source: Source, path: str, depth: int) -> None:
    return None


MAKERS: dict[str, Callable[[Schema, Source, str, int], Any]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "null": _null,
}
