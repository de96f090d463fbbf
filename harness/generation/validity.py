"""Whether arguments obey a schema, asked of two validators that share no code."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import jsonschema
import jsonschema_rs
import referencing.exceptions
from jsonschema.validators import validator_for

Schema = dict[str, Any]

DEFAULT_DRAFT = "https://json-schema.org/draft/2020-12/schema"
"""MCP 2025-11-25, tools: a schema without `$schema` is JSON Schema 2020-12."""


class Validity:
    """The judge over one schema; `format` is an annotation here, as 2019-09 and later have it."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._rust = jsonschema_rs.validator_for(schema, validate_formats=False, offline=True)

    @cached_property
    def _formats(self) -> jsonschema_rs.Validator:
        return jsonschema_rs.validator_for(self.schema, validate_formats=True, offline=True)

    @cached_property
    def _python(self) -> Any:
        kind = validator_for(self.schema, default=jsonschema.Draft202012Validator)
        return kind(self.schema)

    @cached_property
    def _parts(self) -> jsonschema_rs.ValidatorMap:
        return jsonschema_rs.validator_map_for(self.schema, validate_formats=False, offline=True)

    def accepts(self, value: Any) -> bool:
        """Return what jsonschema-rs says; NaN and infinities are no JSON (RFC 8259 §6)."""
        return self._rust.is_valid(value) and is_json(value)

    def accepts_formats(self, value: Any) -> bool:
        """Return what jsonschema-rs says with `format` as an assertion."""
        return self._formats.is_valid(value) and is_json(value)

    def second_opinion(self, value: Any) -> bool | None:
        """Return what jsonschema says, None when it cannot read a pattern of the schema."""
        if not is_json(value):
            return False
        try:
            return bool(self._python.is_valid(value))
        except (re.error, referencing.exceptions.Unresolvable, RecursionError):
            return None

    def agree(self, value: Any, verdict: bool) -> bool:
        """Return whether both validators come to `verdict`; one that cannot tell is not heard."""
        return self.accepts(value) is verdict and self.second_opinion(value) in (verdict, None)

    def broken_keywords(self, pointer: str, value: Any) -> set[str]:
        """Return which keywords of the schema object at `pointer` reject `value`."""
        part = self._parts.get("#" + pointer)
        if part is None:
            return set()
        broken = {
            str(error.evaluation_path[0]) if error.evaluation_path else ""
            for error in part.iter_errors(value)
        }
        # jsonschema-rs tells a lack of matching elements as `maxContains` where that stands.
        wanted = self._parts.get(f"#{pointer}/contains")
        if "maxContains" in broken and wanted and not any(map(wanted.is_valid, value)):
            broken = broken - {"maxContains"} | {"contains"}
        return broken

    def findings(self, value: Any) -> list[tuple[str, str]]:
        """Return the place in the schema and in `value` of each error on the top level."""
        return [
            ("/".join(map(str, error.schema_path)), "/".join(map(str, error.instance_path)))
            for error in self._rust.iter_errors(value)
        ]


def is_json(value: Any) -> bool:
    """Return whether `value` can be written as JSON: no NaN and no infinity in it."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return all(map(is_json, value.values()))
    return not isinstance(value, list) or all(map(is_json, value))
