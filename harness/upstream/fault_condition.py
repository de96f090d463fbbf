"""When a fault applies: by rate, by count, by what the request is."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from harness.records.http import HttpRequest

Pattern = Annotated[str, StringConstraints(pattern=r"^[^;\s]([^;]*[^;\s])?$")]
"""A value, or a shell pattern with `*`, `?` and `[…]`; it stands between semicolons."""


class Condition(BaseModel):
    """All that is given must hold; nothing given holds always.

    `rate`, `nth` and `times` count requests, so a `FaultPlan` looks at them; `matches` looks at
    the request alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: float | None = Field(default=None, gt=0, le=1, allow_inf_nan=False)
    """The share of the matching requests that it applies to, drawn by the plan's seed."""
    nth: int | None = Field(default=None, ge=1)
    """The first matching request that it applies to; without `times` the only one."""
    times: int | None = Field(default=None, ge=1)
    """How often it applies at most."""
    path: Pattern | None = None
    method: Pattern | None = None
    host: Pattern | None = None
    """The provider's host, with its port if it has one."""
    tool: Pattern | None = None
    """The tool whose call causes the request; without a call no pattern fits."""
    model: Pattern | None = None
    """The model that the body asks for."""
    stream: bool | None = None
    """Whether the body asks for an event stream."""

    @property
    def limit(self) -> int | None:
        """How often it applies at most, None for always."""
        return 1 if self.times is None and self.nth is not None else self.times

    def matches(self, request: HttpRequest, tool: str) -> bool:
        """Whether `request`, caused by a call of `tool`, is one that the fault is meant for."""
        if not all(fnmatchcase(value, pattern) for pattern, value in self._named(request, tool)):
            return False
        if self.model is None and self.stream is None:
            return True
        body = _json_object(request)
        is_model = self.model is None or fnmatchcase(str(body.get("model", "")), self.model)
        return is_model and self.stream in (None, body.get("stream") is True)

    def _named(self, request: HttpRequest, tool: str) -> Iterator[tuple[str, str]]:
        if self.path is not None:
            yield self.path, request.path
        if self.method is not None:
            yield self.method.upper(), request.method.upper()
        if self.host is not None:
            yield self.host.lower(), urlsplit(request.url).netloc.lower()
        if self.tool is not None:
            yield self.tool, tool


def _json_object(request: HttpRequest) -> dict[str, Any]:
    try:
        body = request.json_body()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
