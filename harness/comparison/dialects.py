"""Bringing two schemas into one dialect, where they say the same in both."""

from __future__ import annotations

from typing import Any

from harness.generation.validity import DEFAULT_DRAFT, Schema

_DRAFTS = ("draft-04", "draft-06", "draft-07", "2019-09", "2020-12")
_LATER_WORDS = {
    "prefixItems", "minContains", "maxContains", "dependentRequired", "dependentSchemas",
    "unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$dynamicAnchor", "$anchor",
    "$recursiveRef", "$recursiveAnchor", "if", "then", "else", "const", "contains",
    "propertyNames",
}  # fmt: skip
"""Keywords that some draft passes over and a later one obeys (JSON Schema Core, appendix C of
2019-09 and of 2020-12; release notes of draft-06 and draft-07)."""
_SINCE_06 = {"const", "contains", "propertyNames"}
_SINCE_07 = {"if", "then", "else"}


def dialect_of(schema: Schema) -> str:
    """Return the URI of a schema's dialect; MCP's default is 2020-12."""
    named = schema.get("$schema")
    return named if isinstance(named, str) else DEFAULT_DRAFT


def in_one_dialect(first: Schema, second: Schema) -> tuple[Schema, Schema]:
    """Return both schemas under the newest dialect, or as they are where that would change one."""
    if _draft(first) == _draft(second):
        return first, second
    if _means_the_same(first) and _means_the_same(second):
        return {**first, "$schema": DEFAULT_DRAFT}, {**second, "$schema": DEFAULT_DRAFT}
    return first, second


def _draft(schema: Schema) -> int:
    uri = dialect_of(schema)
    return next((at for at, name in enumerate(_DRAFTS) if name in uri), len(_DRAFTS))


def knows_conditions(schema: Schema) -> bool:
    """Tell whether `if` is a keyword in the schema's dialect."""
    return _draft(schema) >= _DRAFTS.index("draft-07")


def applies_beside_references(schema: Schema) -> bool:
    """Tell whether what stands beside a `$ref` counts in the schema's dialect."""
    return _draft(schema) >= _DRAFTS.index("2019-09")


def _means_the_same(schema: Schema) -> bool:
    """Tell whether `schema` says under 2020-12 what it says in its own dialect."""
    draft = _draft(schema)
    if draft == len(_DRAFTS) - 1:
        return True
    unknown = set(_LATER_WORDS)
    if draft >= 1:
        unknown -= _SINCE_06
    if draft >= 2:
        unknown -= _SINCE_07
    return draft < len(_DRAFTS) and not _has_other_meaning(schema, unknown, draft)


def _has_other_meaning(value: Any, unknown: set[str], draft: int) -> bool:
    if isinstance(value, list):
        return any(_has_other_meaning(item, unknown, draft) for item in value)
    if not isinstance(value, dict):
        return False
    # A property may be called like a keyword; then the dialects are left apart, which is safe.
    if unknown & set(value) or isinstance(value.get("items"), list) or "dependencies" in value:
        return True
    if any(isinstance(value.get(name), bool) for name in ("exclusiveMinimum", "exclusiveMaximum")):
        return True
    if "id" in value and draft == 0 and isinstance(value["id"], str):
        return True
    if "$ref" in value and len(value) > 1 and draft < 3:
        return True  # up to draft-07 its neighbours are passed over
    return any(_has_other_meaning(item, unknown, draft) for item in value.values())
