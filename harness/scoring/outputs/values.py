"""Measures of JSON values."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from jsonpointer import JsonPointer, JsonPointerException
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from jsonschema.validators import validator_for
from referencing.exceptions import Unresolvable

from harness.canonical import canonical
from harness.difference_text import describe_differences
from harness.differences import differences, subset_differences
from harness.records.call import ToolCall
from harness.scenario.verdict import excerpt
from harness.scoring.outputs.measure import Measure, falling, shown, value_of
from harness.scoring.outputs.scorer import Conforms, Exact, Number, Subset, Tree

_SHOWN = 5


def exact(scorer: Exact, call: ToolCall) -> Measure:
    """The value is the expected one."""
    found = value_of(scorer, call)
    if isinstance(found, Measure):
        return found
    differing = tuple(differences(scorer.exact, found.value, ignore=scorer.ignore))
    if not differing:
        return Measure(1.0, "equal", {"differences": 0})
    told = "; ".join(describe_differences(differing))
    return Measure(0.0, told, {"differences": len(differing)})


def subset(scorer: Subset, call: ToolCall) -> Measure:
    """The share of leaves that are there."""
    found = value_of(scorer, call)
    if isinstance(found, Measure):
        return found
    expected = _without(scorer.subset, scorer.ignore)
    lacking = tuple(subset_differences(expected, _without(found.value, scorer.ignore)))
    total = _leaves(expected)
    # What the answer has beyond the expected leaves of a list is no leaf that it lacks.
    lost = sum(_leaves(item.recorded) for item in lacking if item.change != "added")
    value = max(0.0, 1 - lost / total)
    told = "; ".join(describe_differences(lacking)) or "all is there"
    return Measure(value, told, {"leaves": total, "lacking": lost})


def _leaves(value: Any) -> int:
    if isinstance(value, dict) and value:
        return sum(map(_leaves, value.values()))
    if isinstance(value, list) and value:
        return sum(map(_leaves, value))
    return 1


def tree(scorer: Tree, call: ToolCall) -> Measure:
    """One less deepdiff's distance: operations that differ, relative to the size of both values."""
    from deepdiff import DeepDiff  # heavy: only when something is measured with it

    found = value_of(scorer, call)
    if isinstance(found, Measure):
        return found
    sides = [canonical(_without(side, scorer.ignore)) for side in (scorer.tree, found.value)]
    differing = tuple(differences(*sides))
    if not differing:
        return Measure(1.0, "equal", {"distance": 0.0})
    told = DeepDiff(
        {"": sides[0]}, {"": sides[1]}, get_deep_distance=True, ignore_private_variables=False
    )
    distance = min(1.0, float(told.get("deep_distance", 0.0)))
    explanation = "; ".join(describe_differences(differing))
    return Measure(1 - distance, explanation, {"distance": distance})


def number(scorer: Number, call: ToolCall) -> Measure:
    """How near the number is."""
    found = value_of(scorer, call)
    if isinstance(found, Measure):
        return found
    actual = found.value
    if isinstance(actual, bool) or not isinstance(actual, int | float):
        return Measure(0.0, f"no number: {shown(actual)}")
    off = abs(actual - scorer.number)
    allowed = max(scorer.tolerance, scorer.relative * abs(scorer.number))
    value = falling(off, allowed, 2 * allowed) if off == off else 0.0  # NaN is near nothing
    return Measure(
        value, f"{actual} is {off:g} off {scorer.number:g}, {allowed:g} allowed", {"off": off}
    )


def conforms(scorer: Conforms, call: ToolCall) -> Measure:
    """The value is valid."""
    found = value_of(scorer, call)
    if isinstance(found, Measure):
        return found
    validator = validator_for(scorer.json_schema, default=Draft202012Validator)
    try:
        validator.check_schema(scorer.json_schema)
        errors = list(validator(scorer.json_schema).iter_errors(found.value))
    except SchemaError as error:
        return Measure(0.0, f"the schema is itself wrong: {error.message}")
    except (Unresolvable, RecursionError) as error:
        return Measure(0.0, f"the schema cannot be applied: {error}")
    broken = [f"{error.json_path}: {excerpt(error.message)}" for error in errors[:_SHOWN]]
    return Measure(0.0 if errors else 1.0, "; ".join(broken) or "valid", {"errors": len(errors)})


def _without(value: Any, ignored: Iterable[str]) -> Any:
    """Return a copy of `value` without what stands at the pointers."""
    copied = copy.deepcopy(value)
    for text in ignored:
        try:
            holder, last = JsonPointer(text).to_last(copied)
        except JsonPointerException:
            continue
        if isinstance(holder, dict) and last in holder:
            del holder[last]
        elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
            holder[last] = None
    return copied
