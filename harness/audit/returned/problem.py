"""One thing that is wrong with a result."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

_SHOWN = 60


class Problem(NamedTuple):
    """One thing that did not come back as it was sent."""

    rule: str
    """Without its area."""
    cause: str
    message: str
    is_lost: bool = False
    """It is not there at all; otherwise it is there, and another."""


def shown(value: Any) -> str:
    """Return a value as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
