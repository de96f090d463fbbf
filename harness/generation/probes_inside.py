"""Objects and arrays on both sides of one keyword."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.generation.case import Change
from harness.generation.choices import Choices
from harness.generation.node import distinct_of, identity
from harness.generation.pattern_text import matching
from harness.generation.probes import Probe, Prober, Schema, Seen

_UNKNOWN_KEYS = ("unexpected", "Unexpected Key", "x", "__proto__", "ключ", "")
_MOST = 1_000
_FOREIGN: tuple[Any, ...] = (None, "other", 0.5, {}, [])
_EACH_TYPE: tuple[Any, ...] = (None, True, 7, 1.5, "text", "", [], {}, [1], {"unexpected": 1})


def _with(value: dict[str, Any], name: str, item: Any) -> Probe:
    change: Change = "changed" if name in value else "added"
    return Probe({**value, name: item}, (name,), change, value.get(name))


def _without(value: dict[str, Any], name: str) -> Probe:
    rest = {key: item for key, item in value.items() if key != name}
    if name not in value:
        return Probe(value)
    return Probe(rest, (name,), "removed", value[name])


def _longer(value: list[Any], item: Any) -> Probe:
    return Probe([*value, item], (len(value),), "added")


def required(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
    """Yield the object without each required key, and with no other keys than these."""
    if isinstance(value, dict):
        for name in schema["required"]:
            yield _without(value, name)
        yield Probe({name: item for name, item in value.items() if name in schema["required"]})
        yield Probe(dict.fromkeys(schema["required"], 1) | value)


def dependent(keyword: str) -> Prober:
    """Return the prober of keys that ask for other keys."""

    def probes(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
        for whole in _objects(value, seen):
            for trigger, others in schema[keyword].items():
                yield _without(whole, trigger)
                for name in others if isinstance(others, list) else ():
                    filled = dict.fromkeys([trigger, *others], 1) | whole
                    for item in (whole.get(trigger), *seen("properties", trigger)):
                        yield _without({**filled, trigger: item}, name)
                    yield Probe(filled)

    return probes


def _objects(value: Any, seen: Seen) -> list[dict[str, Any]]:
    return [item for item in (value, *seen()[:12]) if isinstance(item, dict)]


def named(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
    """Yield the object with each declared key in turn, and with all that fit together."""
    if not isinstance(value, dict):
        return
    full = dict(value)
    for name in schema["properties"]:
        for item in seen("properties", name)[:1]:
            yield _with(value, name, item)
            full.setdefault(name, item)
        if schema["properties"][name] is False:
            yield _with(value, name, 1)
    yield Probe(full)


def like(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
    """Yield the object with keys that match each pattern, and as it is."""
    if isinstance(value, dict):
        for pattern in schema["patternProperties"]:
            items = seen("patternProperties", pattern)[:1] or [1]
            for data in (b"", b"\x01\x02\x03\x05"):
                name = matching(pattern, Choices(data))
                if name is not None:
                    yield _with(value, name, items[0])
        yield Probe(value)


def unknown(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
    """Yield the object with a key that it does not know: foreign, or a declared one misspelt."""
    if not isinstance(value, dict):
        return
    declared = [*schema.get("properties", ()), *value]
    misspelt = (word(name) for name in declared[:2] for word in (str.upper, str.title, _camel))
    further = seen("additionalProperties") + seen("unevaluatedProperties")
    for name in dict.fromkeys([*_UNKNOWN_KEYS, *misspelt, *(f"{n} " for n in declared[:1])]):
        if name not in value:
            yield _with(value, name, further[0] if further else "surprise")
    yield Probe(value)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def keys(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
    """Yield the object with keys of unusual names."""
    if isinstance(value, dict):
        item = next(iter(value.values()), 1)
        for name in ("", "A B", "UPPER", "lower", "é", "0", "-", "_", "x" * 200, "$", "a.b", "a\n"):
            if name not in value:
                yield _with(value, name, item)
        yield Probe(value)


def key_counts(keyword: str) -> Prober:
    """Return the prober of a number of keys."""

    def probes(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
        bound = int(schema[keyword])
        if bound > _MOST:
            return
        for whole in _objects(value, seen):
            spare: dict[str, Any] = dict(whole)
            for other in _objects(None, seen):
                spare |= {key: item for key, item in other.items() if key not in spare}
            item = next(iter(spare.values()), 1)
            spare |= {f"key{n}": item for n in range(bound + 2 - len(spare))}
            for count in (bound, bound - 1, bound + 1):
                if 0 <= count <= len(spare):
                    yield Probe(dict(list(spare.items())[:count]))

    return probes


def item_counts(keyword: str) -> Prober:
    """Return the prober of a number of elements."""

    def probes(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
        bound = int(schema[keyword])
        if not isinstance(value, list) or bound > _MOST:
            return
        for count in (bound, bound - 1, bound + 1, 0):
            for array in _of_size(count, value, seen):
                yield Probe(array)

    return probes


def _of_size(count: int, value: list[Any], seen: Seen) -> Iterator[list[Any]]:
    if count < 0:
        return
    elsewhere = (item for array in seen() if isinstance(array, list) for item in array)
    pool = [*value, *seen("items"), *seen("contains"), *elsewhere]
    distinct = distinct_of(pool)
    if len(distinct) >= count:
        yield distinct[:count]
    if value and len(value) < count:
        yield [*value, *([value[-1]] * (count - len(value)))]
    elif pool:
        yield [*value, *([pool[0]] * count)][:count]
    yield [*value, *(f"item {n}" for n in range(count))][:count]
    yield list(range(count))


def counts_inside(keyword: str) -> Prober:
    """Return the prober of `contains` and its bounds: that many matching elements, or others."""

    def probes(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
        if not isinstance(value, list):
            return
        matching_ones = seen("contains")
        bound = int(schema[keyword]) if keyword != "contains" else 1
        for count in (bound, bound - 1, bound + 1, 0):
            if 0 <= count <= _MOST and matching_ones:
                repeated = matching_ones * (count // len(matching_ones) + 1)
                yield Probe(repeated[:count])
                for other in _FOREIGN:
                    yield Probe([*repeated[:count], other])
        taken = {identity(item) for item in matching_ones}
        yield Probe([item for item in value if identity(item) not in taken])

    return probes


def repeated(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
    """Yield arrays of distinct elements, and the same with one element twice."""
    arrays = [item for item in (value, *seen()) if isinstance(item, list)]
    for array in [*arrays, seen("items")[:2], seen("items")[:1]]:
        yield Probe(array)
        if array:
            yield _longer(array, array[0])
            yield Probe([*array[:-1], array[0]])


def further(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
    """Yield the array with more elements, and with none."""
    if isinstance(value, list):
        for item in (*seen("items")[:1], *value[:1], "surprise", None):
            yield _longer(value, item)
        for array in [value, [], *seen()[:4]]:
            if isinstance(array, list):
                yield Probe(array)
                yield _longer(array, "surprise")


def alternatives(keyword: str) -> Prober:
    """Return the prober of branches: a value of each, and of none."""

    def probes(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
        for index in range(len(schema[keyword])):
            for now in seen(keyword, index)[:3]:
                yield Probe(now)
        for now in _EACH_TYPE:
            yield Probe(now)

    return probes


def anything(schema: Schema, value: Any, seen: Seen) -> Iterator[Probe]:
    """Yield the value itself and one of each type."""
    for now in (value, *_EACH_TYPE):
        yield Probe(now)


INSIDE_PROBES: dict[str, Prober] = {
    "required": required,
    "dependentRequired": dependent("dependentRequired"),
    "dependencies": dependent("dependencies"),
    "properties": named,
    "patternProperties": like,
    "additionalProperties": unknown,
    "unevaluatedProperties": unknown,
    "propertyNames": keys,
    "minProperties": key_counts("minProperties"),
    "maxProperties": key_counts("maxProperties"),
    "minItems": item_counts("minItems"),
    "maxItems": item_counts("maxItems"),
    "items": further,
    "additionalItems": further,
    "unevaluatedItems": further,
    "uniqueItems": repeated,
    "contains": counts_inside("contains"),
    "minContains": counts_inside("minContains"),
    "maxContains": counts_inside("maxContains"),
    "anyOf": alternatives("anyOf"),
    "oneOf": alternatives("oneOf"),
    "not": anything,
}
"""The keywords of objects, arrays and of whole schemas."""
