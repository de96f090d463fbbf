"""Whether a tool that says it tells why the model stopped does tell when an answer was cut."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.audit.context import ToolFacts
from harness.records.audit import Observation
from harness.records.call import Outcome

WHOLE, CUT = "text", "finish-length"
"""Scripts of one and the same text: the model stopped by itself, or at the limit."""
_TELLS = re.compile(r"\b(?:finish|stop)[ _-]?reasons?\b|\bwhy (?:it|the model) stopped\b", re.I)


def untold_cut(asked: Sequence[Observation], tool: ToolFacts) -> Observation | None:
    """Return the call whose answer was cut, where it comes back as a whole one; None otherwise.

    The tool's own description counts, not those of its arguments, and what its answers say beside
    the text.
    """
    served = [item for item in asked if item.sent and item.call.outcome.plane == "result"]
    by_script = {item.probe.upstream.script: item for item in served}
    if not {WHOLE, CUT} <= set(by_script):
        return None
    whole, cut = by_script[WHOLE].call.outcome, by_script[CUT].call.outcome
    if not any(map(_TELLS.search, (tool.told, whole.text))):
        return None
    is_same = _shown(whole) == _shown(cut)
    return by_script[CUT] if is_same else None


def _shown(outcome: Outcome) -> tuple[object, ...]:
    return outcome.content, outcome.structured, outcome.meta
