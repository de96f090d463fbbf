"""Arguments for a tool as a hypothesis strategy: `@given(arguments=arguments_for(tool))`."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.errors import UsageError
from harness.generation.arguments import generator_for
from harness.generation.case import Case, Mode

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def arguments_for(tool: Any, mode: Mode = "valid") -> SearchStrategy[dict[str, Any]]:
    """Return a hypothesis strategy of arguments that `tool` can be called with.

    Args:
        tool: a definition as `tools/list` has it, or the SDK's `Tool`.
        mode: `valid`, `boundary` (valid, and at a bound of some keyword), or `invalid` (an object
            in which one keyword is broken).

    Raises:
        UnsupportedSchema: nothing can be generated; names the keyword and its place.
        UsageError: `tool` has no input schema, or one that is no JSON Schema.
    """
    cases = generator_for(_schema(tool)).strategy(mode)
    # The arguments alone do not say on which side of the bound they are.
    return cases.filter(lambda case: case.is_valid == (mode != "invalid")).map(_own)


def _own(case: Case) -> dict[str, Any]:
    """Return the arguments by themselves: enumerated cases share parts of theirs."""
    arguments: dict[str, Any] = copy.deepcopy(case.arguments)
    return arguments


def _schema(tool: Any) -> dict[str, Any]:
    if isinstance(tool, Mapping):
        schema = tool.get("inputSchema")
    else:
        schema = getattr(tool, "input_schema", None)
    if not isinstance(schema, Mapping):
        raise UsageError(
            f"arguments_for({type(tool).__name__}): a tool is an object with `inputSchema`, as one "
            'of tools/list; for a bare schema write arguments_for({"inputSchema": schema})'
        )
    return dict(schema)
