"""Definitions that are others when they are listed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.audit.found import Found
from harness.audit.protocol.repeats import NOT_DETERMINISTIC
from harness.audit.protocol.steady import changes, steady


def listed_otherwise(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Iterator[Found]:
    """Yield a breach for each tool of both lists that is defined otherwise in the second.

    Tools may come and go, and lists have no order: MCP 2025-11-25, server/tools, List Changed.
    """
    earlier: dict[str, list[Any]] = {}
    for tool in before:
        earlier.setdefault(str(tool["name"]), []).append(steady(tool))
    for tool in after:
        name = str(tool["name"])
        # Two tools of one name are a fault of their own.
        different = [changes(one, steady(tool)) for one in earlier.get(name, ())]
        if different and all(different):
            first = different[0][0]
            message = f"listed again, {name} is defined otherwise at {first.pointer or 'its root'}"
            yield Found(NOT_DETERMINISTIC, message, name, cause="definition")
