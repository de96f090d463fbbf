"""A call as it passes the proxy, before any mutant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from harness.mutation.broken_keywords import broken_keywords
from harness.records.call import Log, Outcome, Progress


@dataclass(frozen=True)
class Asked:
    """What the client asks for; `schema` is the tool's published input schema."""

    tool: str
    arguments: Mapping[str, Any]
    schema: Mapping[str, Any]
    wants_progress: bool = False

    @cached_property
    def broken(self) -> frozenset[str]:
        """The keywords of the schema that the arguments break; looked for once a call."""
        return broken_keywords(self.schema, dict(self.arguments))


class Reply(NamedTuple):
    """What the target answers: the outcome and the notifications before it."""

    outcome: Outcome
    progress: tuple[Progress, ...] = ()
    logs: tuple[Log, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One call of a scenario, as it was without a mutant."""

    asked: Asked
    reply: Reply
    upstream_calls: int = 0
    """How many requests it caused upstream, as far as they were seen."""
    limit: float | None = None
    """The time limit in seconds that its step sets itself."""
    before: Reply | None = field(default=None, repr=False)
    """The reply to the scenario's call before this one."""
