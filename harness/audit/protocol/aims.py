"""What each probe of the protocol phase looks at."""

from __future__ import annotations

UNKNOWN_TOOL = "a tool that does not exist"
MISSING, NULL, ARRAY, TEXT = (
    "no arguments",
    "null for the arguments",
    "an array for the arguments",
    "a text for the arguments",
)
NO_ARGUMENTS = (MISSING, NULL)
"""What a server may take for `{}`, and so accept."""
NO_OBJECT = (ARRAY, TEXT)
"""What no input schema accepts: MCP wants `type: object`."""
HUGE = "a huge text"
CANCELLED = "the call after one that was cancelled"
OVERLAPPING = "calls that overlap"
SAME = "the same call again"
"""Repeats of one call before any other."""
BETWEEN = "a call between two that are the same"
SAME_LATER = "the same call after others"

NO_SUCH_TOOL = "toolreel_no_such_tool"
