"""Answers that the audit's own MCP client does not read, whoever wrote the server."""

from __future__ import annotations

import re

from harness.records.call import Outcome

BEYOND_CLIENT = "the SDK's client reads no answer that long over HTTP"
_LIMIT = re.compile(r"exceeded the \d+ byte limit")
"""Of the Python SDK's HTTP client: an event of more than 1 MiB ends the link."""


def is_beyond_client(outcome: Outcome) -> bool:
    """Whether the client gave a call up over the length of its answer."""
    return outcome.plane == "transport_error" and _LIMIT.search(outcome.text) is not None
