"""Objects of a tool's own of which some keys arrive, and others do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.audit.described import description_of
from harness.audit.mapped.argument_places import is_called_ignored
from harness.audit.mapped.given import Given
from harness.audit.mapped.held import is_held, leaves, parts, value_on
from harness.audit.mapped.told_changes import tells_some_change
from harness.audit.mapped.unequal import is_equal

ENOUGH = 2
"""Keys that arrive as they were given before the others are expected to."""
_CHOSEN = re.compile(
    r"\b(?:only|except|known|supported|allowed|recogni[sz]ed|listed|filtered|skipped|dropped"
    r"|ignored|flat|scalars?|primitives?|strings?)\b",
    re.IGNORECASE,
)
"""Words of what a tool takes out of an object."""


def parted(own: Sequence[Given]) -> Iterator[tuple[Given, dict[str, Any]]]:
    """Yield the objects of which a value stands nowhere in the request, with what arrived.

    The others stand there under their own keys, at the top or in an object. What the description
    says about a choice of keys is the tool's own affair.
    """
    for one in own:
        if not isinstance(one.value, Mapping) or _is_told(one):
            continue
        turns = one.rounds()
        came = {
            key: value
            for key, value in one.value.items()
            if any(_arrives(key, value, turn) for turn in turns)
        }
        rest = [value for key, value in one.value.items() if key not in came]
        if len(came) >= ENOUGH and any(_is_gone(value, turns) for value in rest):
            yield one, came


def _is_told(one: Given) -> bool:
    told = description_of(one.tool.definition, one.path[-1])
    is_ignored = is_called_ignored(one.tool.schema, one.path, one.tool.description)
    return is_ignored or tells_some_change(told) or _CHOSEN.search(told) is not None


def _arrives(key: str, value: Any, turn: Given) -> bool:
    return any(
        route and route[-1] == key and is_equal(value, found)
        for route, found in parts(turn.body)
        if value_on(route, turn.without) != found
    )


def _is_gone(value: Any, turns: Sequence[Given]) -> bool:
    """Whether a value says something, and nothing of it stands in any request."""
    said = leaves(value)
    return bool(said) and not any(
        is_held(leaf, turn.body, turn.without) for leaf in said for turn in turns
    )
