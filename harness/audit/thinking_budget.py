"""Room for thoughts: Anthropic's `budget_tokens` has to be less than `max_tokens`.

Anthropic, API reference, messages: `thinking` (contract sheet `providers.md` §5.1); the provider
refuses a request without, and so may a server.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

LEAST_BUDGET = 1024
"""Tokens that Anthropic takes at least for thinking; as many are left for the answer here."""


def has_no_room(arguments: Mapping[str, Any]) -> bool:
    """Whether a budget for thoughts is not less than the limit given beside it, or none is."""
    budget, most = _budget(arguments), arguments.get("max_tokens")
    return budget is not None and (most is None or not _is_count(most) or most <= budget)


def with_room(
    arguments: dict[str, Any], accepts: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """Return arguments with a limit beyond their budget for thoughts, where these are accepted."""
    budget = _budget(arguments)
    if budget is None or not has_no_room(arguments):
        return arguments
    roomy = {**arguments, "max_tokens": int(budget) + LEAST_BUDGET}
    return roomy if accepts(roomy) else arguments


def _budget(arguments: Mapping[str, Any]) -> float | None:
    thinking = arguments.get("thinking")
    budget = thinking.get("budget_tokens") if isinstance(thinking, Mapping) else None
    return budget if _is_count(budget) else None


def _is_count(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)
