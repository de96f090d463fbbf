"""Lines on a process's stdout that are no message of the protocol."""

from __future__ import annotations

from collections.abc import Sequence

from harness.audit.found import Found
from harness.records.audit import Observation

RULE = "protocol.stdout-noise"


def judge_noise(lines: Sequence[str], observation: Observation | None = None) -> Found | None:
    """Judge the lines that came, at the call of `observation` if it is known."""
    if not lines:
        return None
    message = (
        f"{len(lines)} lines on stdout are no JSON-RPC message; the first: "
        f"{lines[0].strip()[:200]!r}"
    )
    return Found(RULE, message, observation=observation, cause="noise")
