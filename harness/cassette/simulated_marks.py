"""The marks by which an answer of the built-in simulator shows what it is."""

from __future__ import annotations

import re

from harness.records.http import Interaction

# The simulators' own conventions: a region that no data centre has, UUIDs of zeros, a spoken word.
_RAY = re.compile(r"-SIM$")
_BODY = re.compile(rb"00000000-0000-4000-8000-[0-9a-f]{12}|\b(?:msg|req|toolu)_01\d?Simulated")


def has_simulated_marks(interaction: Interaction) -> bool:
    """Tell whether the simulator made this answer; a fault is something that only it makes."""
    if "fault" in interaction.metadata:
        return True
    response = interaction.response
    if response is None:
        return False
    is_marked = _RAY.search(response.header("cf-ray") or "") is not None
    return is_marked or _BODY.search(response.body) is not None
