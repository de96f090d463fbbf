"""Which of a server's tools an audit calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.audit.side_effects import side_effect
from harness.errors import UsageError, did_you_mean
from harness.records.audit import NotTested
from harness.runner.audit_options import AuditOptions

Definition = Mapping[str, Any]


@dataclass(frozen=True)
class ChosenTools:
    """The tools of one audit."""

    called: tuple[Definition, ...]
    uncalled: tuple[Definition, ...]
    """Those whose definitions are judged, and nothing else."""
    not_tested: tuple[NotTested, ...]


def chosen_tools(definitions: Sequence[Definition], options: AuditOptions) -> ChosenTools:
    """Return which tools are audited, and which of them are called.

    Raises:
        UsageError: an option names no tool of the server; names the nearest.
    """
    names = [str(item["name"]) for item in definitions]
    for option, given in (("--tools", options.tools), ("--exclude-tools", options.excluded_tools)):
        for name in given:
            if name not in names:
                hint = did_you_mean(name, names)
                raise UsageError(f"{option}: the server has no tool {name!r}{hint}")
    chosen = [
        item
        for item in definitions
        if (not options.tools or item["name"] in options.tools)
        and item["name"] not in options.excluded_tools
    ]
    why = {} if options.tools else {str(item["name"]): side_effect(item) for item in chosen}
    return ChosenTools(
        called=tuple(item for item in chosen if not why.get(str(item["name"]))),
        uncalled=tuple(item for item in chosen if why.get(str(item["name"]))),
        not_tested=tuple(
            NotTested(
                tool=name,
                what="every phase that calls it",
                reason=f"{reason}; --tools {name} calls it all the same",
            )
            for name, reason in why.items()
            if reason
        ),
    )
