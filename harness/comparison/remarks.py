"""What a reader should know of two schemas beside how they relate."""

from __future__ import annotations

from typing import Any

from harness.comparison.set_algebra import canonical_form, is_covered
from harness.generation.validity import Schema
from harness.records.comparison import SchemaRelation

_CLOSING = ("additionalProperties", "patternProperties", "unevaluatedProperties", "$ref")


def remarks(baseline: Schema, candidate: Schema, relation: SchemaRelation) -> list[str]:
    """Return notes on formats, and on arguments that only one side declares."""
    if relation == "equal":
        return _format_remarks(baseline, candidate)
    before, after = (_declared(side) for side in (baseline, candidate))
    found = []
    if relation in ("breaking", "incomparable") and after - before and _is_open(baseline):
        closed = canonical_form({**baseline, "additionalProperties": False})
        if is_covered(closed, canonical_form(candidate)):
            names = ", ".join(sorted(after - before))
            found.append(
                "only callers that sent arguments which the baseline does not declare are "
                f"affected; the candidate declares {names}"
            )
    ignored = sorted(before - after)
    if ignored and _is_open(candidate):
        found.append(
            f"the candidate no longer declares {', '.join(ignored)}, yet accepts "
            f"{'it' if len(ignored) == 1 else 'them'}, with whatever value: it allows unknown "
            "arguments"
        )
    return found


def _declared(schema: Schema) -> set[str]:
    properties = schema.get("properties")
    return set(properties) if isinstance(properties, dict) else set()


def _is_open(schema: Schema) -> bool:
    return not any(word in schema for word in _CLOSING)


def _format_remarks(one: Schema, other: Schema) -> list[str]:
    """Tell what `format` would change for a validator that takes it for an assertion."""
    if _formats(one) == _formats(other):
        return []
    strict = [canonical_form(schema, asserts_formats=True) for schema in (one, other)]
    if is_covered(strict[0], strict[1]) and is_covered(strict[1], strict[0]):
        return []
    return [
        "`format` differs: it is an annotation in JSON Schema 2020-12 (Validation §7.2.1), "
        "a server that asserts it accepts something else now"
    ]


def _formats(part: Any) -> list[str]:
    if isinstance(part, list):
        return sorted(name for item in part for name in _formats(item))
    if not isinstance(part, dict):
        return []
    own = [part["format"]] if isinstance(part.get("format"), str) else []
    return sorted([*own, *(name for item in part.values() for name in _formats(item))])
