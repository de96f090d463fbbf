"""What planners and oracles know about the server beside the observations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.audit.dialect import Dialect
from harness.records.audit import Observation


@dataclass(frozen=True)
class ToolFacts:
    """One tool as `tools/list` has it, and what was learned about it since."""

    definition: Mapping[str, Any]
    dialect: Dialect | None = None
    """How it talks to its provider, seen in the first valid call; None when it asks nobody."""
    base: Mapping[str, Any] | None = None
    """Small arguments that the tool accepted; None when no valid call succeeded."""
    foreign: Mapping[str, Any] | None = None
    """Arguments with which it asked a provider in no API that the audit knows: it can be seen to
    fail, not to answer."""
    is_streaming: bool = False
    """Whether it asked its provider for a stream although no argument said so."""

    learned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Features that an argument of another name was seen to ask for, with its path."""
    refused: tuple[Observation, ...] = ()
    """The calls that were made of it first, when it accepted none of them."""

    @property
    def name(self) -> str:
        """The name that calls use."""
        return str(self.definition["name"])

    @property
    def schema(self) -> Mapping[str, Any]:
        """The input schema."""
        schema: Mapping[str, Any] = self.definition.get("inputSchema") or {}
        return schema

    @property
    def told(self) -> str:
        """The tool's own description, without those of its parameters."""
        return str(self.definition.get("description") or "")

    @property
    def description(self) -> str:
        """The description, and those of the parameters, as one text: what is documented."""
        return "\n".join(_descriptions(self.definition))


def _descriptions(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        own = [str(text) for key, text in value.items() if key in ("description", "title")]
        return own + [text for item in value.values() for text in _descriptions(item)]
    if isinstance(value, list):
        return [text for item in value for text in _descriptions(item)]
    return []


@dataclass(frozen=True)
class AuditContext:
    """The server under audit."""

    target: str
    tools: tuple[ToolFacts, ...]
    sees_upstream: bool
    """Whether the harness stands between the server and its provider."""
    seed: int = 0
    max_examples: int = 100
    """How many generated arguments a generating phase uses for one tool."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Credentials that the server was given: name → value."""
    told_hosts: frozenset[str] = frozenset()
    """Hosts that its own settings name as providers: `-e BASE_URL={upstream}/HOST/v1`."""
    revision: str = ""
    """The protocol revision of the connection, `2026-07-28`."""
    limit: float | None = None
    """The longest time that the server's own environment allows a request, in seconds; None when it
    says nothing."""
    seconds: float = 10.0
    """How long a call may take; at least what the server's own environment allows it."""

    def tool(self, name: str) -> ToolFacts | None:
        """Return the facts of the tool called `name`, or None."""
        return next((tool for tool in self.tools if tool.name == name), None)
