"""Whether a published schema is one, and whether anything satisfies it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
from jsonschema_rs import canonical

from harness.generation.source import joined
from harness.generation.validity import DEFAULT_DRAFT, Validity


def schema_problem(schema: Any) -> tuple[str, str] | None:
    """Return the place (RFC 6901, into the schema) and the problem of an invalid schema.

    None when it obeys the meta-schema of its draft, its references lead somewhere in it, and its
    patterns can be read by one of two engines at least. A `$schema` that is not one of JSON
    Schema's own, and references to other documents, are not followed.
    """
    if not isinstance(schema, Mapping):
        return "", f"it is no object: {schema!r:.80}"
    try:
        jsonschema_rs.meta.validate(dict(schema))
    except jsonschema_rs.ValidationError as error:
        where = joined("", *error.instance_path)
        return None if _is_readable_pattern(error) else (where, error.message)
    except jsonschema_rs.ReferencingError:
        return None
    try:
        jsonschema_rs.validator_for(dict(schema), validate_formats=False, offline=True)
    except jsonschema_rs.ValidationError as error:
        if _is_readable_pattern(error) or _leads_elsewhere(error, schema):
            return None
        return joined("", *error.instance_path), error.message
    return None


def invalid_defaults(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the pointer of each property with a default that the property's schema forbids.

    A null for "none" is left out: generators write it beside any type, and it is never sent.
    """
    waiting: list[tuple[str, Any]] = [("", schema)]
    while waiting:
        pointer, part = waiting.pop()
        if isinstance(part, list):
            waiting += [(f"{pointer}/{at}", one) for at, one in enumerate(part)]
        if not isinstance(part, Mapping):
            continue
        waiting += [(joined(pointer, key), one) for key, one in part.items() if key not in _VALUES]
        properties = part.get("properties")
        for name, one in properties.items() if isinstance(properties, Mapping) else ():
            default = one.get("default") if isinstance(one, Mapping) else None
            if default is not None and not _accepts(schema, one, default):
                yield joined(pointer, "properties", name, "default"), default


_VALUES = ("default", "const", "enum", "examples")
"""Keywords whose values are data and no schemas."""


def _accepts(schema: Mapping[str, Any], part: Mapping[str, Any], value: Any) -> bool:
    around = {key: schema[key] for key in ("$schema", "$defs", "definitions") if key in schema}
    try:
        return Validity({**around, **part}).accepts(value)
    except ValueError:
        return True  # a schema that cannot be read is another rule's finding


def is_unsatisfiable(schema: Mapping[str, Any]) -> bool | None:
    """Return whether no value satisfies `schema`; None when that cannot be told."""
    whole = {"$schema": DEFAULT_DRAFT, **schema}
    try:
        found = jsonschema_rs.canonicalize(whole, validate_formats=False, offline=True)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
        return None
    match found.satisfiability():
        case canonical.Satisfiability.NO:
            return True
        case canonical.Satisfiability.YES:
            return False
        case _:
            return None


def unusable_arguments(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the arguments that no value satisfies, though their schemas say what they take.

    `false` and `{"not": {}}` say that there is none.
    """
    for name, part in (schema.get("properties") or {}).items():
        if isinstance(part, Mapping) and {"type", "properties", "enum", "anyOf"} & set(part):
            alone = {**_around(schema), "allOf": [part]}
            if is_unsatisfiable(alone):
                yield name


def _around(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what references and the draft need of the schema."""
    return {key: schema[key] for key in ("$schema", "$id", "$defs", "definitions") if key in schema}


def _is_readable_pattern(error: jsonschema_rs.ValidationError) -> bool:
    """Whether the problem is a pattern that Python can read where Rust cannot."""
    if not isinstance(error.instance, str):
        return False
    try:
        re.compile(error.instance)
    except re.error:
        return False
    return error.instance_path[-1:] == ["pattern"]


def _leads_elsewhere(error: jsonschema_rs.ValidationError, schema: Any) -> bool:
    """Whether a reference leads to another document, which is not fetched."""
    is_reference = isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Referencing)
    return is_reference and _has_foreign_reference(schema)


def _has_foreign_reference(schema: Any) -> bool:
    if isinstance(schema, Mapping):
        reference = schema.get("$ref")
        is_foreign = isinstance(reference, str) and not reference.startswith("#")
        return is_foreign or any(map(_has_foreign_reference, schema.values()))
    return isinstance(schema, list) and any(map(_has_foreign_reference, schema))
