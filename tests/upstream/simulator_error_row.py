"""One row of a provider's error table, and the words that several tables share."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from simulator_requests import Endpoint

INVALID = "invalid_request_error"

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Row(NamedTuple):
    """A request, and what the answer to it has; `error` values are patterns or exact values."""

    name: str
    endpoint: Endpoint
    status: int
    error: dict[str, Any] | str
    fields: Mapping[str, Any] = NOTHING
    key: str | None = "sk-test-0123456789abcdef"
    headers: Mapping[str, str] = NOTHING
    path: str = ""
    method: str = "POST"
    content_type: str = "application/json"
