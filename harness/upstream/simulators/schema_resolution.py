"""JSON Schema references and combinations, reduced to one plain schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

LONGEST_CHAIN = 40
"""References followed in a row; a longer chain goes in a circle."""


def resolved(schema: Schema, root: Schema, *, is_deep: bool) -> Schema:
    """Return `schema` with `$ref`, `allOf`, `anyOf` and `oneOf` at its top worked in.

    References point into `root`. `is_deep` prefers a branch that ends a recursion.
    """
    for _ in range(LONGEST_CHAIN):
        rest = dict(schema)
        if "$ref" in schema:
            others = [_target(rest.pop("$ref"), root)]
        elif schema.get("allOf"):
            others = rest.pop("allOf")
        elif branches := schema.get("anyOf") or schema.get("oneOf"):
            rest = {key: item for key, item in rest.items() if key not in ("anyOf", "oneOf")}
            others = [_branch(branches, is_deep=is_deep)]
        else:
            return schema
        schema = _merged([rest, *others])
    return {}


def _target(ref: Any, root: Schema) -> Any:
    node: Any = root
    for part in str(ref).lstrip("#").split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        node = node.get(name, {}) if isinstance(node, Mapping) else {}
    return node


def _branch(branches: list[Any], *, is_deep: bool) -> Any:
    nulls = [item for item in branches if isinstance(item, Mapping) and item.get("type") == "null"]
    if nulls and is_deep:
        return nulls[0]
    return next((item for item in branches if item not in nulls), branches[0])


def _merged(schemas: list[Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for schema in schemas:
        for key, value in schema.items() if isinstance(schema, Mapping) else ():
            if key == "properties":
                merged[key] = {**merged.get(key, {}), **value}
            elif key == "required":
                merged[key] = [*merged.get(key, []), *value]
            else:
                merged[key] = value
    return merged
