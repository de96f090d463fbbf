"""Which keywords of a schema a value breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, SchemaError
from jsonschema.validators import validator_for
from referencing.exceptions import Unresolvable


def broken_keywords(schema: Mapping[str, Any], value: Any) -> frozenset[str]:
    """Return the keywords of `schema` that `value` breaks, those within alternatives included.

    A schema that is wrong itself, or cannot be applied, limits nothing here.
    """
    kind: Any = validator_for(schema, default=Draft202012Validator)
    try:
        kind.check_schema(schema)
        return frozenset(_keywords(kind(schema).iter_errors(value)))
    except (SchemaError, Unresolvable, RecursionError, re.error):
        return frozenset()


def _keywords(errors: Any) -> Iterator[str]:
    for error in errors:
        yield error.validator
        yield from _keywords(error.context or ())
