"""Tools that do one of several things, by a required word: each takes some of the arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.audit.mapped.argument_places import resolved
from harness.audit.parameters import parameter_of, snake_case

_SELECTS = re.compile(
    r"(?:^|_)(?:action|operation|op|command|mode|task|method|function|kind|type|intent|verb)$"
)
LEAST_OTHERS = 2
"""Optional arguments besides, of which not all need be for each word."""


def has_actions(schema: Mapping[str, Any]) -> bool:
    """Whether a required word chooses what the tool does, and with it which arguments count."""
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, Mapping) or not isinstance(required, list):
        return False
    others = [name for name in properties if name not in required]
    return len(others) >= LEAST_OTHERS and any(
        _SELECTS.search(snake_case(name))
        and parameter_of(name) is None
        and len(resolved(properties.get(name), schema).get("enum") or ()) > 1
        for name in required
    )
