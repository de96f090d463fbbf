"""Judging the JSON that a tool answered with."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from jsonschema.validators import validator_for
from referencing.exceptions import Unresolvable

from harness.differences import differences, subset_differences
from harness.records.call import ToolCall
from harness.scenario.document import Found, document_of
from harness.scenario.expectation import AtPointer, ConformsToSchema, HasSubset
from harness.scenario.verdict import HELD, Verdict, broken, excerpt


def judge_pointer(expected: AtPointer, call: ToolCall) -> Verdict:
    """The value at a pointer is as expected."""
    found = document_of(call, expected.place, expected.pointer)
    if expected.exists is False and isinstance(found, Found):
        return broken(f"{expected.pointer!r} must not be there: {_shown(found.value)}")
    if expected.exists is False:
        whole = document_of(call, expected.place)
        return HELD if isinstance(whole, Found) else whole
    if isinstance(found, Verdict):
        return found
    return HELD if expected.exists else _judge_value(expected, found.value)


def _judge_value(expected: AtPointer, value: Any) -> Verdict:
    (condition,) = expected.conditions
    if condition == "equals":
        return judge_equal(expected.equals, value, expected.pointer)
    shown = _shown(value)
    if condition == "contains":
        if _contains(value, expected.contains):
            return HELD
        return broken(f"{_shown(expected.contains)} is not in {expected.pointer}: {shown}")
    text = value if isinstance(value, str) else shown
    if re.search(expected.matches or "", text):
        return HELD
    return broken(f"/{expected.matches}/ does not match {expected.pointer}: {shown}")


def judge_equal(expected: Any, actual: Any, where: str) -> Verdict:
    """Both are the same JSON value."""
    found = differences(expected, actual)
    return HELD if not found else broken(f"{where or 'the document'} differs", found)


def _contains(value: Any, part: Any) -> bool:
    if isinstance(value, str):
        return isinstance(part, str) and part in value
    if isinstance(value, dict):
        return isinstance(part, str) and part in value
    return isinstance(value, list) and any(not differences(part, item) for item in value)


def judge_subset(expected: HasSubset, call: ToolCall) -> Verdict:
    """The document holds all that is expected."""
    found = document_of(call, expected.place)
    if isinstance(found, Verdict):
        return found
    lacking = subset_differences(expected.subset, found.value, ignore=expected.ignore)
    return HELD if not lacking else broken("the document lacks what is expected", lacking)


def judge_schema(expected: ConformsToSchema, call: ToolCall) -> Verdict:
    """The document conforms to a JSON Schema."""
    found = document_of(call, expected.place)
    if isinstance(found, Verdict):
        return found
    schema: Any = expected.json_schema
    validator = validator_for(schema, default=Draft202012Validator)
    try:
        validator.check_schema(schema)
    except SchemaError as error:
        return broken(f"the expected schema is itself wrong: {error.message}")
    try:
        errors = list(validator(schema).iter_errors(found.value))
    except (Unresolvable, RecursionError) as error:
        return broken(f"the expected schema cannot be applied: {error}")
    if not errors:
        return HELD
    return broken(_violations(errors))


def _violations(errors: Sequence[Any]) -> str:
    shown = [f"{error.json_path}: {excerpt(error.message)}" for error in errors[:5]]
    more = f" (+{len(errors) - 5} more)" if len(errors) > 5 else ""
    return f"breaks the schema: {'; '.join(shown)}{more}"


def _shown(value: Any) -> str:
    return excerpt(json.dumps(value, ensure_ascii=False))
