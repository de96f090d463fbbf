"""A text that may be JSON."""

from __future__ import annotations

import json
from typing import Any


def json_value(text: str | bytes, otherwise: Any = None) -> Any:
    """Return the JSON value that `text` spells; `otherwise` when it is none, or nested too deep."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return otherwise
