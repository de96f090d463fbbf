"""Smaller arguments that are as valid, or wrong in the same place, as those that met a cause."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonpointer import escape
from jsonschema.exceptions import SchemaError
from jsonschema.protocols import Validator
from jsonschema.validators import Draft202012Validator, validator_for
from referencing.exceptions import Unresolvable

SHORT = 8
"""Characters that are left of a text."""

# The schema is the server's: what is wrong with it is another rule's finding.
_UNREADABLE = (SchemaError, Unresolvable, re.error, RecursionError)

Problems = frozenset[tuple[str, str, str]]
_OF_KEYS = ("required", "dependentRequired", "additionalProperties", "unevaluatedProperties")
"""Keywords whose message says which key is wrong, and whose place does not."""


def smaller(arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield arguments that are smaller in one place, the largest cuts first.

    Each breaks the same keywords of `schema` at the same pointers as `arguments` do, or none when
    these break none. Nothing is yielded for a schema that cannot be read.
    """
    kind = validator_for(schema, default=Draft202012Validator)
    try:
        kind.check_schema(dict(schema))
        validator = kind(schema)
        wanted = _problems(arguments, validator)
        for candidate in _cut(arguments):
            if _problems(candidate, validator) == wanted:
                yield candidate
    except _UNREADABLE:
        return


def size(arguments: Any) -> int:
    """Return how many characters the arguments have as JSON."""
    return len(json.dumps(arguments))


def _problems(arguments: Any, validator: Validator) -> Problems:
    errors = validator.iter_errors(arguments)
    return frozenset(
        (
            str(error.validator),
            _pointer(error.absolute_path),
            error.message if error.validator in _OF_KEYS else "",
        )
        for error in errors
    )


def _pointer(path: Any) -> str:
    return "".join(f"/{escape(str(part))}" for part in path)


def _cut(value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield `value` without one member, then with one member made smaller."""
    by_size = sorted(value, key=lambda key: -size(value[key]))
    for key in by_size:
        yield {name: item for name, item in value.items() if name != key}
    for key in by_size:
        for item in _smaller_value(value[key]):
            yield {**value, key: item}


def _smaller_value(value: Any) -> Iterator[Any]:
    if isinstance(value, str) and len(value) > SHORT:
        yield value[:SHORT]
    elif isinstance(value, list) and len(value) > 1:
        yield value[:1]
        yield value[-1:]
    elif isinstance(value, dict):
        yield from _cut(value)
    elif isinstance(value, list) and value:
        yield from ([item] for item in _smaller_value(value[0]))
