"""What an oracle says: which rule one observation breaks, and by what cause."""

from __future__ import annotations

from typing import NamedTuple

from harness.records.audit import NotTested, Observation


class Found(NamedTuple):
    """A breach of a rule; equal causes of one tool become one finding with a count."""

    rule: str
    """Its id in `harness.audit.rules`."""
    message: str
    """One line: what was expected of this server, and what it did."""
    tool: str = ""
    observation: Observation | None = None
    """The evidence; None for what is read from a definition."""
    pointer: str = ""
    """RFC 6901, into the arguments (or, for definitions, into the tool); empty for the whole."""
    cause: str = ""
    """What makes two breaches the same: a parameter, a keyword with its place, a fault."""

    @property
    def of_tool(self) -> str:
        """The tool that it is about, empty for the server as a whole."""
        return self.tool or (self.observation.probe.tool if self.observation else "")


Verdict = Found | NotTested
"""Oracles say as well what they could not judge."""
